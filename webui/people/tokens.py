"""Everybody's tokens, for administrators: which there are, and revoking one. Never their secrets."""

from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from kentongan.tokens import TokenId
from webui import sessions, tokens
from webui.parts import the_parts
from webui.people.views import blueprint


@blueprint.get("/token", endpoint="tokens")
def overview() -> str:
    return render_template("people/tokens.html", tokens=the_parts().store.tokens.all(), wording=tokens)


@blueprint.post("/token/<uuid:token_id>/cabut")
def revoke_token(token_id: UUID) -> Response:
    token = the_parts().store.tokens.revoke(TokenId(token_id), by=sessions.current().name)
    said = gettext(
        "Revoked: “%(name)s” of %(owner)s opens nothing any more.", name=token.name, owner=token.user.name
    )
    flash(said, "notice")
    return redirect(url_for("people.tokens"), 303)

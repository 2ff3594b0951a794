"""One's own tokens of the programming interface: making one, seeing it once, revoking it.

Making one asks for the password: who found a browser open must not leave something behind that lasts a year.
"""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from kentongan.errors import BadInput
from kentongan.tokens import MAX_NAME_CHARACTERS, MAX_OWN, Scope, TokenId
from webui import sessions, tokens
from webui.access import scopes_of
from webui.account.views import blueprint, own_password_problem
from webui.parts import the_parts


@blueprint.get("/token", endpoint="tokens")
def overview() -> str:
    return _page()


@blueprint.post("/token")
def make_token() -> str | tuple[str, int]:
    """Show the new token: here, once."""
    user, form, scopes = sessions.current(), request.form, _scopes()
    problem = _problem(scopes) or own_password_problem(user)
    if problem:
        return _page(problem), 422
    life = timedelta(days=int(form["days"]))
    try:
        made = the_parts().store.tokens.make(user, form.get("name", ""), scopes, life=life, by=user.name)
    except BadInput as refused:
        return _page(_why(refused)), 422
    return render_template("account/token.html", made=made, scopes=tokens.SCOPES)


@blueprint.post("/token/<uuid:token_id>/cabut")
def revoke_token(token_id: UUID) -> Response:
    user = sessions.current()
    token = the_parts().store.tokens.revoke(TokenId(token_id), by=user.name, owner=user.id)
    flash(gettext("Revoked: “%(name)s” opens nothing any more.", name=token.name), "notice")
    return redirect(url_for("account.tokens"), 303)


def _scopes() -> Sequence[Scope]:
    """Return the scopes that were ticked, of those that the role may use."""
    own = scopes_of(sessions.current().role)
    ticked = set(request.form.getlist("scope"))
    return [scope for scope in Scope if scope in own and scope.value in ticked]


def _problem(scopes: Sequence[Scope]) -> str:
    said = ""
    if len(scopes) != len(set(request.form.getlist("scope"))):
        said = gettext("Your role may not do all of that.")
    elif not scopes:
        said = gettext("Choose at least one thing that the token may do.")
    elif request.form.get("days", "") not in map(str, tokens.DAYS):
        said = gettext("Choose how long the token lasts.")
    return said


def _why(refused: BadInput) -> str:
    if str(refused).startswith("name"):
        return str(gettext("Give it a name of up to %(most)s characters.", most=MAX_NAME_CHARACTERS))
    return str(gettext("You have %(most)s tokens already. Revoke one first.", most=MAX_OWN))


def _page(problem: str = "") -> str:
    user = sessions.current()
    offered = scopes_of(user.role)
    return render_template(
        "account/tokens.html",
        problem=problem,
        tokens=the_parts().store.tokens.of(user.id),
        offered=[scope for scope in Scope if scope in offered],
        ticked=set(request.form.getlist("scope")),
        name=request.form.get("name", "")[:MAX_NAME_CHARACTERS],
        days=request.form.get("days", str(tokens.DAYS[1])),
        wording=tokens,
        most=MAX_NAME_CHARACTERS,
    )

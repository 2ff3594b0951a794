"""All that was done with a claim, page by page."""

from uuid import UUID

from flask import abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from kentongan.domain import ClaimId
from webui import sessions
from webui.claims.history import history_page
from webui.claims.views import blueprint
from webui.parts import the_parts


@blueprint.get("/<uuid:claim_id>/riwayat")
def past(claim_id: UUID) -> str | Response:
    """Show a page of a claim's history; one that was merged leads on to the claim that stands."""
    store, key = the_parts().store, ClaimId(claim_id)
    number = request.args.get("halaman", "1")
    if not (number.isascii() and number.isdigit() and len(number) < 6):
        abort(400)
    claim = store.claims.get(key)
    if claim.merged_into:
        return redirect(url_for("claims.past", claim_id=store.edits.standing(key)), 303)
    store.audit.add(sessions.current().name, "view claim", str(claim_id), part="history")
    return render_template("claims/past.html", claim=claim, page=history_page(key, int(number)))

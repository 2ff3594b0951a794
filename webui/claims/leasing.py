"""Keeping a lease while its page is worked on, giving it back, and taking one over.

Without the page's script a lease simply runs out; giving back and taking over are plain forms.
"""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from flask import abort, flash, redirect, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from kentongan.domain import ClaimId, UserId
from kentongan.leases import Held
from webui import sessions
from webui.claims.opinions import own_vote_words
from webui.claims.views import blueprint, read_note
from webui.parts import read_uuid, the_parts
from webui.times import clock


@blueprint.post("/<uuid:claim_id>/lease")
def renew(claim_id: UUID) -> tuple[dict[str, Any], int]:
    """Renew the lease, for the page's script: `until` and its `clock`, or 409 and who has it now, or that
    it waits for another person than this one."""
    key = ClaimId(claim_id)
    if voted := own_vote_words(key):
        return {"said": voted}, 409
    try:
        lease = the_parts().store.leases.hold(key, sessions.current().id)
    except Held as held:
        who, until = held.lease.user_name, clock(held.lease.until)
        said = gettext(
            "%(name)s works on this claim now, until %(time)s. Open it again.", name=who, time=until
        )
        return {"said": said}, 409
    return {"until": lease.until.isoformat(), "clock": clock(lease.until)}, 200


@blueprint.post("/<uuid:claim_id>/lease/back")
def give_back(claim_id: UUID) -> Response | tuple[str, int]:
    """Let others have the claim and go on with the queue. A page that is left says `until` which lease
    was its own, and is answered with nothing."""
    key, user = ClaimId(claim_id), sessions.current()
    if "until" in request.form:
        the_parts().store.leases.give_back(key, user.id, until=_moment(request.form["until"]))
        return "", 204
    the_parts().store.leases.give_back(key, user.id)
    flash(gettext("Given back: others can take this claim now."), "notice")
    return redirect(url_for("queue.first"), 303)


@blueprint.post("/<uuid:claim_id>/lease/over")
def take_over(claim_id: UUID) -> Response:
    """Take a claim over from who holds it, with a note that its history keeps."""
    key, seen, note = ClaimId(claim_id), read_uuid(request.form.get("holder", "")), read_note()
    back = redirect(url_for("claims.show", claim_id=claim_id), 303)
    if seen is None:
        abort(400)
    if not note:
        flash(gettext("Not taken over: say in the note why."), "notice")
        return back
    try:
        the_parts().store.leases.take_over(key, sessions.current().id, note, seen=UserId(seen))
    except Held as held:
        flash(gettext("Not taken over: by now %(name)s has it.", name=held.lease.user_name), "notice")
    return back


def _moment(raw: str) -> datetime:
    try:
        return datetime.fromisoformat(raw).astimezone(UTC)
    except (ValueError, OverflowError):
        abort(400)

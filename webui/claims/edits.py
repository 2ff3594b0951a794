"""Merging claims and splitting them, by people who decide; the machine never undoes it."""

from uuid import UUID

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext, ngettext
from werkzeug.wrappers import Response

from kentongan.domain import ClaimId, ItemId
from kentongan.errors import Conflict
from kentongan.store.edits import MAX_NOTE_CHARACTERS
from webui import sessions
from webui.claims.views import blueprint, conflict, read_note
from webui.parts import read_uuid, the_parts


@blueprint.get("/<uuid:claim_id>/merge/<uuid:other_id>")
def joining(claim_id: UUID, other_id: UUID) -> str:
    """Show both claims side by side and ask which one stays."""
    claims = the_parts().store.claims
    pair = claims.get(ClaimId(claim_id)), claims.get(ClaimId(other_id))
    if any(claim.merged_into for claim in pair):
        raise Conflict("one of the two was merged meanwhile")
    return render_template("claims/merge.html", pair=pair, note_limit=MAX_NOTE_CHARACTERS)


@blueprint.post("/<uuid:claim_id>/merge/<uuid:other_id>")
def merge(claim_id: UUID, other_id: UUID) -> Response | tuple[str, int]:
    """Put two claims together and go on with the one that stays."""
    form, note = request.form, read_note()
    versions = {claim_id: _version("version"), other_id: _version("other_version")}
    keep = read_uuid(form.get("keep", ""))
    if keep not in versions:
        abort(400)
    other = other_id if keep == claim_id else claim_id
    try:
        the_parts().store.edits.merge(
            ClaimId(keep), ClaimId(other), sessions.current().id,
            keep_version=versions[keep], other_version=versions[other], note=note,
        )  # fmt: skip
    except Conflict:
        return conflict(ClaimId(claim_id), gettext("The two claims were not merged."), note)
    flash(gettext("The two claims are one now. To part them again, split items off."), "notice")
    return redirect(url_for("claims.show", claim_id=keep), 303)


@blueprint.post("/<uuid:claim_id>/split")
def split(claim_id: UUID) -> Response | tuple[str, int]:
    """Make a claim of its own of some items and go on with it: nobody has decided on it yet."""
    key, note, version = ClaimId(claim_id), read_note(), _version("version")
    chosen = [read_uuid(raw) for raw in request.form.getlist("item")]
    items = [ItemId(item) for item in chosen if item]
    if len(items) != len(chosen):
        abort(400)
    if not items:
        flash(gettext("Nothing was split off: no item was chosen."), "notice")
        return redirect(f"{url_for('claims.show', claim_id=claim_id)}#split", 303)
    try:
        edit = the_parts().store.edits.split(key, items, sessions.current().id, version=version, note=note)
    except Conflict:
        return conflict(key, gettext("Nothing was split off."), note)
    said = ngettext(
        "%(num)s item is a claim of its own now. It needs a decision of its own.",
        "%(num)s items are a claim of their own now. It needs a decision of its own.",
        len(edit.item_ids),
    )
    flash(said, "notice")
    return redirect(url_for("claims.show", claim_id=edit.other_id), 303)


def _version(name: str) -> int:
    try:
        return int(request.form.get(name, ""))
    except ValueError:
        abort(400)

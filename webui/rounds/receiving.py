"""A camat's reading of what a kelurahan sent: taken in, or sent back with a note."""

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from kentongan.errors import Conflict
from kentongan.field import NotTaken
from kentongan.rounds.rules import MAX_NOTE_CHARACTERS
from kentongan.rounds.values import RoundId, State, Step, kecamatan_of
from kentongan.store.database import now
from webui import sessions, tiers
from webui.field.wording import FAULTS, FINDINGS, Trouble
from webui.parts import the_parts
from webui.rounds.views import Answer, blueprint, place_name, seen_version, the_round


@blueprint.get("/lapangan/putaran/<uuid:round_id>/<place>/terkirim")
def received(round_id: UUID, place: str) -> str:
    """Show what a kelurahan of one's own kecamatan sent; any other is not there."""
    return read_page("rounds/received.html", round_id, place)


@blueprint.post("/lapangan/putaran/<uuid:round_id>/<place>/terkirim")
def settle_below(round_id: UUID, place: str) -> Response | Answer:
    return settle_as_seen(
        "rounds/received.html", round_id, place,
        url_for("rounds.sheet", round_id=round_id, place=kecamatan_of(place)),
    )  # fmt: skip


def settle_as_seen(template: str, round_id: UUID, place: str, back: str) -> Response | Answer:
    """Take a submission in or send it back, and go on to `back`; a note that was typed is never lost."""
    parts, user, note = the_parts(), sessions.current(), request.form.get("note", "")
    step = Step.RETURNED if request.form.get("do") == "return" else Step.TAKEN
    try:
        parts.store.submissions.settle(
            RoundId(round_id), place, user.id, step, version=seen_version(), note=note
        )
    except NotTaken as exc:
        return read_page(template, round_id, place, Trouble(str(FAULTS[exc.fault]), 422, exc.field)), 422
    except Conflict:
        said = gettext(
            "It changed meanwhile, or is held by what was sent already. Nothing was done: read it as it "
            "is now."
        )
        return read_page(template, round_id, place, Trouble(said, 409)), 409
    name = place_name(place)
    if step is Step.TAKEN:
        flash(gettext("%(name)s is taken in.", name=name), "notice")
    else:
        flash(gettext("Sent back to %(name)s with your note.", name=name), "notice")
    return redirect(back, 303)


def read_page(template: str, round_id: UUID, place: str, trouble: Trouble | None = None) -> str:
    """Return what a place sent, for the tier above it; that it is read is written down first."""
    parts, user, one = the_parts(), sessions.current(), the_round(round_id)
    held = parts.store.submissions.sent(RoundId(round_id), place, user.id)
    parts.store.audit.add(user.name, "view submission", str(round_id), place=place, version=held.sent_version)
    return render_template(
        template,
        round=one,
        held=held,
        place=place,
        sheet=held.sheet,
        cited=parts.store.submissions.cited(held.sheet),
        due=one.due_of(place),
        open=one.is_open(now()) and parts.store.submissions.may_settle(one.id, place, user.id),
        to_read=parts.store.submissions.to_read(one.id, place),
        may_return=held.state in (State.SENT, State.TAKEN),
        note=request.form.get("note", ""),
        history=parts.store.submissions.history(RoundId(round_id), place),
        trouble=trouble,
        most=MAX_NOTE_CHARACTERS,
        tiers=tiers,
        findings=FINDINGS,
        place_name=place_name,
        above=kecamatan_of(place),
    )

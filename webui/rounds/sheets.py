"""A place's own form: a lurah's, and a camat's with what their kelurahan sent. Made for a slow phone.

It is open to those whose own place it is at the moment of the request; any other is not there.
"""

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from kentongan.domain import UserId
from kentongan.errors import Conflict
from kentongan.rounds.rules import MAX_FACT_CHARACTERS, MAX_FACTS, MAX_TEXT_CHARACTERS
from kentongan.rounds.values import RoundId, Sheet, Situation, State, Submission, Tier, tier_of
from kentongan.store.database import now as present
from webui import sessions, tiers
from webui.field.drafts import TRAP, check_trap
from webui.field.wording import FINDINGS, Trouble
from webui.parts import the_parts
from webui.rounds.forms import Typed, read_typed, sheet_in, shown_facts, typed_of
from webui.rounds.views import Answer, blueprint, place_name, seen_version, the_round


@blueprint.get("/lapangan/putaran/<uuid:round_id>/<place>")
def sheet(round_id: UUID, place: str) -> str:
    """Show the form as it stands; where it is taken in, what was sent."""
    store, user = the_parts().store, sessions.current()
    store.submissions.own(RoundId(round_id), place, user.id)  # or it is not there: no entry of what was asked
    store.audit.add(user.name, "view sheet", str(round_id), place=place)
    return page(round_id, place)


@blueprint.post("/lapangan/putaran/<uuid:round_id>/<place>")
def save(round_id: UUID, place: str) -> Response | Answer:
    """Keep a draft, send, or send "nihil"; what cannot be taken comes back with all that was typed."""
    parts, user, act = the_parts(), sessions.current(), request.form.get("do", "save")
    check_trap()
    wanted = sheet_in(read_typed())
    if act == "nihil":
        wanted = Sheet(Situation.NIHIL, assessment=wanted.assessment)
    try:
        parts.store.submissions.save(
            RoundId(round_id), place, user.id, wanted, version=seen_version(), send=act != "save",
            zone=parts.region.time_zone,
        )  # fmt: skip
    except Conflict:
        return conflict(round_id, place, user.id)
    if act == "save":
        flash(gettext("Saved as a draft. Nobody above you reads it yet."), "notice")
        return redirect(url_for("rounds.sheet", round_id=round_id, place=place), 303)
    flash(gettext("Sent. Thank you. You can change it until it is taken in."), "notice")
    return redirect(url_for("field.overview"), 303)


def conflict(round_id: UUID, place: str, user_id: UserId) -> Answer:
    """Return the form for whoever came second: what they typed stays in it, beside what stands now."""
    one, held = the_round(round_id), the_parts().store.submissions.own(RoundId(round_id), place, user_id)
    if held.state is State.TAKEN:
        said = gettext("It was taken in meanwhile: nothing in it changes any more. Yours was not saved.")
    elif one.is_open(present()):
        said = gettext(
            "Somebody else changed this form meanwhile. Yours was not saved yet and is still here; what "
            "stands now is shown below. Send again to put yours in its place: both are kept."
        )
    else:
        said = gettext("This round is over: nothing is taken any more. Yours was not saved.")
    return page(round_id, place, read_typed(), Trouble(said, 409)), 409


def page(round_id: UUID, place: str, typed: Typed | None = None, trouble: Trouble | None = None) -> str:
    """Return a place's form, filled in; raises NotFound where it is not one's own."""
    parts, user = the_parts(), sessions.current()
    key, keep = RoundId(round_id), parts.store.submissions
    held, one = keep.own(key, place, user.id), the_round(round_id)
    compiled = tier_of(place) is Tier.KECAMATAN
    filled_in = typed_of(held.sheet) if typed is None else typed
    return render_template(
        "rounds/sheet.html",
        owed=tiers.owe(one, held),
        round=one,
        held=held,
        place=place,
        compiled=compiled,
        below=_below(key, place, user.id) if compiled else (),
        typed=filled_in,
        stands=held.sheet if trouble and trouble.status == 409 else None,
        facts=shown_facts(filled_in),
        writable=one.is_open(present()) and held.state is not State.TAKEN,
        offered=keep.offered(key, place, user.id, parts.region.time_zone),
        cited=keep.cited(held.sheet),
        history=keep.history(key, place),
        trouble=trouble,
        trap=TRAP,
        tiers=tiers,
        findings=FINDINGS,
        place_name=place_name,
        most={"fact": MAX_FACT_CHARACTERS, "text": MAX_TEXT_CHARACTERS, "facts": MAX_FACTS},
    )


def _below(key: RoundId, kecamatan: str, user_id: UserId) -> list[tuple[Submission, Submission | None]]:
    """Return a kecamatan's kelurahan, each with what it sent where it was taken in."""
    keep = the_parts().store.submissions
    return [
        (one, keep.sent(key, one.place, user_id) if one.state is State.TAKEN else None)
        for one in keep.below(key, kecamatan, user_id)
    ]

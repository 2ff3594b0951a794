"""Beginning a bundle: for whom, why, which claims, and whether sums of a period go with them."""

from collections.abc import Sequence
from datetime import date

from flask import flash, render_template, request
from flask_babel import gettext
from werkzeug.wrappers import Response

from kentongan.domain import Claim, ClaimId, Lane
from kentongan.errors import BadInput
from kentongan.referrals import MAX_TEXT_CHARACTERS, Rabat
from kentongan.sharing.composing import SHAREABLE
from kentongan.sharing.values import MAX_CLAIMS, MAX_RECIPIENT_CHARACTERS, Ground, PartnerId, Period
from pipeline.sharing.making import Wish
from webui import sessions
from webui.claims.wording import QUESTIONS
from webui.parts import read_uuid, the_parts
from webui.sharing.views import back_to, blueprint, the_sharing
from webui.words import STATES

OFFERED = 25  # of each lane, the most urgent
LANES = (Lane.ESCALATED, Lane.VERIFICATION, Lane.WATCHING)


@blueprint.get("/baru")
def begin() -> str:
    """Ask what is to leave; claims of the address, or of a case, are chosen already."""
    case = request.args.get("case", "").strip()
    chosen = _keys(request.args.getlist("claim"))
    if case:
        parts = the_parts().store.incidents.case(case).held
        chosen += [part.claim_id for part in parts if part.claim_id]
    return _form(chosen, case)


@blueprint.post("/")
def prepare() -> Response | tuple[str, int]:
    """Settle what would leave and show it; nothing has left yet."""
    form = request.form
    chosen = _keys(form.getlist("claim"))
    rabat = {question: form.get(question.value, "") for question in Rabat}
    partner = read_uuid(form.get("partner", ""))
    try:
        wish = Wish(
            form.get("recipient", ""),
            Ground(form.get("reason", ""), form.get("necessity", ""), rabat),
            chosen,
            PartnerId(partner) if partner else None,
            _period(form.get("since", ""), form.get("until", "")),
        )
        bundle = the_sharing().prepare(sessions.current().id, wish)
    except BadInput as exc:
        return _form(chosen, "", trouble=str(exc)), 422
    flash(gettext("This is what would leave. Read it; nothing has left yet."), "notice")
    return back_to(bundle)


def _form(chosen: Sequence[ClaimId], case: str, trouble: str = "") -> str:
    parts, user = the_parts(), sessions.current()
    offered = _offered(chosen)
    parts.store.audit.add(user.name, "choose bundle claims", case, offered=len(offered))
    unready = [c for c in parts.store.claims.get_many(chosen) if c.state not in SHAREABLE or c.waits]
    return render_template(
        "sharing/begin.html",
        offered=offered,
        chosen=set(chosen),
        unready=unready,
        partners=[one for one in parts.store.partners.all() if one.pushes],
        questions=QUESTIONS,
        states=STATES,
        form=request.form,
        trouble=trouble,
        most=MAX_CLAIMS,
        limits={"text": MAX_TEXT_CHARACTERS, "recipient": MAX_RECIPIENT_CHARACTERS},
    )


def _offered(chosen: Sequence[ClaimId]) -> list[Claim]:
    """Return the claims to choose from: those asked for, then what was decided on and is still open."""
    store = the_parts().store
    found = {claim.id: claim for claim in store.claims.get_many(chosen)}
    for lane in LANES:
        for row in store.claims.queue(lane, limit=OFFERED).rows:
            found.setdefault(row.claim.id, row.claim)
    return [claim for claim in found.values() if claim.state in SHAREABLE and not claim.waits]


def _keys(raw: Sequence[str]) -> list[ClaimId]:
    return [ClaimId(key) for one in raw if (key := read_uuid(one))]


def _period(since: str, until: str) -> Period | None:
    if not since and not until:
        return None
    try:
        return Period(date.fromisoformat(since), date.fromisoformat(until))
    except ValueError as exc:
        raise BadInput("period: two days are needed, or none") from exc

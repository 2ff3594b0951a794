"""Beginning a report: its kind, day and place, and the claims that it is made of."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from flask import abort, flash, render_template, request
from flask_babel import gettext
from werkzeug.wrappers import Response

from kentongan.domain import Claim, ClaimId, Lane
from kentongan.errors import BadInput, NotFound
from kentongan.gazetteer import read_gazetteer
from kentongan.queueing import Wanted
from kentongan.reports.drafting import REPORTABLE, draft
from kentongan.reports.kinds import ReportKind, period_of
from kentongan.reports.rules import MAX_CLAIMS
from kentongan.store.report_facts import read_reported
from pipeline.reports.setting import area_name, place_names
from webui import sessions
from webui.parts import read_uuid, the_parts
from webui.reports import wording
from webui.reports.views import back_to, blueprint
from webui.times import today
from webui.words import STATES, place_name

OFFERED = 25  # of each lane, the most urgent
LANES = (Lane.ESCALATED, Lane.VERIFICATION, Lane.WATCHING)
FIRST_YEAR = 2000


@dataclass(frozen=True, slots=True)
class Wish:
    """What a report is to be about."""

    kind: ReportKind
    day: date
    place: str


@blueprint.get("/baru")
def begin() -> str:
    """Ask for kind, day and place, and which claims go in; those of the address are chosen already."""
    parts, user, args = the_parts(), sessions.current(), request.args
    wish, case = _wish(args.get("kind", "") or "information"), args.get("case", "").strip()
    chosen = [ClaimId(key) for raw in args.getlist("claim") if (key := read_uuid(raw))]
    if case:
        chosen += [part.claim_id for part in parts.store.incidents.case(case).held if part.claim_id]
    offered = _offered(wish.place, chosen)
    parts.store.audit.add(user.name, "choose report claims", case, place=wish.place, offered=len(offered))
    return render_template(
        "reports/begin.html",
        wish=wish,
        case=case,
        offered=offered,
        chosen=set(chosen),
        unready=[claim for claim in parts.store.claims.get_many(chosen) if claim.state not in REPORTABLE],
        places=_places(),
        kinds=wording.KINDS,
        states=STATES,
        most=MAX_CLAIMS,
    )


@blueprint.post("/")
def create() -> Response:
    """Make the draft: facts from the record, and empty parts for people to write."""
    parts, form, user = the_parts(), request.form, sessions.current()
    wish = _wish(form.get("kind", ""))
    keys = [ClaimId(key) for raw in form.getlist("claim") if (key := read_uuid(raw))]
    if len(keys) > MAX_CLAIMS:
        raise BadInput(gettext("At most %(most)s claims go into one report.", most=MAX_CLAIMS))
    region = parts.region
    reported = read_reported(parts.store.database, keys, place_names(region), region.time_zone)
    period = period_of(wish.kind, wish.day)
    content = draft(wish.kind, area_name(wish.place, region), period, reported, region.time_zone)
    report = parts.store.reports.draft(user.id, wish.kind, wish.place, period, content)
    flash(gettext("The draft is made. Analysis, prediction, steps and advice are yours to write."), "notice")
    return back_to(report)


def _offered(place: str, chosen: Sequence[ClaimId]) -> list[Claim]:
    """Return the claims to choose from: those asked for, then what was decided on and is still open."""
    store = the_parts().store
    inner = _within(place)
    found = {claim.id: claim for claim in store.claims.get_many(chosen) if claim.state in REPORTABLE}
    for lane in LANES:
        for row in store.claims.queue(lane, wanted=Wanted(places=inner), limit=OFFERED).rows:
            found.setdefault(row.claim.id, row.claim)
    return [claim for claim in found.values() if claim.state in REPORTABLE]


def _wish(kind: str) -> Wish:
    values = request.values
    if kind not in set(ReportKind):
        abort(400)
    raw, place = values.get("day", ""), values.get("place", "")
    try:
        day = date.fromisoformat(raw) if raw else today()
    except ValueError as exc:
        raise BadInput(gettext("Day: “%(raw)s” is not a date.", raw=raw[:40])) from exc
    if not FIRST_YEAR <= day.year <= today().year + 1:
        raise BadInput(gettext("Day: “%(raw)s” is not a date.", raw=raw[:40]))
    if place and place not in _places():
        raise NotFound("kecamatan", place[:20])
    return Wish(ReportKind(kind), day, place)


def _places() -> dict[str, str]:
    region = the_parts().region.name
    listed = read_gazetteer(region).places
    return {code: place_name(code, region) for code, place in listed.items() if not place.is_kelurahan}


def _within(place: str) -> tuple[str, ...]:
    """Return the codes of a kecamatan and its kelurahan; none for the city, which is not narrowed."""
    if not place:
        return ()
    gazetteer = read_gazetteer(the_parts().region.name)
    return (place, *(inner.code for inner in gazetteer.kelurahan_of(place)))

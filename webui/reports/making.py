"""Beginning a report: its kind, day and place, and the claims that it is made of."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from flask import abort, flash, render_template, request
from flask_babel import gettext
from werkzeug.wrappers import Response

from kentongan.domain import ClaimId
from kentongan.errors import BadInput, Conflict, NotFound
from kentongan.reports.drafting import REPORTABLE, draft
from kentongan.reports.kinds import ReportKind, period_of
from kentongan.reports.rules import MAX_CLAIMS
from kentongan.reports.values import Content, FactSection
from kentongan.store.report_facts import read_reported
from kentongan.store.report_offers import offer, within
from kentongan.store.report_turns import Turn
from pipeline.reports.setting import area_name, place_names
from webui import sessions
from webui.parts import read_uuid, the_parts
from webui.places import region_places
from webui.reports import wording
from webui.reports.changing import conflict, read_version
from webui.reports.views import back_to, blueprint, the_report
from webui.times import today
from webui.words import STATES, place_name

FIRST_YEAR = 2000


@dataclass(frozen=True, slots=True)
class Wish:
    """What a report is to be about."""

    kind: ReportKind
    day: date
    place: str


@blueprint.get("/baru")
def begin() -> str:
    """Ask for kind, day and place, and which claims go in; those of the address are chosen already.

    Offered are claims of the days and the area; chosen ones from elsewhere stand apart, to be ticked again.
    """
    parts, user, args = the_parts(), sessions.current(), request.args
    wish, case = _wish(args.get("kind", "") or "information"), args.get("case", "").strip()
    chosen = _chosen(args.getlist("claim"), case)
    period, places, zone = period_of(wish.kind, wish.day), _within(wish.place), parts.region.time_zone
    offered = offer(parts.store.database, places, period, zone)
    listed = list(offered.claims)
    mine = parts.store.claims.get_many(set(chosen) - {claim.id for claim in listed})
    ready = [claim for claim in mine if claim.state in REPORTABLE]
    inside = within(parts.store.database, [claim.id for claim in ready], places, period, zone)
    parts.store.audit.add(user.name, "choose report claims", case, place=wish.place, offered=len(listed))
    return render_template(
        "reports/begin.html",
        wish=wish,
        case=case,
        offered=[*(claim for claim in ready if claim.id in inside), *listed],
        outside=[claim for claim in ready if claim.id not in inside],
        left_out=offered.total - len(listed),
        chosen=set(chosen),
        unready=[claim for claim in mine if claim.state not in REPORTABLE],
        period=period,
        area=area_name(wish.place, parts.region),
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


@blueprint.post("/<uuid:report_id>/segarkan")
def refresh(report_id: UUID) -> Response | tuple[str, int]:
    """Draft the facts anew from the record, of the claims that still have any; what people wrote and what
    tiers handed in stays."""
    report, parts = the_report(report_id), the_parts()
    gone = {
        one.claim_id for one in parts.store.reports.turned(report) if one.turn in (Turn.SET_ASIDE, Turn.GONE)
    }
    said = dict.fromkeys(one.claim_id for part in FactSection for one in report.content.facts[part])
    region, keys = parts.region, [key for key in said if key is not None and key not in gone]
    reported = read_reported(parts.store.database, keys, place_names(region), region.time_zone)
    area = area_name(report.place, region)
    anew = draft(report.kind, area, report.period, reported, region.time_zone)

    def change(content: Content) -> Content:
        of_tiers = {
            part: tuple(one for one in content.facts[part] if one.claim_id is None) for part in FactSection
        }
        facts = {part: (*anew.facts[part], *of_tiers[part]) for part in FactSection}
        return replace(content, claims=anew.claims, facts=facts)

    try:
        parts.store.reports.edit(report.id, sessions.current().id, change, version=read_version())
    except Conflict:
        return conflict(report, "")
    flash(gettext("The facts are drafted anew from the record. What you wrote stayed."), "notice")
    return back_to(report)


def _chosen(given: Sequence[str], case: str) -> list[ClaimId]:
    """Return the claims of an address and of a case, those of its items too, each as the one it is now."""
    store = the_parts().store
    keys = [key for raw in given if (key := read_uuid(raw))]
    if case:
        for part in store.incidents.case(case).held:
            claim = part.claim_id or (store.items.view(part.item_id).item.claim_id if part.item_id else None)
            keys += [claim] if claim else []
    there = {claim.id for claim in store.claims.get_many(keys)}
    return list(dict.fromkeys(store.edits.standing(ClaimId(key)) for key in keys if key in there))


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
    listed = region_places(region).items()
    return {code: place_name(code, region) for code, place in listed if not place.is_kelurahan}


def _within(place: str) -> tuple[str, ...]:
    """Return the codes of a kecamatan and its kelurahan; none for the city, which is not narrowed."""
    if not place:
        return ()
    listed = region_places(the_parts().region.name).items()
    return (place, *(code for code, inner in listed if inner.is_kelurahan and inner.kecamatan == place))

"""The list of cases, and one case with its timeline. Each view is audited (R21)."""

from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from kentongan.incidents import (
    FILE_TYPES,
    MAX_FILE_BYTES,
    MAX_NOTE_CHARACTERS,
    MAX_PUBLISHER_CHARACTERS,
    MAX_SUMMARY_CHARACTERS,
    MAX_TITLE_CHARACTERS,
    MAX_URL_CHARACTERS,
    MAX_WHY_CHARACTERS,
    Incident,
    IncidentState,
)
from kentongan.store.spread import LENGTH, Spread, buckets
from kentongan.timeline import Event
from pipeline.casefile.reading import CaseView, read_case
from webui import sessions
from webui.access import may
from webui.bars import Chart, draw
from webui.cards import ItemCard, item_card
from webui.incidents import wording
from webui.links import outside
from webui.parts import the_parts

blueprint = Blueprint("incidents", __name__, url_prefix="/kasus", template_folder="templates")

ROWS = 30
MAX_SEARCH_CHARACTERS = 200
EVENTS_SHOWN = 400  # an export has all of them
ITEM_CHARACTERS = 140
LIMITS = {
    "title": MAX_TITLE_CHARACTERS,
    "summary": MAX_SUMMARY_CHARACTERS,
    "note": MAX_NOTE_CHARACTERS,
    "why": MAX_WHY_CHARACTERS,
    "publisher": MAX_PUBLISHER_CHARACTERS,
    "url": MAX_URL_CHARACTERS,
    "megabytes": MAX_FILE_BYTES // 1024 // 1024,
}
ACCEPT = ",".join(f".{extension}" for extension in FILE_TYPES)


@dataclass(frozen=True, slots=True)
class SpreadShown:
    chart: Chart[datetime]
    spread: Spread


@blueprint.get("/")
def overview() -> str:
    """Show the cases, open ones first asked for, and what a search for number or title gives."""
    said = request.args.get("q", "").strip()[:MAX_SEARCH_CHARACTERS]
    raw = request.args.get("state", IncidentState.OPEN.value)
    if raw not in ("all", *IncidentState):
        abort(400)
    state = None if raw == "all" else IncidentState(raw)
    parts, user = the_parts(), sessions.current()
    page = parts.store.incidents.page(state, said, before=request.args.get("before", ""), limit=ROWS)
    parts.store.audit.add(user.name, "list cases", said, state=raw, total=page.total)
    return render_template(
        "incidents/overview.html",
        page=page,
        said=said,
        state=raw,
        wording=wording,
        opening=may("incidents.begin", "GET", user.role),
    )


@blueprint.get("/baru")
def begin() -> str:
    return render_template("incidents/begin.html", limits=LIMITS)


@blueprint.post("/")
def open_case() -> Response:
    parts, form = the_parts(), request.form
    incident = parts.store.incidents.open(
        sessions.current().id, form.get("title", ""), form.get("summary", ""), zone=parts.region.time_zone
    )
    return redirect(url_for("incidents.show", number=incident.number), 303)


@blueprint.get("/<number>")
def show(number: str) -> str:
    """Show a case: what it holds, what happened when, and the forms for those who may change it."""
    parts, user = the_parts(), sessions.current()
    view = read_case(parts.store, number, parts.region.time_zone)
    parts.store.audit.add(user.name, "view case", number)
    return render_template(
        "incidents/case.html",
        view=view,
        incident=view.case.incident,
        items=_items(view),
        clarifications=[
            (said, outside(said.url)) for said in view.case.clarifications if not said.removed_at
        ],
        files=[file for file in view.case.files if not file.removed_at],
        events=view.events[-EVENTS_SHOWN:],
        hidden=max(0, len(view.events) - EVENTS_SHOWN),
        spread=_spread(view),
        wording=wording,
        link_of=link_of,
        limits=LIMITS,
        accept=ACCEPT,
        changing=may("incidents.add_note", "POST", user.role),
        today=datetime.now(parts.region.time_zone).date(),
    )


def the_case(number: str) -> Incident:
    """Return the case that a form is about; raises NotFound."""
    return the_parts().store.incidents.find(number)


def back_to(incident: Incident, place: str = "") -> Response:
    where = url_for("incidents.show", number=incident.number)
    return redirect(f"{where}#{place}" if place else where, 303)


def _items(view: CaseView) -> list[ItemCard]:
    held = [part.item_id for part in view.case.held if part.item_id]
    return [item_card(one, characters=ITEM_CHARACTERS) for one in the_parts().store.items.views(held)]


def _spread(view: CaseView) -> SpreadShown | None:
    """Return how all items of the case lie in time; None where one bar would say it all."""
    zone = the_parts().region.time_zone
    hours = {at.astimezone(zone): count for at, count in view.facts.hours.items()}
    if len(hours) < 2:
        return None
    step, start, count = buckets(min(hours), max(hours))
    counts = [0] * count
    for at, items in hours.items():
        if at >= start:
            counts[(at - start) // LENGTH[step]] += items
    starts = tuple(start + n * LENGTH[step] for n in range(count))
    spread = Spread(step, starts, tuple(counts), sum(hours.values()) - sum(counts))
    return SpreadShown(draw(spread.starts, spread.counts), spread)


def link_of(event: Event) -> str | None:
    """Return the address of what an event is about, where it has a page."""
    match event.table:
        case "claims":
            return url_for("claims.show", claim_id=event.row)
        case "items" | "revisions":
            return url_for("archive.item", item_id=event.row)
    return None

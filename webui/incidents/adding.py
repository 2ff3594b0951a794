"""Putting a claim or an item into a case, from its own page: one page to choose, one door in."""

from dataclasses import dataclass
from uuid import UUID

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from kentongan.domain import ClaimId, ItemId
from kentongan.errors import Conflict
from kentongan.headline import headline_of
from kentongan.incidents import Incident, IncidentState
from webui import sessions
from webui.incidents.changing import Answer, conflict
from webui.incidents.views import LIMITS, blueprint, the_case
from webui.parts import read_uuid, the_parts

CHOICES = 100  # open cases offered, the newest


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be put into a case: a claim or an item."""

    kind: str
    id: UUID
    title: str
    link: str


@blueprint.get("/tambah")
def choose() -> str:
    """Ask into which open case a claim or an item goes."""
    wanted, incidents = _wanted(request.args), the_parts().store.incidents
    if wanted.kind == "claim":
        holding = incidents.holding(claim_id=ClaimId(wanted.id))
    else:
        holding = incidents.holding(item_id=ItemId(wanted.id))
    page = incidents.page(IncidentState.OPEN, limit=CHOICES)
    the_parts().store.audit.add(sessions.current().name, "list cases", str(wanted.id), state="open")
    choices = [row for row in page.rows if row.id not in {one.id for one in holding}]
    return render_template(
        "incidents/choose.html", wanted=wanted, holding=holding, choices=choices, limits=LIMITS
    )


@blueprint.post("/tambah")
def add() -> Answer:
    """Put it into the case chosen, or into one opened for it."""
    wanted, form = _wanted(request.form), request.form
    incident, why = _chosen(), form.get("why", "")
    parts, user = the_parts().store.incident_parts, sessions.current()
    try:
        if wanted.kind == "claim":
            added = parts.add_claim(incident.id, user.id, ClaimId(wanted.id), why)
        else:
            added = parts.add_item(incident.id, user.id, ItemId(wanted.id), why)
    except Conflict:
        return conflict(incident, why)
    said = gettext("Put into the case.") if added else gettext("It was in this case already.")
    flash(said, "notice")
    response: Response = redirect(url_for("incidents.show", number=incident.number), 303)
    return response


def _chosen() -> Incident:
    number, title = request.form.get("number", ""), request.form.get("title", "")
    if number != "new":
        return the_case(number)
    parts = the_parts()
    return parts.store.incidents.open(sessions.current().id, title, "", zone=parts.region.time_zone)


def _wanted(said: MultiDict[str, str]) -> Wanted:
    """Return what is to be put in; answers 400 unless it is one thing, raises NotFound."""
    store = the_parts().store
    claim, item = read_uuid(said.get("claim", "")), read_uuid(said.get("item", ""))
    if claim is not None and item is None:
        found = store.claims.get(ClaimId(claim))
        return Wanted("claim", claim, found.headline, url_for("claims.show", claim_id=claim))
    if item is not None and claim is None:
        title = headline_of(store.items.view(ItemId(item)).item.full_text)
        return Wanted("item", item, title, url_for("archive.item", item_id=item))
    abort(400)

"""What a place sent, at the city's desk: read, taken in or sent back, made into a report of the office."""

from uuid import UUID

from flask import abort, flash, redirect, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from kentongan.errors import BadInput
from kentongan.gazetteer import read_gazetteer
from kentongan.reports.kinds import Period, ReportKind
from kentongan.rounds.drafting import TakenIn, draft_round
from pipeline.reports.setting import area_name
from webui import sessions
from webui.parts import the_parts
from webui.rounds.city import KINDS
from webui.rounds.receiving import read_page, settle_as_seen
from webui.rounds.views import Answer, blueprint, the_round


@blueprint.get("/laporan/putaran/<uuid:round_id>/<place>")
def submission(round_id: UUID, place: str) -> str:
    """Show what a place sent; nothing of a draft."""
    return read_page("rounds/submission.html", round_id, place)


@blueprint.post("/laporan/putaran/<uuid:round_id>/<place>")
def settle(round_id: UUID, place: str) -> Response | Answer:
    back = url_for("rounds.show", round_id=round_id)
    return settle_as_seen("rounds/submission.html", round_id, place, back)


@blueprint.post("/laporan/putaran/<uuid:round_id>/laporan")
def report(round_id: UUID) -> Response:
    """Draft a report of the office from what the city took in."""
    parts, one, kind = the_parts(), the_round(round_id), request.form.get("kind", "")
    if kind not in {known.value for known in KINDS}:
        abort(400)
    keep, region = parts.store.submissions, parts.region
    taken = [
        TakenIn(held, held.sheet, tuple(keep.cited(held.sheet)))
        for held in keep.taken(one.id)
        if held.sheet is not None
    ]
    if not taken:
        raise BadInput(gettext("Nothing was taken in yet: a report is made of what was."))
    names = {code: place.name for code, place in read_gazetteer(region.name).places.items()}
    content = draft_round(one, taken, names, area_name("", region), region.time_zone)
    made = parts.store.reports.draft(
        sessions.current().id, ReportKind(kind), "", Period(one.since, one.until), content
    )
    flash(
        gettext(
            "The draft is made of what was taken in. Every fact of it is unverified until you verify it."
        ),
        "notice",
    )
    return redirect(url_for("reports.show", report_id=made.id), 303)

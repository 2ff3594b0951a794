"""The list of reports, and one report with the forms for those who may change it. Each look is audited.

The sentences of fact of a long report are shown a few claims at a time; files hold them all.
"""

from collections.abc import Mapping
from uuid import UUID

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from kentongan.domain import ClaimId
from kentongan.errors import StoreError
from kentongan.reports.kinds import ReportKind
from kentongan.reports.rules import (
    MAX_NOTE_CHARACTERS,
    MAX_SENTENCE_CHARACTERS,
    MAX_SUBJECT_CHARACTERS,
    MAX_WRITTEN_CHARACTERS,
    missing,
)
from kentongan.reports.values import FactSection, Report, ReportId, ReportState, Sentence
from kentongan.store.report_turns import HINDERS
from pipeline.reports.brief import brief
from pipeline.reports.setting import area_name, setting_of
from pipeline.reports.wording import SECTIONS
from webui import sessions
from webui.access import may
from webui.links import inside, outside
from webui.parts import read_uuid, the_parts
from webui.reports import wording

blueprint = Blueprint("reports", __name__, url_prefix="/laporan", template_folder="templates")

ROWS = 30
CLAIMS_A_PAGE = 4  # with all that may be said of them a page stays below 100 KB
STEPS_SHOWN = 20
_DIGITS = 4
LIMITS = {
    "sentence": MAX_SENTENCE_CHARACTERS,
    "written": MAX_WRITTEN_CHARACTERS,
    "subject": MAX_SUBJECT_CHARACTERS,
    "note": MAX_NOTE_CHARACTERS,
}


@blueprint.get("/")
def overview() -> str:
    """Show the reports, the one changed last first, of a kind or state where one is asked for."""
    kind, state = request.args.get("kind", ""), request.args.get("state", "")
    if kind not in ("", *ReportKind) or state not in ("", *ReportState):
        abort(400)
    before = read_uuid(request.args.get("before", ""))
    parts, user = the_parts(), sessions.current()
    page = parts.store.reports.page(
        ReportKind(kind) if kind else None,
        ReportState(state) if state else None,
        before=ReportId(before) if before else None,
        limit=ROWS,
    )
    parts.store.audit.add(user.name, "list reports", kind, state=state, total=page.total)
    return render_template(
        "reports/overview.html",
        page=page,
        kind=kind,
        state=state,
        wording=wording,
        area_of=area_of,
        making=may("reports.begin", "GET", user.role),
    )


@blueprint.get("/<uuid:report_id>")
def show(report_id: UUID) -> str:
    """Show a report, section by section, and what was done with it."""
    parts, user = the_parts(), sessions.current()
    report = the_report(report_id)
    parts.store.audit.add(user.name, "view report", str(report.id), version=report.version)
    writing = may("reports.write", "POST", user.role)
    piece, pieces, shown = _piece(report)
    turned = parts.store.reports.turned(report)
    setting = setting_of(report, parts.settings, parts.region)
    return render_template(
        "reports/report.html",
        report=report,
        piece=piece,
        pieces=pieces,
        sentences={
            section: [(at, one) for at, one in enumerate(told) if one.claim_id in shown]
            for section, told in report.content.facts.items()
        },
        turned=turned,
        hindered=any(one.turn in HINDERS for one in turned),
        intact=_is_intact(report),
        sections=SECTIONS,
        facts=FactSection,
        states=ReportState,
        special=report.kind is ReportKind.SPECIAL,
        wording=wording,
        limits=LIMITS,
        area=setting.area,
        brief=brief(report, setting),
        missing=missing(report.content),
        history=parts.store.reports.history(report.id, limit=STEPS_SHOWN)[::-1],
        links=_links,
        writing=writing and report.state in (ReportState.DRAFT, ReportState.READ),
        reading=writing and report.state is ReportState.SECOND_READING and user.id not in report.writers,
        signing=may("reports.sign", "POST", user.role)
        and report.state is (ReportState.READ if report.kind is ReportKind.SPECIAL else ReportState.DRAFT),
    )


def _piece(report: Report) -> tuple[int, int, frozenset[ClaimId | None]]:
    """Return which piece of the report is asked for, how many there are, and the claims told of in it."""
    told = dict.fromkeys(one.claim_id for section in FactSection for one in report.content.facts[section])
    pieces = max(1, -(-len(told) // CLAIMS_A_PAGE))
    raw = request.args.get("bagian", "1")
    number = int(raw) if raw.isascii() and raw.isdigit() and len(raw) < _DIGITS else 0
    if not number >= 1:
        abort(400)
    number = min(number, pieces)
    return number, pieces, frozenset([*told][CLAIMS_A_PAGE * (number - 1) : CLAIMS_A_PAGE * number])


def _is_intact(report: Report) -> bool:
    """Tell whether a signed report still is what was signed; any other is."""
    if report.state is not ReportState.FROZEN:
        return True
    try:
        the_parts().store.reports.verify(report.id)
    except StoreError:
        return False
    return True


def the_report(key: UUID) -> Report:
    """Return the report of an address; raises NotFound."""
    return the_parts().store.reports.get(ReportId(key))


def area_of(report: Report) -> str:
    """Return what a report's place is called, with its code."""
    return area_name(report.place, the_parts().region)


def back_to(report: Report, place: str = "") -> Response:
    piece = request.form.get("bagian", "")
    where = url_for("reports.show", report_id=report.id, bagian=piece if piece.isdigit() else None)
    return redirect(f"{where}#{place}" if place else where, 303)


def _links(sentence: Sentence) -> list[Mapping[str, object]]:
    """Return the sources of a sentence: addresses that may be followed, ours and others'."""
    return [
        {"title": link.title, "own": inside(link.url), "out": outside(link.url), "at": link.captured_at}
        for link in sentence.links
    ]

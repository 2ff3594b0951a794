"""A report given out as DOCX, PDF or short text; that it was is recorded."""

from io import BytesIO
from uuid import UUID

from flask import abort, send_file
from werkzeug.wrappers import Response

from kentongan.reports.values import Report, ReportState
from pipeline.reports.brief import brief
from pipeline.reports.docx import to_docx
from pipeline.reports.pdf import to_pdf
from pipeline.reports.setting import setting_of
from webui import sessions
from webui.parts import the_parts
from webui.reports.views import blueprint, the_report

TYPES = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
    "txt": "text/plain; charset=utf-8",
}


@blueprint.get("/<uuid:report_id>/unduh/<form>")
def download(report_id: UUID, form: str) -> Response:
    """Send a report as it stands; one that was signed only while it is what was signed."""
    if form not in TYPES:
        abort(404)
    report, parts = the_report(report_id), the_parts()
    if report.state is ReportState.FROZEN:
        parts.store.reports.verify(report.id)
    content = _made(report, form)
    parts.store.audit.add(
        sessions.current().name, "report given out", str(report.id), form=form, version=report.version
    )
    stem = report.number.replace("/", "-") if report.number else f"draf-{str(report.id)[-8:]}"
    response: Response = send_file(
        BytesIO(content), mimetype=TYPES[form], as_attachment=True, download_name=f"laporan-{stem}.{form}"
    )
    return response


def _made(report: Report, form: str) -> bytes:
    parts = the_parts()
    setting = setting_of(report, parts.settings, parts.region)
    if form == "txt":
        return brief(report, setting).encode()
    return to_docx(report, setting) if form == "docx" else to_pdf(report, setting)

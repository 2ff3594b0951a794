"""Files of a case: taken in, and given back as they came, never shown by us."""

from flask import Flask, request, send_file
from flask_babel import gettext
from werkzeug.wrappers import Response

from kentongan.errors import BadInput, Conflict, NotFound
from kentongan.incidents import MAX_FILE_BYTES
from pipeline.casefile.attachments import Attachments
from webui import sessions
from webui.incidents.changing import Answer, conflict
from webui.incidents.views import back_to, blueprint, the_case
from webui.parts import the_parts

_ROUTE = "incidents.add_file"
_FORM_BYTES = 128 * 1024  # a note of 8,000 characters, percent-encoded, and the rest


def allow_files(app: Flask) -> None:
    """Let the forms of cases be larger, most of all the one that brings a file; put it behind the gate,
    before forms are read."""

    def widen() -> None:
        if request.blueprint == blueprint.name:
            request.max_content_length = _FORM_BYTES + (MAX_FILE_BYTES if request.endpoint == _ROUTE else 0)
            request.max_form_memory_size = _FORM_BYTES

    app.before_request(widen)


@blueprint.post("/<number>/berkas")
def add_file(number: str) -> Answer:
    incident, sent = the_case(number), request.files.get("file")
    if sent is None or not sent.filename:
        raise BadInput(gettext("File: none was chosen."))
    parts, user, why = the_parts(), sessions.current(), request.form.get("why", "")
    stored = Attachments(parts.settings.home).keep(sent.stream, sent.filename)
    try:
        parts.store.incident_parts.add_file(
            incident.id, user.id, name=stored.name, sha256=stored.sha256, size=stored.size, why=why
        )
    except Conflict:
        return conflict(incident, f"{stored.name}\n{why}")
    return back_to(incident, "files")


@blueprint.get("/<number>/berkas/<file_id>")
def file(number: str, file_id: str) -> Response:
    """Give a file back: always to be saved, never to be shown. Also one that was taken out again."""
    parts = the_parts()
    case = parts.store.incidents.case(number)
    kept = next((one for one in case.files if str(one.id) == file_id), None)
    if kept is None:
        raise NotFound("file of this case", file_id)
    content = Attachments(parts.settings.home).open(kept.sha256)
    parts.store.audit.add(sessions.current().name, "case file read", number, file=file_id, sha256=kept.sha256)
    response: Response = send_file(
        content, mimetype=kept.media_type, as_attachment=True, download_name=kept.name
    )
    response.content_length = kept.size
    return response

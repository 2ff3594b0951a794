"""Changing a case: its head, its state, notes, clarifications, and taking things out."""

from datetime import date
from uuid import UUID

from flask import abort, flash, render_template, request
from flask_babel import gettext
from werkzeug.wrappers import Response

from kentongan.errors import BadInput, Conflict
from kentongan.incidents import Incident, PartKind
from pipeline.casefile.reading import read_case
from webui import sessions
from webui.incidents import wording
from webui.incidents.views import back_to, blueprint, the_case
from webui.parts import read_uuid, the_parts
from webui.times import today

Answer = Response | tuple[str, int]
FIRST_YEAR = 1990  # what is older was not published on the web
_CHANGING = ("incident_changes", "incident_notes")  # what raises a case's version; opening it is the first


@blueprint.post("/<number>/perihal")
def edit(number: str) -> Answer:
    """Change title and summary, unless the case changed since the page was read."""
    incident, form = the_case(number), request.form
    title, summary = form.get("title", ""), form.get("summary", "")
    try:
        the_parts().store.incidents.edit(
            incident.id, sessions.current().id, version=_version(), title=title, summary=summary,
            why=form.get("why", ""),
        )  # fmt: skip
    except Conflict:
        return conflict(incident, f"{title}\n\n{summary}")
    flash(gettext("Title and summary are saved. What they were stays in the history."), "notice")
    return back_to(incident)


@blueprint.post("/<number>/keadaan")
def settle(number: str) -> Answer:
    """Close a case, or open it again, with a reason."""
    incident, why = the_case(number), request.form.get("why", "")
    closing = request.form.get("to") == "closed"
    if request.form.get("to") not in ("open", "closed"):
        abort(400)
    incidents = the_parts().store.incidents
    change = incidents.close if closing else incidents.reopen
    try:
        change(incident.id, sessions.current().id, version=_version(), why=why)
    except Conflict:
        return conflict(incident, why)
    flash(gettext("The case is closed.") if closing else gettext("The case is open again."), "notice")
    return back_to(incident)


@blueprint.post("/<number>/catatan")
def add_note(number: str) -> Answer:
    incident, text = the_case(number), request.form.get("note", "")
    try:
        the_parts().store.incident_parts.add_note(incident.id, sessions.current().id, text)
    except Conflict:
        return conflict(incident, text)
    return back_to(incident, "notes")


@blueprint.post("/<number>/klarifikasi")
def add_clarification(number: str) -> Answer:
    incident, form = the_case(number), request.form
    url, publisher, raw = form.get("url", ""), form.get("publisher", ""), form.get("published_on", "")
    try:
        published_on = date.fromisoformat(raw)
    except ValueError as exc:
        raise BadInput(gettext("Date of publication: “%(raw)s” is not a date.", raw=raw[:40])) from exc
    if published_on.year < FIRST_YEAR:
        raise BadInput(gettext("Date of publication: “%(raw)s” is not a date.", raw=raw[:40]))
    if published_on > today():
        raise BadInput(gettext("Date of publication: that day has not come yet."))
    try:
        the_parts().store.incident_parts.add_clarification(
            incident.id, sessions.current().id, url=url, publisher=publisher, published_on=published_on
        )
    except Conflict:
        return conflict(incident, f"{publisher}\n{url}\n{raw}")
    return back_to(incident, "clarifications")


@blueprint.post("/<number>/keluarkan")
def remove(number: str) -> Answer:
    """Take a claim, item, file or clarification out, with a reason; the history keeps that it was in."""
    incident, why = the_case(number), request.form.get("why", "")
    kind, subject = _subject()
    try:
        the_parts().store.incident_parts.remove(incident.id, sessions.current().id, kind, subject, why)
    except Conflict:
        return conflict(incident, why)
    flash(gettext("Taken out of the case. The history keeps that it was in, and why it went."), "notice")
    return back_to(incident)


def conflict(incident: Incident, typed: str) -> tuple[str, int]:
    """Return the page for whoever came second: who was first, and what they themselves had typed."""
    parts = the_parts()
    events = read_case(parts.store, incident.number, parts.region.time_zone).events
    page = render_template(
        "incidents/conflict.html",
        incident=the_case(incident.number),
        latest=[event for event in events if event.table in _CHANGING][-1],
        typed=typed.strip(),
        wording=wording,
    )
    return page, 409


def _subject() -> tuple[PartKind, UUID]:
    subject = read_uuid(request.form.get("id", ""))
    try:
        kind = PartKind(request.form.get("kind", ""))
    except ValueError:
        abort(400)
    if subject is None:
        abort(400)
    return kind, subject


def _version() -> int:
    try:
        return int(request.form.get("version", ""))
    except ValueError:
        abort(400)

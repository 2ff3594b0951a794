"""Changing a report: its parts one by one, its second reading, its signature."""

import re
from collections.abc import Callable
from uuid import UUID

from flask import abort, flash, render_template, request
from flask_babel import gettext
from werkzeug.wrappers import Response

from kentongan.errors import Conflict
from kentongan.reports.kinds import Field, Grade
from kentongan.reports.rules import reword, set_head, write_section
from kentongan.reports.values import Content, FactSection, Report, WrittenSection
from webui import sessions
from webui.parts import the_parts
from webui.reports import wording
from webui.reports.views import back_to, blueprint, the_report

Answer = Response | tuple[str, int]
_PLACE = re.compile(r"[0-9]{1,6}")  # of a sentence in its part


@blueprint.post("/<uuid:report_id>/isi")
def write(report_id: UUID) -> Answer:
    """Save one part, unless the report changed since the page was read."""
    report, user, part = the_report(report_id), sessions.current(), request.form.get("part", "")
    try:
        the_parts().store.reports.edit(report.id, user.id, _change(part), version=read_version())
    except Conflict:
        return conflict(report, _typed())
    flash(gettext("Saved. What it was stays in the history."), "notice")
    return back_to(report, f"part-{part}")


@blueprint.post("/<uuid:report_id>/bacaan")
def read(report_id: UUID) -> Answer:
    """Give a KHUSUS report to its second reader, or keep what they say."""
    report, user, step = the_report(report_id), sessions.current(), request.form.get("step", "")
    reports, note = the_parts().store.reports, request.form.get("note", "")
    try:
        if step == "send":
            reports.send(report.id, user.id, version=read_version())
            flash(gettext("It waits for a second reader, who must be somebody else."), "notice")
        elif step in ("agree", "return"):
            reports.answer(report.id, user.id, version=read_version(), agrees=step == "agree", note=note)
            flash(gettext("Your reading is kept."), "notice")
        else:
            abort(400)
    except Conflict:
        return conflict(report, note)
    return back_to(report)


@blueprint.post("/<uuid:report_id>/tanda-tangan")
def sign(report_id: UUID) -> Answer:
    """Sign a report off: numbered, hashed, and never changed again."""
    report, parts = the_report(report_id), the_parts()
    try:
        signed = parts.store.reports.sign(
            report.id, sessions.current().id, version=read_version(), zone=parts.region.time_zone
        )
    except Conflict:
        return conflict(report, "")
    flash(
        gettext("Signed under number %(number)s. Nothing in it changes any more.", number=signed.number),
        "notice",
    )
    return back_to(report)


def conflict(report: Report, typed: str) -> tuple[str, int]:
    """Return the page for whoever came second, or may not: how it stands now, and what they had typed."""
    page = render_template(
        "reports/conflict.html",
        report=the_report(report.id),
        latest=the_parts().store.reports.history(report.id)[-1],
        typed=typed.strip(),
        wording=wording,
    )
    return page, 409


def _change(part: str) -> Callable[[Content], Content]:
    form = request.form
    if part == "head":
        try:
            grade, field = Grade(form.get("grade", "")), Field(form.get("field", ""))
        except ValueError:
            abort(400)
        return lambda content: set_head(content, grade, field, form.get("value", ""))
    if part in set(WrittenSection):
        return lambda content: write_section(content, WrittenSection(part), form.get("text", ""))
    if part in set(FactSection):
        places, said = form.getlist("at"), form.getlist("sentence")
        if len(places) != len(said) or not all(map(_PLACE.fullmatch, places)):
            abort(400)
        texts = dict(zip(map(int, places), said, strict=True))
        return lambda content: reword(content, FactSection(part), texts)
    abort(400)


def _typed() -> str:
    form = request.form
    return "\n".join([*form.getlist("sentence"), form.get("text", "")])


def read_version() -> int:
    """Return the version that the page was made of; 400 where it is none."""
    try:
        return int(request.form.get("version", ""))
    except ValueError:
        abort(400)

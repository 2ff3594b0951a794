"""Handing in a field report by the token of a field reporter. Nothing on the item tells who it was."""

from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from kentongan.field import MAX_LINK_CHARACTERS, MAX_REPORT_CHARACTERS, NewReport, WhereSeen
from kentongan.ids import new_id
from pipeline.field_work import hand_in
from webui.api.operations import Answer, caller, operation
from webui.api.shapes import Moment, Shape
from webui.links import without_phones
from webui.parts import the_parts

_MOST_BYTES = 12 * MAX_REPORT_CHARACTERS + 16 * 1024


class ReportGiven(Shape):
    text: Annotated[
        str, Field(min_length=1, max_length=MAX_REPORT_CHARACTERS, description="As it went around.")
    ]
    where: Annotated[WhereSeen, Field(description="As a kind; never which group or whose account.")]
    place: Annotated[str, Field(min_length=1, max_length=20, description="Code of a place of your own area.")]
    seen: Annotated[Moment | None, Field(description="When you saw it; now where it is left out.")] = None
    link: Annotated[
        str, Field(max_length=MAX_LINK_CHARACTERS, description="Kept as text, never fetched.")
    ] = ""
    key: Annotated[
        UUID | None, Field(description="Of your own making: sent twice with the same key it is kept once.")
    ] = None


class ReportKept(Shape):
    id: UUID


@operation(
    "POST",
    "/field-reports",
    tag="field reports",
    body=ReportGiven,
    answers={201: Answer("Kept.", ReportKept)},
    most_bytes=_MOST_BYTES,
)
def hand_in_report(given: ReportGiven) -> tuple[ReportKept, int]:
    """Hand in what was seen, for a place of your own area. Personal data in it is masked.

    A screenshot can be handed in on the page only.
    """
    parts = the_parts()
    new = NewReport(
        given.key or new_id(),
        given.place,
        given.where,
        given.seen or datetime.now(UTC),
        given.text,
        without_phones(given.link),
    )
    key = hand_in(parts.store, parts.settings.home, parts.region, caller().id, new, None)
    return ReportKept(id=key), 201

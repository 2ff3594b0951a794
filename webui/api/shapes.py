"""What every shape of the interface has in common: the base, and the few kinds of value that recur.

A shape is at once what a request is checked against, what an answer is made of and what the document says.
Reading is strict: what the document does not name is refused, never guessed or left out.
"""

import re
from datetime import date, datetime
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic.json_schema import SkipJsonSchema

MOST_ROWS, ROWS = 100, 25
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)", re.ASCII | re.IGNORECASE)


class Shape(BaseModel):
    """A JSON object with the fields that its class names and no others."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def _read_day(raw: object) -> object:
    if not isinstance(raw, str):
        return raw
    if not _DAY.fullmatch(raw):  # pydantic would take "0" for a day of 1970
        raise ValueError("a day is spelt as in 2026-03-31")
    return date.fromisoformat(raw)


def _read_moment(raw: object) -> object:
    if not isinstance(raw, str):
        return raw
    if not _MOMENT.fullmatch(raw):
        raise ValueError("a moment is spelt as in 2026-03-31T07:30:00+07:00")
    return datetime.fromisoformat(raw.upper())


def _read_whole(raw: object) -> object:
    """Take 2.0 for 2, as JSON Schema does."""
    return int(raw) if isinstance(raw, float) and raw.is_integer() else raw


Day = Annotated[date, BeforeValidator(_read_day)]
Moment = Annotated[AwareDatetime, BeforeValidator(_read_moment)]
Version = Annotated[
    int,
    Field(ge=0, le=2**31 - 1, description="`version` of the claim as it was read."),
    BeforeValidator(_read_whole),
]
Limit = Annotated[int, Field(ge=1, le=MOST_ROWS, description="How many at most.")]
Cursor = Annotated[
    str, Field(max_length=1_000, description="`next` of the page before; none for the first page.")
]
Next = Annotated[str | None, Field(description="Cursor of the next page; null after the last.")]
Nothing = SkipJsonSchema[None]
"""Beside a type: the parameter may be left out. Null is none of its values."""


class Place(Shape):
    code: Annotated[str, Field(description="Kemendagri code of a kelurahan or kecamatan.")]
    name: str


class Piece(Shape):
    text: str
    found: Annotated[bool, Field(description="Whether these are words that were looked for.")]

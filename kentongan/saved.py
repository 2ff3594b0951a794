"""Saved searches: what one is, and the watch topics that every city begins with.

Owns: the values, and reading the topics. Leaves what a query means to `search`, when one ends to
`pipeline.saving`, and keeping to `store.saved`. A hit is a topic that is spoken of, never a flag: no
label and no priority looks at it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NewType
from uuid import UUID

from kentongan.errors import BadInput
from kentongan.region import open_list

SavedId = NewType("SavedId", UUID)

MAX_TITLE, MAX_QUERY, MAX_ROUTE, MAX_NOTE = (
    120,
    500,
    120,
    1_000,
)  # characters; a query as in the archive's box
_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


class Refusal(StrEnum):
    """Why a search is not saved; each has words of its own on the pages."""

    NO_TITLE = "no title"
    TOO_LONG = "too long"
    EVERYTHING = "everything"
    MASKED = "masked"  # it asks for an account, a number or an address of a person
    STAGE_OVER = "stage over"  # of a candidate whom it names
    OVER = "over"  # its own time is
    TOO_MANY = "too many"
    KEPT = "kept"  # it comes with every city


class NotSaved(BadInput):
    """A search cannot be saved, changed or removed so. `about`: the limit or name that the reason is of."""

    def __init__(self, reason: Refusal, problem: str, about: str = "") -> None:
        super().__init__(problem)
        self.reason, self.about = reason, about


@dataclass(frozen=True, slots=True)
class Wanted:
    """What someone wants to be watched. `filters` are fields of the index and any of these values."""

    title: str
    query: str
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    route: str = ""  # whom such a matter may be handed to
    note: str = ""
    shared: bool = False  # with the team; the region's own always are


@dataclass(frozen=True, slots=True)
class Topic:
    """A watch topic that comes with the product; `id` never changes, the rest may."""

    id: str
    wanted: Wanted


@dataclass(frozen=True, slots=True)
class SavedSearch:
    id: SavedId
    wanted: Wanted
    owner: str  # a user's name; empty for the region's own
    topic: str  # of the product's topics; empty for any other
    created_at: datetime
    expires_at: datetime | None  # set where a candidate is named (R17)
    paused: bool
    version: int  # grows with each change

    def is_over(self, at: datetime) -> bool:
        """Return whether its time is over, so that nothing is held against it any more."""
        return self.expires_at is not None and self.expires_at <= at


def read_topics() -> tuple[Topic, ...]:
    """Return the watch topics. Raises FormatError naming file, line and field."""
    fields = open_list("watch_topics")
    found: dict[str, Topic] = {}
    for part in fields.mappings("topics"):
        topic = Topic(
            part.text("id"),
            Wanted(
                title=part.text("title"),
                query=part.text("query"),
                route=part.text("route"),
                note=part.text("note", required=False),
                shared=True,
            ),
        )
        part.refuse_unknown()
        if not _ID.fullmatch(topic.id) or topic.id in found:
            part.fail("id", f"{topic.id!r} must be given once, in lower-case letters, digits and dashes")
        found[topic.id] = topic
    fields.refuse_unknown()
    return tuple(found.values())

"""A round, what is handed in for it, and the closed sets of both.

A *round* covers a period and some kelurahan. For each of them and for their kecamatan there is one
*submission*, whatever number of versions it has. All of it is by place: who typed it stands in the audit log.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any, NewType
from uuid import UUID

from kentongan.field import Finding, is_kecamatan

RoundId = NewType("RoundId", UUID)
StandingId = NewType("StandingId", UUID)

CITY = ""
"""The place of the last tier."""
OPEN_AFTER = timedelta(days=3)
"""So long after the city's deadline what is late is still taken."""
LOOKED_BACK = timedelta(days=1)
"""Before the period's first day: field work of that time is offered too, for a morning tells of its night."""


class Tier(StrEnum):
    KELURAHAN = "kelurahan"
    KECAMATAN = "kecamatan"
    CITY = "city"


class Rhythm(StrEnum):
    DAILY = "daily"
    WEEKLY = "weekly"  # the seven days up to its weekday


class Situation(StrEnum):
    SAFE = "safe"  # aman
    NOTABLE = "notable"  # ada hal menonjol
    NIHIL = "nihil"  # nothing to tell, which is a full report


class State(StrEnum):
    """How a submission stands; a place without one is `NONE`."""

    NONE = "none"
    DRAFT = "draft"
    SENT = "sent"
    RETURNED = "returned"  # by the tier above, with a note
    TAKEN = "taken"  # in, by the tier above: nothing in it changes any more


class Step(StrEnum):
    """What was done to a submission; each is kept with who, when and the content after it."""

    SAVED = "saved"
    SENT = "sent"
    RETURNED = "returned"
    TAKEN = "taken"


class CiteKind(StrEnum):
    REPORT = "report"  # a field report
    REQUEST = "request"  # an answered verification request


@dataclass(frozen=True, slots=True)
class Deadlines:
    """When each tier is to be done, as moments or as clock times of the region."""

    kelurahan: datetime
    kecamatan: datetime
    city: datetime

    def of(self, tier: Tier) -> datetime:
        return {Tier.KELURAHAN: self.kelurahan, Tier.KECAMATAN: self.kecamatan, Tier.CITY: self.city}[tier]


@dataclass(frozen=True, slots=True)
class Clocks:
    """The clock times of the three deadlines, on the period's last day in the region's zone."""

    kelurahan: time
    kecamatan: time
    city: time


@dataclass(frozen=True, slots=True)
class Standing:
    """The order that rounds open by themselves. `places` are kelurahan; empty for all of the region."""

    id: StandingId
    rhythm: Rhythm
    weekday: int  # 0 is Monday; of a weekly one
    clocks: Clocks
    places: tuple[str, ...]
    begun_at: datetime


@dataclass(frozen=True, slots=True)
class Round:
    """What is to be reported. `places` are the kelurahan it covers, fixed when it was opened."""

    id: RoundId
    since: date
    until: date
    due: Deadlines
    places: tuple[str, ...]
    opened_at: datetime
    standing_id: StandingId | None = None
    ended_at: datetime | None = None  # by hand

    @property
    def kecamatan(self) -> tuple[str, ...]:
        """The codes of the kecamatan of its kelurahan, each once."""
        return tuple(dict.fromkeys(kecamatan_of(place) for place in self.places))

    def covers(self, place: str) -> bool:
        return place in self.places or place in self.kecamatan

    def due_of(self, place: str) -> datetime:
        return self.due.of(tier_of(place))

    def ends_at(self) -> datetime:
        """Return from when on nothing is taken any more."""
        late = self.due.city + OPEN_AFTER
        return min(late, self.ended_at) if self.ended_at else late

    def is_open(self, at: datetime) -> bool:
        return at < self.ends_at()


@dataclass(frozen=True, slots=True)
class Fact:
    """One matter in 5W1H. `who` is a role, never an account; it is typed by a person or empty."""

    what: str
    who: str = ""
    when: str = ""
    where: str = ""
    why: str = ""
    how: str = ""


@dataclass(frozen=True, slots=True)
class Cite:
    """Field work that a sheet leans on: by its id, so that what is erased is gone from here too."""

    kind: CiteKind
    id: UUID


@dataclass(frozen=True, slots=True)
class Cited:
    """A cite as it can be read. `finding` and `answer` are those of a request."""

    cite: Cite
    text: str
    at: datetime
    finding: Finding | None = None
    answer: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """A kelurahan's submission that a kecamatan took in, in the version that it read."""

    place: str
    version: int


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a tier says. `assessment`, `parts` and `missing` are the kecamatan's alone; the last two are set
    when it sends."""

    situation: Situation | None  # None in a draft alone
    facts: tuple[Fact, ...] = ()
    done: str = ""
    advice: str = ""
    assessment: str = ""
    cites: tuple[Cite, ...] = ()
    parts: tuple[Part, ...] = ()
    missing: tuple[str, ...] = ()  # kelurahan that had not reported


@dataclass(frozen=True, slots=True)
class Submission:
    """A place's submission as it stands; `sheet` is None until something was saved."""

    round_id: RoundId
    place: str
    state: State
    version: int  # 0 for none; grows with every step
    sheet: Sheet | None = None
    sent_version: int | None = None  # the version that the tier above reads
    first_sent_at: datetime | None = None
    sent_at: datetime | None = None
    taken_at: datetime | None = None
    note: str = ""  # with which it was sent back, until it is sent again

    def is_late(self, due: datetime, at: datetime) -> bool:
        """Tell whether it was first sent after its deadline, or is not sent and the deadline is over."""
        return (self.first_sent_at or at) > due


@dataclass(frozen=True, slots=True)
class Version:
    """One step of a submission and its content after it. Append-only."""

    number: int
    step: Step
    at: datetime
    note: str
    sheet: Sheet | None


def kecamatan_of(place: str) -> str:
    return place[:8]


def tier_of(place: str) -> Tier:
    if place == CITY:
        return Tier.CITY
    return Tier.KECAMATAN if is_kecamatan(place) else Tier.KELURAHAN


def sheet_json(sheet: Sheet) -> dict[str, Any]:
    """Return a sheet as it is kept."""
    return {
        "situation": sheet.situation.value if sheet.situation else "",
        "facts": [{name: getattr(fact, name) for name in Fact.__slots__} for fact in sheet.facts],
        "done": sheet.done,
        "advice": sheet.advice,
        "assessment": sheet.assessment,
        "cites": [{"kind": one.kind.value, "id": str(one.id)} for one in sheet.cites],
        "parts": [{"place": one.place, "version": one.version} for one in sheet.parts],
        "missing": list(sheet.missing),
    }


def sheet_of(kept: Mapping[str, Any]) -> Sheet:
    """Return the sheet that was kept."""
    return Sheet(
        Situation(kept["situation"]) if kept["situation"] else None,
        tuple(Fact(**fact) for fact in kept["facts"]),
        kept["done"],
        kept["advice"],
        kept["assessment"],
        tuple(Cite(CiteKind(one["kind"]), UUID(one["id"])) for one in kept["cites"]),
        tuple(Part(one["place"], one["version"]) for one in kept["parts"]),
        tuple(kept["missing"]),
    )

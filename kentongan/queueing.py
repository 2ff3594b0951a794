"""What may be asked of the queue, and what it shows of a claim's spread: values and rules, no rows.

Owns: the filters and which of them go together. Leaves reading an address to `webui.queue`, finding claims
to `store.queue`.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from kentongan.domain import Label, Lane, Platform, SourceKind, Stance, UserId
from kentongan.errors import BadInput

SPREAD_DAYS = 14
"""Of each row's small chart: today and the days before."""


class Age(StrEnum):
    """How long ago a claim was first seen."""

    DAY = "1d"
    THREE_DAYS = "3d"
    WEEK = "7d"
    OLDER = "older"  # than a week

    def span(self, at: datetime) -> tuple[datetime | None, datetime | None]:
        """Return since when, and until when, a claim of this age was first seen; None for no bound."""
        if self is Age.OLDER:
            return None, at - timedelta(days=7)
        return at - timedelta(days={Age.DAY: 1, Age.THREE_DAYS: 3, Age.WEEK: 7}[self]), None


class Holding(StrEnum):
    """Who works on a claim now."""

    ME = "me"
    NOBODY = "nobody"


class Clash(StrEnum):
    """Why filters do not go together; each has words of its own on the pages."""

    SAMPLE_LABEL = "sample and label"  # what was drawn is what nothing flagged
    NOBODY_ASKS = "no holder"  # held by me, and nobody asks


class Illegal(BadInput):
    """Filters that cannot be asked for together."""

    def __init__(self, clash: Clash) -> None:
        super().__init__(f"filters: {clash.value} do not go together")
        self.clash = clash


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a lane is narrowed to; everything that is given must hold.

    `platform` and `kind`: of any item of the claim. `stance`: of the item that speaks for it. `places`: the
    codes of a place and of those within it, any of which an item speaks of. `checked`: whether an item that
    speaks for it matches a published check.
    """

    label: Label | None = None
    stance: Stance | None = None
    platform: Platform | None = None
    kind: SourceKind | None = None
    places: tuple[str, ...] = ()
    checked: bool | None = None
    election: bool | None = None
    age: Age | None = None
    held: Holding | None = None

    @property
    def narrows(self) -> bool:
        """Whether anything is asked for."""
        return self != Wanted()

    def check(self, lane: Lane, user_id: UserId | None) -> None:
        """Raise Illegal for what cannot be asked of a lane, or by nobody."""
        if lane is Lane.SAMPLE and self.label is not None:
            raise Illegal(Clash.SAMPLE_LABEL)
        if self.held is Holding.ME and user_id is None:
            raise Illegal(Clash.NOBODY_ASKS)


@dataclass(frozen=True, slots=True)
class Asked:
    """A look at the queue: by whom, when, and how much claims about elections are lifted then.

    `lift` as `urgency.Nearness`; `first_hour`: the hour of UTC since 1970 in which the oldest day of the
    small charts begins.
    """

    at: datetime
    first_hour: int
    lift: float = 1.0
    user_id: UserId | None = None

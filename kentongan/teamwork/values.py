"""The figures themselves, from what was counted: values in, values out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from kentongan.domain import Label, Lane
from kentongan.sampling import SHARE
from kentongan.teamwork.estimates import LEAST_MEDIAN, LEAST_P90, Share, quantile

TOP = 20
TOP_LANE = Lane.NEW
"""What is looked at: the lane the queue opens with. The press is not judged, so there is nothing to be right
about (R9); what waits for a second opinion was looked at already."""
BACKLOG = (Lane.NEW, Lane.PRESS, Lane.SECOND, Lane.VERIFICATION, Lane.SAMPLE)
"""Lanes that wait for somebody."""
BAND_DAYS = (1, 3, 7)
"""Ages are told as under a day, one to three, three to seven, and a week or more."""


@dataclass(frozen=True, slots=True)
class TopDay:
    """What lay in the first TOP places on a morning, and what became of it.

    `noted` is False for a day on which nobody looked: nothing is known of it, and all counts are 0.
    """

    day: date
    noted: bool
    lay: int = 0
    worth: int = 0  # decided on, and not as no problem
    nothing: int = 0  # decided on as no problem

    @property
    def decided(self) -> int:
        return self.worth + self.nothing

    @property
    def undecided(self) -> int:
        return self.lay - self.decided

    @property
    def precision(self) -> float | None:
        """Of what was decided; None where that is too little to say."""
        return Share(self.worth, self.decided).value


def sum_days(days: Sequence[TopDay]) -> TopDay:
    """Return many mornings as one, by the first of them; holes add nothing. Raises ValueError for none."""
    noted = [day for day in days if day.noted]
    first = min(day.day for day in days)
    return TopDay(
        first, bool(noted), *(sum(getattr(d, name) for d in noted) for name in ("lay", "worth", "nothing"))
    )


@dataclass(frozen=True, slots=True)
class Times:
    """How long claims waited for a decision, in minutes; None where there are too few to say.

    `withheld`: too few people decided for it to be a figure of a team. Then nothing is told, nor how many.
    """

    withheld: bool
    decided: int = 0
    median: int | None = None
    p90: int | None = None


WITHHELD = Times(withheld=True)


def times_of(minutes: Mapping[int, int]) -> Times:
    """Return the times of decisions: `minutes` waited, to how many waited so long."""
    decided = sum(minutes.values())
    return Times(
        False,
        decided,
        quantile(minutes, 0.5) if decided >= LEAST_MEDIAN else None,
        quantile(minutes, 0.9) if decided >= LEAST_P90 else None,
    )


@dataclass(frozen=True, slots=True)
class WeekTimes:
    monday: date
    times: Times


@dataclass(frozen=True, slots=True)
class Backlog:
    """What waits in a lane now: by how long it lies there, as BAND_DAYS part it."""

    lane: Lane
    bands: tuple[int, ...]
    unknown: int  # lay there before this was kept
    oldest: datetime | None

    @property
    def total(self) -> int:
        return sum(self.bands) + self.unknown


@dataclass(frozen=True, slots=True)
class Rulings:
    """What people said of the model's mark in deciding; `label` is None for claims, whatever they bear.

    Overruled: what it was flagged for is not in it. `neither`: closed for another reason, such as age.
    """

    label: Label | None
    upheld: int
    overruled: int
    neither: int

    @property
    def share(self) -> Share:
        return Share(self.overruled, self.upheld + self.overruled)


@dataclass(frozen=True, slots=True)
class Missed:
    """What the sample says of all that nothing flagged: each drawn claim stands for `1 / SHARE`."""

    drawn: int
    flagged: int  # by the machine after all, before anyone decided: not missed
    decided: int
    problem: int  # decided as something to watch, verify or escalate

    @property
    def undecided(self) -> int:
        return self.drawn - self.flagged - self.decided

    @property
    def stands_for(self) -> int:
        """About how many unflagged claims there were."""
        return round((self.drawn - self.flagged) / SHARE)

    @property
    def share(self) -> Share:
        return Share(self.problem, self.decided)

    @property
    def count(self) -> int | None:
        """About how many were missed; None where there are too few to say."""
        return self._of_all(self.share.value)

    @property
    def least(self) -> int | None:
        return self._of_all(self.share.low)

    @property
    def most(self) -> int | None:
        return self._of_all(self.share.high)

    def _of_all(self, share: float | None) -> int | None:
        return None if share is None else round(share * self.stands_for)

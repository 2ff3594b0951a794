"""Over which weeks figures are told: calendar weeks of the region, the running one included."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Protocol
from zoneinfo import ZoneInfo


class Period(StrEnum):
    FOUR_WEEKS = "4w"
    THREE_MONTHS = "3m"
    YEAR = "1y"


MORNING, TOO_LATE = time(7, 30), time(8, 0)
"""Of the region: when the top of the queue is noted, and from when on it is not: people are deciding."""
WEEKS: Mapping[Period, int] = {Period.FOUR_WEEKS: 4, Period.THREE_MONTHS: 13, Period.YEAR: 52}


class Stretch(Protocol):
    """Some time: from `begins` until before `at`."""

    @property
    def begins(self) -> datetime: ...
    @property
    def at(self) -> datetime: ...


@dataclass(frozen=True, slots=True)
class Between:
    """A stretch of any two moments."""

    begins: datetime
    at: datetime


@dataclass(frozen=True, slots=True)
class Span:
    """A period that ends now: `weeks` calendar weeks, each from a Monday, the last one running."""

    period: Period
    at: datetime
    zone: ZoneInfo

    @property
    def weeks(self) -> int:
        return WEEKS[self.period]

    @property
    def today(self) -> date:
        return self.at.astimezone(self.zone).date()

    @property
    def first(self) -> date:
        """The Monday it begins with."""
        return self.today - timedelta(days=self.today.weekday(), weeks=self.weeks - 1)

    @property
    def begins(self) -> datetime:
        return self._midnight(self.first)

    @property
    def month_begins(self) -> datetime:
        """The first moment of the month it begins in: months are told whole."""
        return self._midnight(self.first.replace(day=1))

    @property
    def morning_is_over(self) -> bool:
        """Whether today's top of the queue is noted by now, or will not be."""
        return self.at.astimezone(self.zone).time() >= TOO_LATE

    def mondays(self) -> list[date]:
        return [self.first + timedelta(weeks=number) for number in range(self.weeks)]

    def days(self) -> list[date]:
        """Return its days up to today, oldest first."""
        return [self.first + timedelta(days=n) for n in range((self.today - self.first).days + 1)]

    def _midnight(self, day: date) -> datetime:
        return datetime.combine(day, time(), self.zone).astimezone(UTC)

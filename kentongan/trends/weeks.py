"""Which weeks a figure is of: whole calendar weeks of the region, from Monday; never the running one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from kentongan.elections import Calendar, Stage

CHOICES = (13, 26, 52)
BEFORE_VOTING, AFTER_VOTING = 12, 4
VOTING = "pemungutan suara"  # as the region files name the stage of the day itself
_WEEK = timedelta(weeks=1)


@dataclass(frozen=True, slots=True)
class Weeks:
    """`count` weeks from the Monday `first`; `voting` is the number of the one with a day of voting."""

    first: date
    count: int
    zone: ZoneInfo
    voting: int | None = None

    @property
    def begins(self) -> datetime:
        """The first moment, in UTC."""
        return _midnight(self.first, self.zone)

    @property
    def ends(self) -> datetime:
        """The first moment after them, in UTC."""
        return _midnight(self.first + self.count * _WEEK, self.zone)

    @property
    def last_day(self) -> date:
        return self.first + self.count * _WEEK - timedelta(days=1)

    def mondays(self) -> list[date]:
        return [self.first + number * _WEEK for number in range(self.count)]

    def earlier(self) -> "Weeks":
        """Return as many weeks, which end where these begin."""
        return Weeks(self.first - self.count * _WEEK, self.count, self.zone)

    def a_year_earlier(self) -> "Weeks":
        """Return as many weeks, 52 weeks before these."""
        return Weeks(self.first - 52 * _WEEK, self.count, self.zone)

    def only(self, number: int, count: int = 1) -> "Weeks":
        """Return `count` of them, from one on."""
        return Weeks(self.first + number * _WEEK, count, self.zone)


def finished_weeks(today: date, count: int, zone: ZoneInfo) -> Weeks:
    """Return the last `count` weeks that are over on a day of the region."""
    return Weeks(_monday(today) - count * _WEEK, count, zone)


def voting_days(calendar: Calendar) -> Mapping[str, date]:
    """Return the elections whose day of voting is in the calendar, the newest first."""
    days = {stage.election: stage.first for stage in calendar.stages if stage.name == VOTING}
    return dict(sorted(days.items(), key=lambda one: one[1], reverse=True))


def election_weeks(day: date, today: date, zone: ZoneInfo) -> Weeks | None:
    """Return the weeks around a day of voting that are over; None where none is.

    Two elections are laid over each other by their weeks to voting: whole calendar weeks, so that nothing
    can be worked out from two grids that overlap.
    """
    first = _monday(day) - BEFORE_VOTING * _WEEK
    over = (_monday(today) - first) // _WEEK
    count = min(BEFORE_VOTING + 1 + AFTER_VOTING, over)
    return Weeks(first, count, zone, BEFORE_VOTING) if count > 0 else None


def stages_in(calendar: Calendar, monday: date) -> Sequence[Stage]:
    """Return the stages of which a day lies in the week."""
    sunday = monday + timedelta(days=6)
    return [stage for stage in calendar.stages if stage.first <= sunday and monday <= stage.last]


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)

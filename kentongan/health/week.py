"""The last seven days of a source by hour: what came, and what was to be expected of the hours watched."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from kentongan.health.rhythm import Rhythm
from kentongan.health.values import Interval

DAYS = 7
_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Day:
    """One day of the source's own clock; the first and the last are cut by the week's ends."""

    day: date
    found: tuple[int, ...]  # by hour
    expected: tuple[float, ...]
    watched: tuple[bool, ...]  # whether crawls covered any of the hour


def last_days(rhythm: Rhythm, intervals: Sequence[Interval], at: datetime) -> list[Day]:
    """Return the days of the week before a moment, the oldest first."""
    local = at.astimezone(rhythm.zone)
    days = [local.date() - timedelta(days=n) for n in reversed(range(DAYS))]
    found = {day: [0] * 24 for day in days}
    expected = {day: [0.0] * 24 for day in days}
    watched = {day: [False] * 24 for day in days}
    for interval in intervals:
        if interval.end < (at - timedelta(days=DAYS + 1)).timestamp():
            continue
        end = datetime.fromtimestamp(interval.end, rhythm.zone)
        if end.date() in found:
            found[end.date()][end.hour] += interval.found
        for hour in _hours(interval, rhythm):
            if hour.date() in watched:
                watched[hour.date()][hour.hour] = True
    for day in days:
        for number in range(24):
            start = datetime(day.year, day.month, day.day, number, tzinfo=rhythm.zone)
            if start < at:
                begun = start.timestamp()
                expected[day][number] = rhythm.expected(begun, min(begun + 3600, at.timestamp()))
    return [Day(day, tuple(found[day]), tuple(expected[day]), tuple(watched[day])) for day in days]


def _hours(interval: Interval, rhythm: Rhythm) -> Sequence[datetime]:
    start = datetime.fromtimestamp(interval.start, rhythm.zone).replace(minute=0, second=0, microsecond=0)
    hours = []
    while start.timestamp() < interval.end:
        hours.append(start)
        start += _HOUR
    return hours

"""Seven days of a source as bars beside a line of what was expected: numbers in, numbers out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from kentongan.health.week import Day

HEIGHT, SLOT, WIDTH = 60, 4, 3  # of the chart, of an hour, of its bar
_LEAST = 3  # of a bar that stands for anything at all
_LEAST_MOST = 2.0  # items at the top of the chart: one item an hour is no mountain


@dataclass(frozen=True, slots=True)
class HourBar:
    x: int
    y: int
    height: int


@dataclass(frozen=True, slots=True)
class DaySum:
    day: date
    found: int
    expected: float
    hours_watched: int


@dataclass(frozen=True, slots=True)
class WeekChart:
    width: int
    height: int
    bar_width: int
    bars: tuple[HourBar, ...]  # hours with something new
    unwatched: tuple[HourBar, ...]  # hours that no crawl covered, as tall as the chart
    line: str  # the points of the expected numbers
    days: tuple[DaySum, ...]

    @property
    def found(self) -> int:
        return sum(day.found for day in self.days)

    @property
    def expected(self) -> float:
        return sum(day.expected for day in self.days)


def draw_week(days: Sequence[Day]) -> WeekChart:
    """Return the days as one chart, an hour a bar."""
    found = [count for day in days for count in day.found]
    expected = [count for day in days for count in day.expected]
    watched = [one for day in days for one in day.watched]
    most = max(_LEAST_MOST, *found, *expected)
    bars = tuple(
        HourBar(hour * SLOT, HEIGHT - height, height)
        for hour, count in enumerate(found)
        if count and (height := max(_LEAST, round(HEIGHT * count / most)))
    )
    unwatched = tuple(HourBar(hour * SLOT, 0, HEIGHT) for hour, one in enumerate(watched) if not one)
    line = " ".join(
        f"{hour * SLOT + SLOT / 2:g},{HEIGHT - HEIGHT * count / most:.1f}"
        for hour, count in enumerate(expected)
    )
    sums = tuple(DaySum(d.day, sum(d.found), sum(d.expected), sum(d.watched)) for d in days)
    return WeekChart(SLOT * len(found), HEIGHT, WIDTH, bars, unwatched, line, sums)

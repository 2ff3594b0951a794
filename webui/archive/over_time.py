"""How many results each day, week or month has, as a chart without gaps."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from search.index import Interval
from webui.bars import Chart, draw

MOST_BARS = 200  # a page stays under 100 KB; older intervals are told in one number


@dataclass(frozen=True, slots=True)
class Row:
    """One interval with results, and where they are."""

    first: date
    last: date
    count: int
    link: str


@dataclass(frozen=True, slots=True)
class OverTime:
    interval: Interval
    chart: Chart[date] | None  # None where one bar would say it all
    rows: tuple[Row, ...]
    before: int  # results older than the chart


def over_time(
    histogram: Sequence[tuple[date, int]], interval: Interval, link: Callable[[date, date], str]
) -> OverTime:
    """Return the chart of a page's histogram; `link` gives the address of the results of some days."""
    counts = dict(histogram)
    starts: list[date] = []
    if counts:
        at, first = max(counts), min(counts)
        while at >= first and len(starts) < MOST_BARS:
            starts.append(at)
            at = _before(at, interval)
    starts.reverse()
    shown = [(start, counts.get(start, 0)) for start in starts]
    rows = tuple(
        Row(start, _last(start, interval), count, link(start, _last(start, interval)))
        for start, count in shown
        if count
    )
    chart = draw(starts, [count for _, count in shown]) if len(starts) > 1 else None
    return OverTime(interval, chart, rows, sum(counts.values()) - sum(count for _, count in shown))


def _before(first: date, interval: Interval) -> date:
    match interval:
        case Interval.DAY:
            return first - timedelta(days=1)
        case Interval.WEEK:
            return first - timedelta(days=7)
        case Interval.MONTH:
            return (first - timedelta(days=1)).replace(day=1)


def _last(first: date, interval: Interval) -> date:
    match interval:
        case Interval.DAY:
            return first
        case Interval.WEEK:
            return first + timedelta(days=6)
        case Interval.MONTH:
            return (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)

"""When a source publishes: new items an hour, by weekday and hour of its own clock, and how unsteadily.

Learnt from its own crawls. A rate is shrunk in three steps, each as far as its evidence is short:
a cell of the week towards weekday times hour; both towards a common day's shape; the level towards what the
source's file expects. Two figures say how far chance strays from the rates, and both are needed:
`batch` (several articles at once: the excess of hourly counts over Poisson) and `steadiness`
(good and bad days: the shape of a gamma factor on each day, which makes a count negative binomial).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from itertools import accumulate
from statistics import median
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt

from kentongan.domain import Source, SourceKind
from kentongan.health.values import Interval

Floats = npt.NDArray[np.float64]

WEEK = 168
_HOUR, _MONDAY = 3600, 72  # the first hour of 1970 was a Thursday's
USUAL_DAILY = {
    SourceKind.PRESS: 10.0,
    SourceKind.GOVERNMENT: 2.0,
    SourceKind.FACT_CHECKER: 4.0,
    SourceKind.PUBLIC_CHANNEL: 5.0,
}
"""Assumed where a source's file says nothing; two days of crawls outweigh it."""
_DAY_SHAPE = np.array([1, 1, 1, 1, 1, 2, 4, 6, 8, 9, 9, 9, 8, 8, 8, 8, 8, 7, 6, 6, 5, 4, 3, 2], float)
_DAY_SHAPE *= 24 / _DAY_SHAPE.sum()
_PRIOR_DAYS, _GUESS_DAYS = 2.0, 0.5  # of expected items that speak for the file's figure, for ours
_PRIOR_EVENTS = 4.0  # that speak for the coarser rate at each refinement
_MOST_BATCH = 8.0
_LEAST_STEADINESS, _MOST_STEADINESS = 2.0, 15.0
_FIRST_STEADINESS = 6.0  # while the level rests on the file; the least, while it is our guess
_STEADY_DAYS = 14  # that speak for it: rates learnt from few days fit those days too well
_BURST = 4  # times the usual find of a crawl that found: more than that is a backlog
_BURST_LEAST = 5


@dataclass(frozen=True, slots=True)
class Rhythm:
    """What to expect of a source. `rates` are items an hour, Monday's first hour first."""

    rates: tuple[float, ...]
    zone: ZoneInfo
    batch: float
    steadiness: float
    days: float  # of crawls it was learnt from
    _sums: tuple[float, ...] = field(repr=False)  # of the rates before each hour of the week

    @property
    def daily(self) -> float:
        return self._sums[-1] / 7

    def expected(self, start: float, end: float) -> float:
        """Return how many new items the time between two moments (seconds since 1970) brings."""
        return max(0.0, self._before(end) - self._before(start))

    def _before(self, moment: float) -> float:
        hours = (moment + _offset(self.zone, int(moment // 86_400))) / _HOUR + _MONDAY
        weeks, within = divmod(hours, WEEK)
        hour = int(within)
        return weeks * self._sums[-1] + self._sums[hour] + (within - hour) * self.rates[hour]


def learn(source: Source, intervals: Sequence[Interval]) -> Rhythm:
    """Return the rhythm of a source; without intervals it is what its file leads to expect."""
    zone = ZoneInfo(source.time_zone)
    expected, days, steadiness = source.expected_daily, _PRIOR_DAYS, _FIRST_STEADINESS
    if not expected:
        expected, days, steadiness = USUAL_DAILY[source.kind], _GUESS_DAYS, _LEAST_STEADINESS
    prior: Floats = np.tile(_DAY_SHAPE * expected / 24, 7)
    if not intervals:
        return _rhythm(prior, zone, 1.0, steadiness, 0.0)
    first, hours, found = _by_hour(zone, intervals)
    cells = (np.arange(len(hours)) + first) % WEEK
    exposure: Floats = np.bincount(cells, weights=hours, minlength=WEEK).astype(float)
    counts: Floats = np.bincount(cells, weights=found, minlength=WEEK).astype(float)
    rates = _refine(prior, exposure, counts, expected * days)
    batch, steadiness = _unsteadiness(found, hours * rates[cells], first, steadiness)
    return _rhythm(rates, zone, batch, steadiness, float(hours.sum() / 24))


def _rhythm(rates: Floats, zone: ZoneInfo, batch: float, steadiness: float, days: float) -> Rhythm:
    values = tuple(float(rate) for rate in rates)
    return Rhythm(values, zone, batch, steadiness, days, tuple(accumulate(values, initial=0.0)))


def _by_hour(zone: ZoneInfo, intervals: Sequence[Interval]) -> tuple[int, Floats, Floats]:
    """Return the first hour (counted from a Monday) and, for each from there, hours watched and items."""
    productive = [interval.found for interval in intervals if interval.found]
    most = max(_BURST_LEAST, _BURST * median(productive)) if productive else 0
    local = [_offset(zone, int(i.start // 86_400)) for i in intervals]
    first = int((intervals[0].start + local[0]) // _HOUR)
    last = int((intervals[-1].end + local[-1]) // _HOUR)
    hours, found = np.zeros(last - first + 2), np.zeros(last - first + 2)
    for interval, offset in zip(intervals, local, strict=True):
        start = max(0.0, (interval.start + offset) / _HOUR - first)
        end = max(start, (interval.end + offset) / _HOUR - first)
        low, high = int(start), int(end)
        share = min(interval.found, most) / (end - start) if end > start else 0.0
        if low == high:
            hours[low] += end - start
            found[low] += share * (end - start)
            continue
        hours[low] += low + 1 - start
        hours[low + 1 : high] += 1
        hours[high] += end - high
        if share:
            found[low] += share * (low + 1 - start)
            found[low + 1 : high] += share
            found[high] += share * (end - high)
    return first + _MONDAY, np.minimum(hours, 1.0), found


def _refine(prior: Floats, exposure: Floats, counts: Floats, weight: float) -> Floats:
    rates = prior * (counts.sum() + weight) / ((exposure * prior).sum() + weight)
    for _ in range(2):
        for axis in (1, 0):  # hours of the day, then days of the week
            due = (exposure * rates).reshape(7, 24).sum(axis=1 - axis)
            came = counts.reshape(7, 24).sum(axis=1 - axis)
            factor = (came + _PRIOR_EVENTS) / (due + _PRIOR_EVENTS)
            rates = (rates.reshape(7, 24) * (factor[:, None] if axis == 0 else factor[None, :])).ravel()
    refined: Floats = rates * (counts + _PRIOR_EVENTS) / (exposure * rates + _PRIOR_EVENTS)
    return refined


def _unsteadiness(found: Floats, due: Floats, first: int, steadiness: float) -> tuple[float, float]:
    """Return how many items come at once, and the shape of the factor on days."""
    total = float(due.sum())
    if total <= 0:
        return 1.0, steadiness
    batch = min(_MOST_BATCH, max(1.0, float(((found - due) ** 2).sum()) / total))
    days = (np.arange(len(found)) + first) // 24
    days -= days[0]
    came, expected = np.bincount(days, weights=found), np.bincount(days, weights=due)
    excess = float(((came - expected) ** 2 - batch * expected).sum())
    squares = float((expected**2).sum())
    first_squares = _STEADY_DAYS * squares / len(came)
    share = (excess + first_squares / steadiness) / (squares + first_squares)
    return batch, 1 / min(1 / _LEAST_STEADINESS, max(1 / _MOST_STEADINESS, share))


@lru_cache(maxsize=4096)
def _offset(zone: ZoneInfo, day: int) -> float:
    """Return the zone's seconds ahead of UTC on a day since 1970, as they are at its noon."""
    offset = datetime.fromtimestamp(day * 86_400 + 43_200, zone).utcoffset()
    return offset.total_seconds() if offset else 0.0

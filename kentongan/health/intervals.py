"""From single crawls to the times that were watched.

What was new at a crawl came since the crawl before it. After a longer pause (the crawler was down, or
the source) nobody can say when: neither the pause nor what was found after it is evidence of anything.
Nor is what the first crawl of all finds: it was there already.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from kentongan.domain import Source
from kentongan.health.values import Interval

_PAUSE = timedelta(hours=3)  # a list of twenty entries reaches back farther than that
_TURNS = 3


@dataclass(frozen=True, slots=True)
class Look:
    """One crawl that read its lists: when the one before began, when it began, and what was new."""

    before: float  # seconds since 1970
    at: float
    found: int


def longest_pause(source: Source) -> float:
    """Return the seconds between two crawls up to which the later one saw all that came."""
    return max(_PAUSE, _TURNS * timedelta(minutes=source.every_minutes)).total_seconds()


def join_looks(looks: Sequence[Look], first: float, last: float, pause: float) -> list[Interval]:
    """Return the intervals between the beginnings of the first and the last crawl, oldest first.

    `looks` need only hold the crawls that found something and those after a pause: between two of
    them crawls followed one another and found nothing.
    """
    intervals: list[Interval] = []
    watched = first
    for look in looks:
        if look.before > watched:
            intervals.append(Interval(watched, look.before, 0))
        if look.at - look.before <= pause:
            intervals.append(Interval(look.before, look.at, look.found))
        watched = look.at
    if last > watched:
        intervals.append(Interval(watched, last, 0))
    return intervals

"""How whole the weeks were read: days on which sources answered, of those on which they should have.

Every source counts alike. What a day of an absent source would have brought is not guessed by more than that.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from kentongan.domain import SourceKind
from kentongan.trends.values import Coverage
from kentongan.trends.weeks import Weeks


@dataclass(frozen=True, slots=True)
class SourceDays:
    """A source from its first crawl to its `last`, None while it is read still.

    `read`: the days on which its lists were read, counted from the first one of the weeks.
    """

    kind: SourceKind
    first: date
    last: date | None
    read: frozenset[int]


def cover(weeks: Weeks, sources: Sequence[SourceDays]) -> list[Coverage]:
    """Return the coverage of each week. The day of a source's first crawl is due, none before it."""
    found = []
    for number, monday in enumerate(weeks.mondays()):
        read = due = there = whole = 0
        for source in sources:
            days = [
                7 * number + day
                for day in range(7)
                if source.first <= monday + timedelta(days=day) <= (source.last or date.max)
            ]
            done = sum(day in source.read for day in days)
            read, due = read + done, due + len(days)
            there += bool(days)
            whole += bool(days) and done == len(days)
        found.append(Coverage(read, due, there, whole))
    return found

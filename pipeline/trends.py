"""Counts of weeks that are over, kept for a while: counting one again costs the items of that week.

A finished week still changes, by items that arrive late, decisions and merged claims, most in the first weeks
after it. So a week is counted again after KEPT where it is young and after KEPT_OLD where it is not, and
whoever shows a count tells when it was made. Each process keeps its own.
"""

from collections import OrderedDict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from operator import is_
from threading import Lock
from typing import Any

from kentongan.store import Store
from kentongan.trends.tables import Table, counted_of, table_of
from kentongan.trends.values import Cell, Coverage, Dimension, WeekCount
from kentongan.trends.weeks import Weeks

KEPT, KEPT_OLD = timedelta(minutes=10), timedelta(hours=6)
YOUNG = timedelta(weeks=5)  # from its Monday on
_WEEKS_KEPT, _TABLES_KEPT = 2_000, 32


@dataclass(frozen=True, slots=True)
class Counts:
    """The weeks, and when the one counted first was counted."""

    weeks: list[WeekCount]
    at: datetime


@dataclass(frozen=True, slots=True)
class Places:
    """As `store.trends.count_places`."""

    cells: Mapping[str, Cell]
    total: Cell
    coverage: Coverage
    at: datetime


class TrendCounts:
    """Safe to ask from several threads: what is being counted is waited for, not counted twice."""

    def __init__(self, store: Store) -> None:
        self._store, self._lock = store, Lock()
        self._kept: OrderedDict[Hashable, tuple[datetime, Any]] = OrderedDict()
        self._tables: OrderedDict[Hashable, tuple[list[WeekCount], Table]] = OrderedDict()

    def weeks(self, dimension: Dimension, weeks: Weeks, at: datetime | None = None) -> Counts:
        """Return the counts of each week; `at` is the time by which what is kept is old."""
        now = at or datetime.now(UTC)
        themes = self._store.trends.themes_mark() if dimension is Dimension.NARRATIVE else None
        with self._lock:
            keys = [(dimension, themes, monday) for monday in weeks.mondays()]
            missing = [n for n, key in enumerate(keys) if not self._is_fresh(key, key[2], now)]
            if missing:  # from the first to the last of them in one go: mostly they stand together
                stretch = weeks.only(missing[0], missing[-1] - missing[0] + 1)
                for key, week in zip(
                    keys[missing[0] :], self._store.trends.count_weeks(dimension, stretch), strict=False
                ):
                    self._keep(key, now, week)
            found = [self._kept[key] for key in keys]
        return Counts([week for _, week in found], min(counted for counted, _ in found))

    def table(
        self, dimension: Dimension, weeks: Weeks, keys: Sequence[str] = (), *, aggregates: bool
    ) -> tuple[Table, datetime]:
        """Return the table of the weeks, as `tables.table_of`, and when the one counted first was counted."""
        counts = self.weeks(dimension, weeks)
        key = (dimension, weeks.first, weeks.count, tuple(keys), aggregates)
        with self._lock:
            kept = self._tables.get(key)
        if kept is not None and all(map(is_, kept[0], counts.weeks)):
            table = kept[1]
        else:
            counted = counted_of(dimension, counts.weeks, keys)
            table = table_of(dimension, weeks, counted, aggregates=aggregates)
            with self._lock:
                self._tables[key] = (counts.weeks, table)
                while len(self._tables) > _TABLES_KEPT:
                    self._tables.popitem(last=False)
        return table, counts.at

    def places(self, weeks: Weeks, at: datetime | None = None) -> Places:
        """Return the items of each place over all of the weeks."""
        now, key = at or datetime.now(UTC), ("places", weeks.first, weeks.count)
        with self._lock:
            if not self._is_fresh(key, weeks.last_day, now):
                self._keep(key, now, self._store.trends.count_places(weeks))
            counted, found = self._kept[key]
        cells, total, coverage = found
        return Places(cells, total, coverage, counted)

    def _is_fresh(self, key: Hashable, day: date, now: datetime) -> bool:
        if key not in self._kept:
            return False
        self._kept.move_to_end(key)
        return now - self._kept[key][0] < (KEPT if now.date() - day < YOUNG else KEPT_OLD)

    def _keep(self, key: Hashable, now: datetime, value: object) -> None:
        self._kept[key] = (now, value)
        self._kept.move_to_end(key)
        while len(self._kept) > _WEEKS_KEPT:
            self._kept.popitem(last=False)

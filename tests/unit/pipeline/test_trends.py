"""Counts of finished weeks that are kept: what is counted again, and when."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any, cast
from zoneinfo import ZoneInfo

import pytest

from kentongan.store import Store
from kentongan.trends.values import Cell, Coverage, Dimension, WeekCount
from kentongan.trends.weeks import Weeks
from pipeline.trends import KEPT, KEPT_OLD, TrendCounts

ZONE = ZoneInfo("Asia/Jakarta")
NOW = datetime(2026, 3, 30, 3, tzinfo=UTC)
MARCH = Weeks(date(2026, 3, 2), 4, ZONE)  # young all of them
OLD = Weeks(date(2026, 1, 5), 4, ZONE)


class Ledger:
    """Stands for the record: says what it was asked to count, which a record would not."""

    def __init__(self) -> None:
        self.asked: list[tuple[Dimension, date, int]] = []
        self.mark = 1

    def count_weeks(self, dimension: Dimension, weeks: Weeks) -> list[WeekCount]:
        self.asked.append((dimension, weeks.first, weeks.count))
        return [WeekCount({"a": Cell(len(self.asked), 1, 1)}, Cell(9, 1, 1), {}) for _ in range(weeks.count)]

    def count_places(self, weeks: Weeks) -> tuple[dict[str, Cell], Cell, Coverage]:
        self.asked.append((Dimension.PLACE, weeks.first, weeks.count))
        return {}, Cell(), Coverage()

    def themes_mark(self) -> object:
        return self.mark


@pytest.fixture
def ledger() -> Ledger:
    return Ledger()


@pytest.fixture
def counts(ledger: Ledger) -> TrendCounts:
    return TrendCounts(cast(Store, SimpleNamespace(trends=ledger)))


def firsts(ledger: Ledger) -> Sequence[Any]:
    return [(first.isoformat(), count) for _, first, count in ledger.asked]


def test_a_week_is_counted_once_and_only_what_is_missing_later(ledger: Ledger, counts: TrendCounts) -> None:
    counts.weeks(Dimension.LABEL, MARCH, NOW)
    counts.weeks(Dimension.LABEL, MARCH, NOW)
    counts.weeks(Dimension.LABEL, Weeks(date(2026, 2, 16), 6, ZONE), NOW)
    assert firsts(ledger) == [("2026-03-02", 4), ("2026-02-16", 2)]


def test_young_weeks_are_counted_again_sooner_than_old_ones_and_it_is_told_when(
    ledger: Ledger, counts: TrendCounts
) -> None:
    for weeks in (MARCH, OLD):
        assert counts.weeks(Dimension.LABEL, weeks, NOW).at == NOW
    later = NOW + KEPT
    assert counts.weeks(Dimension.LABEL, MARCH, later).at == later
    assert counts.weeks(Dimension.LABEL, OLD, later).at == NOW
    counts.weeks(Dimension.LABEL, OLD, NOW + KEPT_OLD)
    assert firsts(ledger) == [("2026-03-02", 4), ("2026-01-05", 4), ("2026-03-02", 4), ("2026-01-05", 4)]


def test_after_a_clustering_narratives_are_counted_anew(ledger: Ledger, counts: TrendCounts) -> None:
    counts.weeks(Dimension.NARRATIVE, OLD, NOW)
    counts.weeks(Dimension.NARRATIVE, OLD, NOW)
    ledger.mark = 2
    counts.weeks(Dimension.NARRATIVE, OLD, NOW)
    assert len(ledger.asked) == 2


def test_a_table_is_made_of_what_is_counted_now(ledger: Ledger, counts: TrendCounts) -> None:
    now = datetime.now(UTC)
    weeks = Weeks((now - timedelta(days=now.weekday() + 28)).date(), 2, ZONE)
    first, _ = counts.table(Dimension.LABEL, weeks, aggregates=False)
    again, _ = counts.table(Dimension.LABEL, weeks, aggregates=False)
    liaison, _ = counts.table(Dimension.LABEL, weeks, aggregates=True)
    assert first is again
    assert liaison.aggregates
    counts.weeks(Dimension.LABEL, weeks, now + KEPT + timedelta(seconds=9))  # somebody looked later
    assert counts.table(Dimension.LABEL, weeks, aggregates=False)[0] is not first


def test_the_map_is_kept_by_its_weeks(ledger: Ledger, counts: TrendCounts) -> None:
    for weeks in (MARCH, MARCH, OLD):
        assert counts.places(weeks, NOW).at == NOW
    assert len(ledger.asked) == 2

"""The chart above the results: without gaps, bounded, and each number where it can be followed."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.index import Interval
from search.plan import by_interval
from webui.archive.over_time import MOST_BARS, over_time

DAYS = st.dictionaries(st.dates(date(2000, 1, 1), date(2030, 1, 1)), st.integers(1, 9), max_size=30)


def link(since: date, until: date) -> str:
    return f"{since}..{until}"


def test_times_without_results_stand_as_gaps_and_rows_lead_to_their_days() -> None:
    shown = over_time([(date(2025, 1, 1), 4), (date(2025, 4, 1), 2)], Interval.MONTH, link)
    assert shown.chart is not None
    assert [(bar.start, bar.count, bar.height) for bar in shown.chart.bars] == [
        (date(2025, 1, 1), 4, 100),
        (date(2025, 2, 1), 0, 0),
        (date(2025, 3, 1), 0, 0),
        (date(2025, 4, 1), 2, 50),
    ]
    assert [(row.last, row.link) for row in shown.rows] == [
        (date(2025, 1, 31), "2025-01-01..2025-01-31"),
        (date(2025, 4, 30), "2025-04-01..2025-04-30"),
    ]
    assert shown.before == 0


@pytest.mark.parametrize("interval", list(Interval))
@given(days=DAYS)
def test_no_result_is_lost_and_the_chart_is_never_too_long(interval: Interval, days: dict[date, int]) -> None:
    histogram = by_interval(days.items(), interval)
    shown = over_time(histogram, interval, link)
    assert sum(row.count for row in shown.rows) + shown.before == sum(days.values())
    assert shown.chart is None or len(shown.chart.bars) <= MOST_BARS
    for row, (first, count) in zip(
        shown.rows, histogram[-len(shown.rows) :] if shown.rows else (), strict=True
    ):
        assert (row.first, row.count) == (first, count)
        assert by_interval([(row.last, 1), (row.first, 1)], interval) == ((first, 2),)
        assert by_interval([(row.last + timedelta(days=1), 1)], interval) != ((first, 1),)


def test_one_interval_needs_no_chart_and_none_has_no_rows() -> None:
    assert over_time([(date(2025, 1, 1), 4)], Interval.DAY, link).chart is None
    assert over_time([], Interval.DAY, link).rows == ()

"""Days as people type them, alone and within a query."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.dates import read_days
from search.index import Interval, Query
from search.plan import by_interval, plan
from search.query import understand
from search.tree import And, Word

YEARS = st.dates(date(1970, 1, 1), date(8999, 12, 30))


@pytest.mark.parametrize(
    ("typed", "first", "after"),
    [
        ("2025-08-27", date(2025, 8, 27), date(2025, 8, 28)),
        ("27/8/2025", date(2025, 8, 27), date(2025, 8, 28)),
        ("27-08-2025", date(2025, 8, 27), date(2025, 8, 28)),
        ("3.4.2025", date(2025, 4, 3), date(2025, 4, 4)),
        ("2025-12", date(2025, 12, 1), date(2026, 1, 1)),
        ("2/2024", date(2024, 2, 1), date(2024, 3, 1)),
        ("2024", date(2024, 1, 1), date(2025, 1, 1)),
        (" 2024 ", date(2024, 1, 1), date(2025, 1, 1)),
    ],
)
def test_a_day_a_month_or_a_year_stands_for_its_days(typed: str, first: date, after: date) -> None:
    assert read_days(typed) == (first, after)


@pytest.mark.parametrize(
    "typed", ["", "kemarin", "2025-13", "31/2/2025", "2025-00-01", "0001", "9999", "8/27/2025"]
)
def test_what_is_no_day_is_none(typed: str) -> None:
    assert read_days(typed) is None


@given(YEARS)
def test_a_day_comes_back_whatever_its_form(day: date) -> None:
    for typed in (day.isoformat(), f"{day.day}/{day.month}/{day.year}"):
        assert read_days(typed) == (day, day + timedelta(days=1))


@pytest.mark.parametrize(
    ("typed", "line", "since", "until"),
    [
        ("banjir sejak:2025-08", "banjir since:2025-08-01", date(2025, 8, 1), None),
        ("sampai:27/8/2025 banjir", "banjir until:2025-08-27", None, date(2025, 8, 28)),
        ("tanggal:2024", "since:2024-01-01 until:2024-12-31", date(2024, 1, 1), date(2025, 1, 1)),
        ("sejak:2024 sejak:2025-02-03", "since:2025-02-03", date(2025, 2, 3), None),
        ("(rob sampai:2024) TPS", "rob tps until:2024-12-31", None, date(2025, 1, 1)),
        ("a OR b sejak:2025", "(a OR b) since:2025-01-01", date(2025, 1, 1), None),
    ],
)
def test_days_in_a_query_hold_for_all_of_it(
    typed: str, line: str, since: date | None, until: date | None
) -> None:
    read = understand(typed)
    assert (read.line, read.since, read.until) == (line, since, until)


@pytest.mark.parametrize(
    "typed", ["-sejak:2025 x", "x OR sejak:2025", "sejak:2025 OR x", "dari:lurah", "sejak:2025-13"]
)
def test_days_that_could_not_hold_for_all_of_it_are_words(typed: str) -> None:
    read = understand(typed)
    assert (read.since, read.until) == (None, None)
    assert read.node != And()


def test_typed_days_begin_in_the_zone_of_the_region_and_narrow_those_asked_for_beside() -> None:
    wita = ZoneInfo("Asia/Makassar")
    asked = Query("banjir sejak:2025-08-27", zone="Asia/Makassar", until=datetime(2025, 9, 1, tzinfo=UTC))
    planned = plan(asked)
    assert planned.query.since == datetime(2025, 8, 27, tzinfo=wita)
    assert planned.query.until == datetime(2025, 9, 1, tzinfo=UTC)
    assert isinstance(planned.words, Word)
    later = datetime(2025, 8, 30, tzinfo=UTC)
    assert plan(Query("sejak:2025-08-27", since=later)).query.since == later


def test_days_are_added_up_by_week_from_monday_and_by_month() -> None:
    days = [(date(2025, 8, 31), 2), (date(2025, 9, 1), 3), (date(2025, 9, 7), 4), (date(2025, 9, 9), 0)]
    assert by_interval(days, Interval.DAY) == tuple(days[:3])
    assert by_interval(days, Interval.WEEK) == ((date(2025, 8, 25), 2), (date(2025, 9, 1), 7))
    assert by_interval(days, Interval.MONTH) == ((date(2025, 8, 1), 2), (date(2025, 9, 1), 7))

"""The arithmetic of the team's figures, by examples worked out by hand and against scipy and numpy."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from kentongan.domain import Label
from kentongan.teamwork.estimates import LEAST_SHARE, Share, quantile, wilson
from kentongan.teamwork.periods import Period, Span
from kentongan.teamwork.values import Missed, Rulings, TopDay, sum_days, times_of

WITA = ZoneInfo("Asia/Makassar")
DAY = date(2026, 3, 2)


def test_two_of_forty_by_hand() -> None:
    # z = 1.95996; z² = 3.84146: middle (0.05 + 3.84146/80) / (1 + 3.84146/40) = 0.098018 / 1.096036
    low, high = wilson(2, 40)
    assert low == pytest.approx(0.01382, abs=1e-5)
    assert high == pytest.approx(0.16504, abs=1e-5)


def test_none_of_forty_is_not_none_of_all() -> None:
    low, high = wilson(0, 40)
    assert low == 0
    assert high == pytest.approx(3.84146 / (40 + 3.84146), abs=1e-5)


@given(st.integers(1, 5_000).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of))))
def test_the_interval_is_that_of_scipy(pair: tuple[int, int]) -> None:
    hits, of = pair
    known = binomtest(hits, of).proportion_ci(0.95, method="wilson")
    low, high = wilson(hits, of)
    assert [low, high] == pytest.approx([known.low, known.high], abs=1e-12)
    assert 0 <= low <= hits / of <= high <= 1


@pytest.mark.parametrize(("hits", "of"), [(0, 0), (3, 2), (-1, 2)])
def test_what_is_no_share_is_refused(hits: int, of: int) -> None:
    with pytest.raises(ValueError, match="no share"):
        wilson(hits, of)


def test_of_nine_no_share_is_told_and_of_ten_it_is() -> None:
    few, enough = Share(3, LEAST_SHARE - 1), Share(3, LEAST_SHARE)
    assert (few.value, few.low, few.high) == (None, None, None)
    assert enough.value == 0.3


@given(st.lists(st.integers(0, 10_000), min_size=1, max_size=60), st.sampled_from([0.5, 0.9]))
def test_a_quantile_is_one_of_the_values_and_as_many_do_not_pass_it(values: list[int], share: float) -> None:
    counts = {value: values.count(value) for value in values}
    found = quantile(counts, share)
    assert found == int(np.quantile(values, share, method="inverted_cdf"))
    assert sum(value <= found for value in values) >= share * len(values) - 1e-9


def test_the_times_of_a_handful() -> None:
    # 10, 20, 20, 30, 600: the third of five is 20; nine of ten cannot be said of five
    times = times_of({10: 1, 20: 2, 30: 1, 600: 1})
    assert (times.decided, times.median, times.p90) == (5, 20, None)


def test_the_times_of_twenty() -> None:
    times = times_of(dict.fromkeys(range(1, 21), 1))
    assert (times.median, times.p90) == (10, 18)


def test_of_four_decisions_no_time_is_told() -> None:
    assert times_of({5: 4}).median is None
    assert times_of({}).decided == 0


def test_a_morning_counts_what_was_decided_and_a_hole_counts_nothing() -> None:
    monday = TopDay(DAY, True, lay=20, worth=9, nothing=3)
    assert (monday.precision, monday.decided, monday.undecided) == (0.75, 12, 8)
    hole = TopDay(date(2026, 3, 3), False)
    assert hole.precision is None
    every = sum_days([hole, monday, TopDay(date(2026, 3, 4), True, lay=4, worth=1, nothing=2)])
    assert (every.lay, every.worth, every.nothing, every.day) == (24, 10, 5, DAY)
    assert sum_days([hole]).noted is False


def test_what_the_sample_says_of_all() -> None:
    # 50 drawn, 10 of them flagged after all: 40 stand for 800. Of 30 decided 3 were a problem.
    found = Missed(drawn=50, flagged=10, decided=30, problem=3)
    assert (found.undecided, found.stands_for, found.count) == (10, 800, 80)
    low, high = wilson(3, 30)
    assert (found.least, found.most) == (round(800 * low), round(800 * high))
    assert round(800 * low) < 80 < round(800 * high)


def test_an_undecided_sample_estimates_nothing() -> None:
    found = Missed(drawn=50, flagged=0, decided=4, problem=1)
    assert (found.count, found.least, found.most, found.undecided) == (None, None, None, 46)


def test_what_was_closed_for_another_reason_is_no_ruling_on_the_mark() -> None:
    assert Rulings(Label.HOAX, upheld=12, overruled=4, neither=9).share == Share(4, 16)


def test_a_period_is_of_whole_weeks_of_the_region_and_ends_now() -> None:
    # Sunday 18:30 UTC is Monday 02:30 in Makassar: a new week has begun there
    span = Span(Period.FOUR_WEEKS, datetime(2026, 3, 8, 18, 30, tzinfo=UTC), WITA)
    assert (span.today, span.first) == (date(2026, 3, 9), date(2026, 2, 16))
    assert span.begins == datetime(2026, 2, 15, 16, 0, tzinfo=UTC)
    assert span.month_begins == datetime(2026, 1, 31, 16, 0, tzinfo=UTC)
    assert span.mondays()[-1] == date(2026, 3, 9)
    assert (len(span.mondays()), len(span.days())) == (4, 22)
    assert not span.morning_is_over


@given(st.datetimes(datetime(2024, 1, 1), datetime(2030, 1, 1)), st.sampled_from(Period))
def test_every_moment_lies_in_the_last_week_of_its_period(at: datetime, period: Period) -> None:
    span = Span(period, at.replace(tzinfo=UTC), WITA)
    assert span.first.weekday() == 0
    assert span.mondays()[-1] <= span.today
    assert (span.today - span.mondays()[-1]).days < 7
    assert span.days()[-1] == span.today

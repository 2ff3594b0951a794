"""What is expected of a source is what it used to do, and nothing that happened to the crawler."""

from datetime import timedelta

import numpy as np
import pytest

from kentongan.domain import SourceKind
from kentongan.health.intervals import Look, join_looks
from kentongan.health.rhythm import USUAL_DAILY, learn
from kentongan.health.values import Interval
from tests.factories import make_source
from tests.outlets import BEGIN, Outlet, Watched, crawls, publish, source_of

DAY = 86_400.0


def seconds(day: float) -> float:
    return BEGIN.timestamp() + day * DAY


def watched(outlet: Outlet, days: int, seed: int = 1) -> Watched:
    chance = np.random.default_rng(seed)
    seen = Watched(source_of(outlet))
    for run in crawls(outlet, publish(outlet, days, chance), days, chance):
        seen.add(run)
    return seen


def test_without_crawls_the_file_is_believed_and_without_a_figure_the_kind() -> None:
    assert learn(make_source(expected_daily=24.0), []).daily == pytest.approx(24)
    assert learn(make_source(), []).daily == pytest.approx(USUAL_DAILY[SourceKind.PRESS])


def test_eight_weeks_outweigh_a_file_that_is_wrong() -> None:
    outlet = Outlet(20)
    seen = watched(outlet, 56)
    wrong = make_source(expected_daily=3.0)
    intervals = seen.intervals(BEGIN + timedelta(days=56))
    assert learn(wrong, intervals).daily == pytest.approx(20, rel=0.25)
    assert learn(wrong, intervals[: len(intervals) // 40]).daily < 20


def test_nights_and_weekends_are_told_from_days() -> None:
    seen = watched(Outlet(30, weekend=0.4), 56)
    rhythm = learn(seen.source, seen.intervals(BEGIN + timedelta(days=56)))
    monday, saturday = seconds(56), seconds(61)
    assert (
        rhythm.expected(monday, monday + DAY / 6)
        < rhythm.expected(monday + DAY * 3 / 8, monday + DAY / 2) / 5
    )
    assert rhythm.expected(saturday, saturday + DAY) < 0.65 * rhythm.expected(monday, monday + DAY)


def test_the_expected_number_of_a_long_time_is_the_sum_of_its_parts() -> None:
    rhythm = learn(make_source(expected_daily=11.0), [])
    start, middle, end = seconds(0.3), seconds(9.77), seconds(23.1)
    parts = rhythm.expected(start, middle) + rhythm.expected(middle, end)
    assert rhythm.expected(start, end) == pytest.approx(parts)
    assert rhythm.expected(seconds(0), seconds(7)) == pytest.approx(77)
    assert rhythm.expected(end, start) == 0


def test_hours_are_those_of_the_sources_own_clock() -> None:
    jakarta, jayapura = (
        learn(make_source(expected_daily=10.0, time_zone=zone), [])
        for zone in ("Asia/Jakarta", "Asia/Jayapura")
    )
    at = seconds(0)
    assert jakarta.expected(at, at + 3600) == pytest.approx(jayapura.expected(at - 7200, at - 3600))


def test_a_pause_and_what_was_found_after_it_are_no_evidence() -> None:
    looks = [Look(0, 1800, 1), Look(1800, 90_000, 60), Look(90_000, 91_800, 2)]
    assert join_looks(looks, 0, 95_000, pause=10_800) == [
        Interval(0, 1800, 1),
        Interval(90_000, 91_800, 2),
        Interval(91_800, 95_000, 0),
    ]


def test_crawls_that_found_nothing_join_into_one_time() -> None:
    assert join_looks([Look(3600, 5400, 4)], 0, 9000, pause=10_800) == [
        Interval(0, 3600, 0),
        Interval(3600, 5400, 4),
        Interval(5400, 9000, 0),
    ]


def test_one_backlog_does_not_raise_what_is_expected() -> None:
    steady = [Interval(seconds(n / 48), seconds((n + 1) / 48), int(n % 4 == 0)) for n in range(48 * 28)]
    backlog = [*steady[:700], Interval(steady[700].start, steady[700].end, 300), *steady[701:]]
    usual = learn(make_source(), steady).daily
    assert usual == pytest.approx(12, rel=0.1)
    assert learn(make_source(), backlog).daily == pytest.approx(usual, rel=0.05)


def test_a_source_that_speaks_in_bursts_is_known_to() -> None:
    burst = watched(Outlet(20, batch=4.0), 56)
    single = watched(Outlet(20, batch=1.0, steadiness=200), 56)
    at = BEGIN + timedelta(days=56)
    assert (
        learn(burst.source, burst.intervals(at)).batch
        > 1.5 * learn(single.source, single.intervals(at)).batch
    )


def test_a_source_with_good_and_bad_days_is_known_to_be_unsteady() -> None:
    at = BEGIN + timedelta(days=56)
    moody, steady = watched(Outlet(40, steadiness=2), 56), watched(Outlet(40, steadiness=500), 56)
    assert (
        learn(moody.source, moody.intervals(at)).steadiness
        < learn(steady.source, steady.intervals(at)).steadiness
    )

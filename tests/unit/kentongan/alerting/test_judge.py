"""A burst is told beside a base rate that neither a busy day nor a broken source can move."""

from dataclasses import replace

import numpy as np
import pytest

from kentongan.alerting.judge import judge
from kentongan.alerting.values import DEFAULT, Counted, Kind, Watched

BEFORE = (1, 0, 2, 1, 0, 1, 1) * 4
WATCHED = Watched(100, 1.0, [100] * 28, [1.0] * 28)


def kind(seen: Counted, watched: Watched = WATCHED, subjects: int = 50) -> Kind | None:
    found = judge(seen, watched, subjects)
    return found.kind if found else None


def test_many_more_than_before_from_independent_voices_are_a_burst() -> None:
    found = judge(Counted(12, 6, BEFORE), WATCHED, 50)
    assert found is not None
    assert (found.kind, found.items, found.voices, found.days) == (Kind.BURST, 12, 6, 28)
    assert found.expected == pytest.approx(24.5 / 28)
    assert found.chance < 1e-3


def test_as_many_as_before_are_none() -> None:
    assert kind(Counted(5, 5, [4, 6, 5, 7, 3, 5, 6] * 4)) is None


def test_one_text_that_is_passed_on_by_its_agency_is_no_burst() -> None:
    assert kind(Counted(40, 1, BEFORE)) is None
    assert kind(Counted(40, DEFAULT.least_voices, BEFORE)) is Kind.BURST


def test_a_day_on_which_everything_is_spoken_of_more_is_no_burst() -> None:
    assert kind(Counted(12, 6, BEFORE), replace(WATCHED, items=1_400)) is None


def test_a_day_on_which_other_sources_could_not_be_read_is_no_burst() -> None:
    steady = Counted(6, 6, [4, 6, 5, 5] * 7)
    assert kind(steady, replace(WATCHED, items=20)) is None


def test_days_on_which_nothing_could_be_read_do_not_make_the_base_rate_calm() -> None:
    """Three weeks of a broken source: six a day since it came back are what it always was."""
    broken = [6] * 7 + [0] * 21
    watched = Watched(100, 1.0, [100] * 7 + [10] * 21, [1.0] * 7 + [0.0] * 21)
    assert kind(Counted(6, 6, broken), watched) is None
    assert kind(Counted(25, 9, broken), watched) is Kind.BURST


def test_nothing_is_told_before_a_week_was_watched() -> None:
    young = Watched(100, 1.0, [100] * 3 + [0] * 25, [1.0] * 3 + [0.0] * 25)
    assert kind(Counted(30, 9, [1] * 3 + [0] * 25), young) is None


def test_what_comes_in_heaps_must_be_a_larger_heap() -> None:
    heaps = [0, 0, 0, 0, 0, 0, 14] * 4
    even = [2] * 28
    assert kind(Counted(12, 6, even)) is Kind.BURST
    assert kind(Counted(12, 6, heaps)) is None


def test_with_more_subjects_each_must_be_more_surprising() -> None:
    seen = Counted(6, 4, BEFORE)
    assert kind(seen, subjects=10) is Kind.BURST
    assert kind(seen, subjects=1_000_000) is None


def test_what_is_there_again_after_a_watched_silence_has_resurfaced() -> None:
    back = Counted(3, 2, [0] * 28, ever=9)
    assert kind(back) is Kind.RESURFACED
    assert kind(replace(back, ever=0)) is None
    assert kind(replace(back, before=[0] * 27 + [1])) is None
    assert kind(replace(back, voices=1)) is None


def test_a_silence_that_nobody_watched_is_none() -> None:
    unwatched = replace(WATCHED, watched_before=[1.0] * 10 + [0.0] * 18)
    assert kind(Counted(3, 2, [0] * 28, ever=9), unwatched) is None


def test_chance_alone_tells_no_more_often_than_the_rule_allows() -> None:
    """Fifty subjects, two hundred weeks of days of pure chance with heaps: within twice the bound."""
    chance, told = np.random.default_rng(7), 0
    weeks, subjects = 200, 50
    rates = chance.gamma(1.0, 2.0, subjects)
    days = 7 * weeks + 28
    counts = chance.poisson(chance.gamma(2.0, rates / 2.0, (days, subjects)))
    for day in range(28, days):
        total, before = int(counts[day].sum()), counts[day - 28 : day][::-1]
        watched = Watched(total, 1.0, before.sum(axis=1).tolist(), [1.0] * 28)
        for subject in range(subjects):
            items = int(counts[day, subject])
            told += judge(Counted(items, items, before[:, subject].tolist()), watched, subjects) is not None
    assert told / weeks < 2 * DEFAULT.false_a_week

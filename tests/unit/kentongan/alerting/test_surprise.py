"""The chance of a count agrees with a library that is made for it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import nbinom, poisson

from kentongan.alerting.surprise import chance_of, dispersion_of, limit_for

MEANS = st.floats(0.01, 200)


@given(st.integers(1, 300), MEANS)
def test_without_heaps_it_is_the_tail_of_a_poisson_distribution(least: int, mean: float) -> None:
    assert chance_of(least, mean, 1.0) == pytest.approx(poisson.sf(least - 1, mean), rel=1e-6, abs=1e-15)


@given(st.integers(1, 300), MEANS, st.floats(1.05, 20))
def test_with_heaps_it_is_the_tail_of_a_negative_binomial_one(least: int, mean: float, spread: float) -> None:
    expected = nbinom.sf(least - 1, mean / (spread - 1), 1 / spread)
    assert chance_of(least, mean, spread) == pytest.approx(expected, rel=1e-6, abs=1e-15)


def test_nothing_is_certain_and_something_out_of_nothing_is_impossible() -> None:
    assert chance_of(0, 3.0, 1.0) == 1.0
    assert chance_of(1, 0.0, 1.0) == 0.0


def test_the_spread_of_days_is_measured_beside_their_exposure() -> None:
    assert dispersion_of([10, 10, 10, 10], [1, 1, 1, 1]) == 1.0
    assert dispersion_of([0, 0, 0, 40], [1, 1, 1, 1]) == pytest.approx(40.0)
    assert dispersion_of([10, 20, 30], [1, 2, 3]) == 1.0  # more was collected, so more was to be expected
    assert dispersion_of([5, 99], [1, 0]) == 1.0  # a day without exposure tells nothing


def test_the_bound_is_shared_by_all_subjects_and_days() -> None:
    assert 7 * 100 * limit_for(100, 0.5) == pytest.approx(0.5, rel=1e-3)
    assert limit_for(10, 0.5) > limit_for(100, 0.5)

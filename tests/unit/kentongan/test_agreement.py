"""Krippendorff's alpha: published values, properties, and another implementation as an oracle."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kentongan.agreement import LEAST_UNITS, agreement

N = None
# Four observers, twelve units, with missing values: Krippendorff (2011), "Computing Krippendorff's
# Alpha-Reliability", section D: alpha for nominal data is 0.743.
PUBLISHED: list[list[int | None]] = [
    [1, 1, N, 1], [2, 2, 3, 2], [3, 3, 3, 3], [3, 3, 3, 3], [2, 2, 2, 2], [1, 2, 3, 4],
    [4, 4, 4, 4], [1, 1, 2, 1], [2, 2, 2, 2], [N, 5, 5, 5], [N, N, 1, 1], [N, N, 3, N],
]  # fmt: skip
VALUES = st.sampled_from(["dismiss", "watch", "verify", "escalate"])
UNITS = st.lists(st.lists(st.none() | VALUES, min_size=2, max_size=4), max_size=40)


def test_the_published_example_comes_out() -> None:
    found = agreement(PUBLISHED)
    assert found.alpha is not None
    assert found.alpha == pytest.approx(0.743, abs=0.0005)
    assert found.units == 11  # the last one was judged by one observer only
    assert found.low is not None
    assert found.high is not None
    assert found.low <= found.alpha <= found.high


def test_two_observers_and_two_values_by_hand() -> None:
    # 10 units, 8 alike: 2 of 10 pairs differ; of 20 values 14 "a", 6 "b": 1 - 19 * 2 * 2 / (2 * 14 * 6)
    units: list[list[str]] = [["a", "a"]] * 6 + [["b", "b"]] * 2 + [["a", "b"]] * 2
    assert agreement(units).alpha == pytest.approx(1 - 19 * 4 / (2 * 14 * 6))


@settings(deadline=None)
@given(UNITS)
def test_another_implementation_says_the_same(units: list[list[str | None]]) -> None:
    krippendorff = pytest.importorskip("krippendorff")
    found = agreement(units)
    widest = max((len(unit) for unit in units), default=0)
    columns = np.array([unit + [N] * (widest - len(unit)) for unit in units], dtype=object).T
    names = sorted({v for unit in units for v in unit if v is not None})
    if len({v for unit in units if sum(x is not None for x in unit) > 1 for v in unit if v is not None}) < 2:
        assert found.alpha is None
        return
    coded = [[np.nan if v is None else float(names.index(v)) for v in row] for row in columns]
    told = krippendorff.alpha(reliability_data=coded, level_of_measurement="nominal")
    assert found.alpha == pytest.approx(told, abs=1e-9)


@settings(deadline=None)
@given(UNITS)
def test_neither_who_judged_nor_the_order_matters(units: list[list[str | None]]) -> None:
    mixed = [unit[::-1] for unit in units][::-1]
    one, other = agreement(units), agreement(mixed)
    assert one.units == other.units
    assert (one.alpha is None) == (other.alpha is None)
    if one.alpha is not None and other.alpha is not None:
        assert one.alpha == pytest.approx(other.alpha)
        assert one.alpha <= 1 + 1e-12


@settings(deadline=None)
@given(UNITS)
def test_what_one_or_nobody_judged_changes_nothing(units: list[list[str | None]]) -> None:
    padded: list[list[str | None]] = [*units, [N, N], ["watch", N], [N, "dismiss", N]]
    assert agreement(padded) == agreement(units)


def test_full_agreement_is_one_and_one_value_alone_says_nothing() -> None:
    assert agreement([("a", "a"), ("b", "b")]).alpha == 1
    assert agreement([("a", "a"), ("a", "a")]).alpha is None
    assert agreement([]).alpha is None


def test_an_interval_is_told_from_enough_units_only_and_is_the_same_each_time() -> None:
    units: list[list[str | None]] = [["a", "a"], ["b", "b"], ["a", "b"]] * 4
    few = agreement(units[: LEAST_UNITS - 1])
    assert (few.low, few.high) == (None, None)
    many = agreement(units)
    assert many == agreement(units)
    assert many.low is not None
    assert many.high is not None
    assert many.low < many.high

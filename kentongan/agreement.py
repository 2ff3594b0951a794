"""How far people agree beyond chance: Krippendorff's alpha for names of things, with its uncertainty.

Source: K. Krippendorff, Computing Krippendorff's Alpha-Reliability (2011), nominal data with missing
values. The interval is the percentile bootstrap over units. Figures are of the team: who judged is not
asked for (R15).
"""

from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

RESAMPLES = 1_000
LEAST_UNITS = 10  # below these an interval says nothing
_SEED = 20_115  # any: the same data give the same interval


@dataclass(frozen=True, slots=True)
class Agreement:
    units: int  # that two or more judged; others say nothing about agreement
    alpha: float | None  # 1 for full agreement, 0 for chance; None where all said one and the same thing
    low: float | None = None  # of the 95 % interval; None where it cannot be told
    high: float | None = None


def agreement(units: Sequence[Sequence[Hashable | None]]) -> Agreement:
    """Return how far those who judged `units` agree.

    A unit holds what each person called it, in any order; None where one did not judge.
    """
    table = _counts([[value for value in unit if value is not None] for unit in units])
    alpha = _alpha(table)
    low, high = _interval(table) if alpha is not None and len(table) >= LEAST_UNITS else (None, None)
    return Agreement(len(table), alpha, low, high)


def _counts(units: Sequence[Sequence[Hashable]]) -> npt.NDArray[np.float64]:
    """Return a row a unit that two or more judged, a column a value, and how many said it."""
    judged = [Counter(unit) for unit in units if len(unit) >= 2]
    values = {value: column for column, value in enumerate(dict.fromkeys(v for unit in judged for v in unit))}
    table = np.zeros((len(judged), len(values)))
    for row, unit in enumerate(judged):
        for value, count in unit.items():
            table[row, values[value]] = count
    return table


def _alpha(table: npt.NDArray[np.float64]) -> float | None:
    found = _alphas(table, np.ones((1, len(table))))[0]
    return None if np.isnan(found) else float(found)


def _alphas(table: npt.NDArray[np.float64], times: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return alpha for each row of `times`, which says how often each unit counts; NaN for none."""
    judges = table.sum(axis=1)
    differing = (judges**2 - (table**2).sum(axis=1)) / (judges - 1)
    totals, every = times @ table, times @ judges
    expected = every**2 - (totals**2).sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(expected > 0, 1 - (every - 1) * (times @ differing) / expected, np.nan)


def _interval(table: npt.NDArray[np.float64]) -> tuple[float, float] | tuple[None, None]:
    units = len(table)
    times = np.random.default_rng(_SEED).multinomial(units, np.full(units, 1 / units), RESAMPLES)
    found = _alphas(table, times.astype(np.float64))
    told = found[~np.isnan(found)]
    if not len(told):
        return None, None
    low, high = np.percentile(told, (2.5, 97.5))
    return float(low), float(high)

"""Shares with their uncertainty, and the middle of many waiting times."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist

import numpy as np

LEAST_SHARE = 10  # of fewer, a share is not told
LEAST_MEDIAN, LEAST_P90 = 5, 10  # of fewer, one decision would be the figure
LEAST_PEOPLE = 3  # who decided; of fewer, times would be those of somebody
_SIDES = NormalDist().inv_cdf(0.975)  # of a 95 % interval


@dataclass(frozen=True, slots=True)
class Share:
    """So many `hits` of so many. `value`, `low` and `high` are 0 to 1; None for too few to say."""

    hits: int
    of: int

    @property
    def told(self) -> bool:
        return self.of >= LEAST_SHARE

    @property
    def value(self) -> float | None:
        return self.hits / self.of if self.told else None

    @property
    def low(self) -> float | None:
        return wilson(self.hits, self.of)[0] if self.told else None

    @property
    def high(self) -> float | None:
        return wilson(self.hits, self.of)[1] if self.told else None


def wilson(hits: int, of: int) -> tuple[float, float]:
    """Return the 95 % interval of a share, both ends 0 to 1.

    Source: E. B. Wilson, Probable Inference (1927), without correction for continuity; what
    `scipy.stats.binomtest(...).proportion_ci(method="wilson")` gives, which the tests hold it against.
    Raises ValueError for a share of nothing.
    """
    if not 0 <= hits <= of or not of:
        raise ValueError(f"{hits} of {of} is no share")
    share, square = hits / of, _SIDES**2
    middle = (share + square / (2 * of)) / (1 + square / of)
    reach = _SIDES / (1 + square / of) * sqrt(share * (1 - share) / of + square / (4 * of * of))
    return max(0.0, middle - reach) if hits else 0.0, min(1.0, middle + reach) if hits < of else 1.0


def quantile(counts: Mapping[int, int], share: float) -> int:
    """Return the least value that at least `share` of the counted ones do not pass.

    `counts`: value to how often it came, at least one. A value that came, never one between two.
    """
    values = sorted(counts)
    found = np.quantile(
        np.array(values), share, weights=np.array([counts[v] for v in values]), method="inverted_cdf"
    )
    return int(found)

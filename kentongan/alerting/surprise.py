"""How surprising a count is beside what was to be expected. Pure arithmetic.

Counts of things people say come in heaps, so the spread of the days before is measured and the count is
held against a negative binomial distribution (a Poisson distribution whose mean is itself uncertain).
"""

from collections.abc import Sequence
from math import exp, expm1, lgamma, log, log1p

_ENDS = 1e-18  # below this a further term changes nothing that is shown
_MOST_TERMS = 100_000


def chance_of(least: int, mean: float, dispersion: float) -> float:
    """Return the chance of `least` or more where `mean` is expected; 0 to 1.

    `dispersion` is variance over mean, 1 for a Poisson distribution; less than 1 counts as 1.
    """
    if least <= 0:
        return 1.0
    if mean <= 0:
        return 0.0
    if dispersion <= 1.0 + 1e-9:
        return _tail(least, log_first=-mean + least * log(mean) - lgamma(least + 1), size=None, ratio=mean)
    size, success = mean / (dispersion - 1), 1 / dispersion
    first = lgamma(least + size) - lgamma(size) - lgamma(least + 1) + size * log(success)
    return _tail(least, log_first=first + least * log1p(-success), size=size, ratio=1 - success)


def _tail(least: int, *, log_first: float, size: float | None, ratio: float) -> float:
    """Add up the chances of `least`, `least` + 1, ...; each term follows from the one before."""
    term = exp(log_first)
    total, number = term, least
    for _ in range(_MOST_TERMS):
        factor = ratio / (number + 1) if size is None else (number + size) / (number + 1) * ratio
        term *= factor
        total += term
        number += 1
        if factor < 1 and term < _ENDS:
            break
    return min(1.0, total)


def dispersion_of(counts: Sequence[int], exposures: Sequence[float]) -> float:
    """Return by how much the days vary more than chance alone would have it: variance over mean, 1 or more.

    Pearson's statistic over its degrees of freedom, each day held against its part of the exposure; days
    without any exposure are left out. Source: McCullagh and Nelder, Generalized Linear Models, 1989, 4.5.
    """
    days = [(count, part) for count, part in zip(counts, exposures, strict=True) if part > 0]
    whole, items = sum(part for _, part in days), sum(count for count, _ in days)
    if len(days) < 2 or not items:
        return 1.0
    expected = [items * part / whole for _, part in days]
    off = sum((count - mean) ** 2 / mean for (count, _), mean in zip(days, expected, strict=True))
    return max(1.0, off / (len(days) - 1))


def limit_for(subjects: int, false_a_week: float) -> float:
    """Return the chance below which one of `subjects` is told of, so that chance alone tells so often a week.

    A day is one look at each subject, so a week is seven looks (Bonferroni's bound).
    """
    return -expm1(-false_a_week / (7 * max(1, subjects)))

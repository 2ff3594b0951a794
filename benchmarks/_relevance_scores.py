"""How good a ranking is: nDCG, recall, reciprocal rank, and whether one ranking is really better.

Owns: the formulas. Gains are 2^grade - 1, discounts 1 / log2(rank + 1) (Burges et al. 2005); the ideal
ranking is of all judged texts. A text nobody judged counts as not relevant.
"""

from collections.abc import Mapping, Sequence
from math import log2

import numpy as np

ROUNDS = 10_000


def ndcg(ranked: Sequence[str], grades: Mapping[str, int], depth: int = 10) -> float:
    """Return nDCG at `depth`, 0 to 1."""
    ideal = _gain(sorted(grades.values(), reverse=True)[:depth])
    return _gain([grades.get(id_, 0) for id_ in ranked[:depth]]) / ideal if ideal else 0.0


def recall(ranked: Sequence[str], grades: Mapping[str, int], depth: int = 50) -> float:
    """Return the share of the relevant texts that are among the first `depth`."""
    relevant = {id_ for id_, grade in grades.items() if grade}
    return len(relevant & set(ranked[:depth])) / len(relevant) if relevant else 0.0


def reciprocal_rank(ranked: Sequence[str], grades: Mapping[str, int]) -> float:
    return next((1 / rank for rank, id_ in enumerate(ranked, start=1) if grades.get(id_, 0)), 0.0)


def chance_of_no_gain(ours: Sequence[float], theirs: Sequence[float], seed: int = 6) -> float:
    """Return the share of paired bootstrap samples of the questions in which ours is not better."""
    gains = np.asarray(ours) - np.asarray(theirs)
    drawn = np.random.default_rng(seed).integers(0, len(gains), (ROUNDS, len(gains)))
    return float(np.mean(gains[drawn].mean(axis=1) <= 0))


def _gain(grades: Sequence[int]) -> float:
    return sum(float(2**grade - 1) / log2(rank + 1) for rank, grade in enumerate(grades, start=1))

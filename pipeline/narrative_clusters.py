"""Which claims belong to one theme: average linkage over what they mean and which words they use.

Owns: the vectors, the graph of likely pairs, the linkage. Leaves reading words to
`narrative_words`, keeping ids to `narrative_ids`. No model runs here: meaning is the embedding
that the conveyor kept.

Why this and not a library's: a linkage over all pairs holds n² numbers (800 MB at 10,000 claims),
density clustering leaves no say in how near is near. Average linkage cannot make a pair nearer
than its nearest parts were, so pairs that are too far apart need not be kept at all, and the
result is the same. Measured in `tests/evaluation/test_narratives.py`, with the peers beside.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from hashlib import blake2b
from heapq import heapify, heappop, heappush
from math import log, sqrt
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

FloatArray: TypeAlias = NDArray[np.float32]

MEANING = 0.8
"""Weight of the cosine of embeddings; the rest is that of tf-idf over stems."""

NEAR_ENOUGH = 0.10
"""Mean likeness between all claims of two groups at which they are one theme."""

MIN_CLAIMS = 3
NEIGHBOURS = 32  # kept for each claim: what bounds memory in a record full of one theme
WORD_DIMENSIONS = 512
_ROWS = 512  # of the matrix of likeness at a time
_DECIMALS = 5  # of a likeness: sums in another order end in other last bits


def likeness_vectors(centres: FloatArray, words: Sequence[Iterable[str]]) -> FloatArray:
    """Return one vector a claim, so that the dot product of two is their likeness, 0 to 1 at most.

    `centres` are unit vectors, or zero where a claim has none: then its words speak alone, with all
    the weight. `words` are the stems of each claim; they weigh by how rare they are, and are hashed
    with a sign into WORD_DIMENSIONS (Weinberger et al. 2009, arXiv:0902.2206).
    """
    used: dict[str, int] = {}
    for stems in words:
        for stem in stems:
            used[stem] = used.get(stem, 0) + 1
    told = np.zeros((len(words), WORD_DIMENSIONS), dtype=np.float32)
    for row, stems in enumerate(words):
        for stem in sorted(stems):
            place, sign = _slot(stem)
            told[row, place] += sign * log(1 + len(words) / used[stem])
    lengths = np.linalg.norm(told, axis=1, keepdims=True)
    told /= np.where(lengths > 0, lengths, 1)
    told[centres.any(axis=1)] *= sqrt(1 - MEANING)
    return np.hstack([sqrt(MEANING) * centres.astype(np.float32), told])


@lru_cache(maxsize=262_144)
def _slot(stem: str) -> tuple[int, float]:
    number = int.from_bytes(blake2b(stem.encode(), digest_size=8).digest(), "big")
    return number % WORD_DIMENSIONS, 1.0 if number >> 63 else -1.0


def find_groups(
    vectors: FloatArray, *, near_enough: float = NEAR_ENOUGH, least: int = MIN_CLAIMS
) -> list[list[int]]:
    """Return the groups of at least `least` rows, each in order, the group of the first row first.

    The same rows give the same groups; a row that fits nowhere is in none. Exact average linkage
    as long as no row has more than NEIGHBOURS near ones after it.
    """
    near = _near_pairs(vectors, near_enough)
    sums, sizes = vectors.astype(np.float32), np.ones(len(vectors), np.float32)
    members = [[row] for row in range(len(vectors))]
    changes = [0] * len(vectors)
    heap = [(-like, a, b, 0, 0) for a, others in enumerate(near) for b, like in others.items() if a < b]
    heapify(heap)
    while heap:
        _, a, b, a_then, b_then = heappop(heap)
        if changes[a] != a_then or changes[b] != b_then:
            continue
        changes[a] += 1
        changes[b] = -1  # no longer a group of its own
        sums[a] += sums[b]
        sizes[a] += sizes[b]
        members[a] += members[b]
        members[b] = []
        others = sorted((near[a].keys() | near[b].keys()) - {a, b})
        for other in others:
            near[other].pop(a, None)
            near[other].pop(b, None)
        near[a], near[b] = {}, {}
        if not others:
            continue
        likes = np.round(sums[others] @ sums[a] / (sizes[others] * sizes[a]), _DECIMALS)
        for other, like in zip(others, likes.tolist(), strict=True):
            if like >= near_enough:
                near[a][other] = near[other][a] = like
                low, high = min(a, other), max(a, other)
                heappush(heap, (-like, low, high, changes[low], changes[high]))
    return [sorted(group) for group in members if len(group) >= least]


def _near_pairs(vectors: FloatArray, near_enough: float) -> list[dict[int, float]]:
    """Return for each row the rows that are near enough, and how near; both ways.

    Of the rows after it each keeps the NEIGHBOURS nearest.
    """
    near: list[dict[int, float]] = [{} for _ in vectors]
    for start in range(0, len(vectors), _ROWS):
        likes = np.round(vectors[start : start + _ROWS] @ vectors[start:].T, _DECIMALS)
        for row, of_row in enumerate(likes, start):
            later = of_row[row - start + 1 :]
            found = np.flatnonzero(later >= near_enough)
            if len(found) > NEIGHBOURS:
                nearest = np.argsort(-later[found], kind="stable")[:NEIGHBOURS]
                found = found[nearest]
            for other, like in zip((found + row + 1).tolist(), later[found].tolist(), strict=True):
                near[row][other] = near[other][row] = like
    return near

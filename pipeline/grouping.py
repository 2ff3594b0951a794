"""Which claim an item belongs to: that of the item whose word runs it shares most.

Containment, not Jaccard: a syndicated release is cut and framed by each outlet. Measured
on two outlets' versions of one release: containment 0.66 of four-word runs, the highest
between unrelated articles of the same city 0.02 (tests/evaluation/test_grouping.py).
"""

from collections.abc import Sequence

from kentongan.domain import ClaimId
from kentongan.store.conveyor import Candidate
from kentongan.text import containment, shingles

RUN_WORDS = 4
SAME_CLAIM = 0.5
ENOUGH_RUNS = 8
"""Below this many runs a text is too short to be 'contained': it must be nearly equal."""

PART_OF_LARGER = 0.3
"""A shared part below this of the larger text is a quotation, not a copy."""

MAX_KEPT_RUNS = 200


def word_runs(text: str) -> frozenset[int]:
    """Return the hashes by which two texts are compared."""
    return shingles(text, RUN_WORDS)


def kept_runs(runs: frozenset[int]) -> frozenset[int]:
    """Return the runs worth looking others up by: all of a short text, every fourth of a long one.

    Which ones depends on the hash alone, so both sides of a pair keep the same (FracMinHash:
    Irber et al. 2022, doi:10.1101/2022.01.11.475838).
    """
    return runs if len(runs) <= MAX_KEPT_RUNS else frozenset(h for h in runs if h % 4 == 0)


def choose_claim(runs: frozenset[int], candidates: Sequence[Candidate]) -> ClaimId | None:
    """Return the claim of the likest candidate, or None when none is like enough."""
    best, best_score = None, 0.0
    for candidate in candidates:
        text = f"{candidate.title}\n{candidate.text}" if candidate.title else candidate.text
        score = likeness(runs, word_runs(text))
        if score >= SAME_CLAIM and score > best_score:
            best, best_score = candidate.claim_id, score
    return best


def likeness(a: frozenset[int], b: frozenset[int]) -> float:
    """Return how much of the smaller text is in the larger, 0 to 1.

    0 when that is only a small part of the larger: a text that quotes another says
    something else. For very short texts, Jaccard: they must be nearly equal.
    """
    shared, smaller, larger = len(a & b), min(len(a), len(b)), max(len(a), len(b))
    if not shared:
        return 0.0
    if smaller < ENOUGH_RUNS:
        return shared / len(a | b)
    return containment(a, b) if shared / larger >= PART_OF_LARGER else 0.0

"""Which claim an item belongs to: that of the item whose word runs it shares most.

Containment, not Jaccard: a syndicated release is cut and framed by each outlet. Measured
on two outlets' versions of one release: containment 0.66 of four-word runs, the highest
between unrelated articles of the same city 0.02 (tests/evaluation/test_grouping.py).
"""

from collections.abc import Sequence

from kentongan.domain import ClaimId, Item
from kentongan.store.conveyor import Candidate
from kentongan.text import containment, normalise, sentences, shingles

RUN_WORDS = 4
SAME_CLAIM = 0.5
ENOUGH_RUNS = 8
"""Below this many runs a text is too short to be 'contained': it must be nearly equal."""

MAX_KEPT_RUNS = 200
HEADLINE_CHARACTERS = 140


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
    """Return how much of the smaller text is in the larger, 0 to 1; for very short ones, Jaccard."""
    if min(len(a), len(b)) >= ENOUGH_RUNS:
        return containment(a, b)
    return len(a & b) / len(a | b) if a | b else 0.0


def headline_of(item: Item) -> str:
    """Return one line that says what the item says: its title, else its first full sentence."""
    lines = [s.text for s in sentences(item.full_text)]
    line = normalise(next((s for s in lines if len(s.split()) >= 4), lines[0] if lines else item.full_text))
    if len(line) <= HEADLINE_CHARACTERS:
        return line
    return line[:HEADLINE_CHARACTERS].rsplit(" ", 1)[0] + " …"

"""Which items are copies of one another: those that share most of their runs of words.

Containment, not Jaccard: a syndicated release is cut and framed by each outlet. Measured
on two outlets' versions of one release: containment 0.66 of four-word runs, the highest
between unrelated articles of the same city 0.02 (tests/evaluation/test_grouping.py). What is
said in other words is `linking`'s.

The relation is of two texts alone, and whatever it holds between becomes one claim: the order
in which items arrive decides nothing. The one exception is a run that becomes commonplace: who says
nothing else joins what is there before that, and nothing after.
"""

from collections.abc import Sequence
from functools import cache, lru_cache
from importlib.resources import files
from itertools import chain

import yaml

from kentongan.store.copies import Candidate
from kentongan.text import containment, shingle_words, words

RUN_WORDS = 4
SAME_CLAIM = 0.5
ENOUGH_RUNS = 8
"""Below this many runs a text is too short to be 'contained': it must be nearly equal."""

PART_OF_LARGER = 0.3
"""A shared part below this of the larger text is a quotation, not a copy."""

_REMEMBERED_CHARACTERS = 2_000  # of a text; a thousand of them take some 50 MB at most
_NO_APOSTROPHES = str.maketrans("", "", "'\u2019")


def word_runs(text: str) -> frozenset[int]:
    """Return the hashes by which two texts are compared, of the words that say something; none for a
    text of nothing but formulas."""
    return _remembered(text) if len(text) <= _REMEMBERED_CHARACTERS else _word_runs(text)


def _word_runs(text: str) -> frozenset[int]:
    return shingle_words(strip_formulas(words(text)), RUN_WORDS)


_remembered = lru_cache(maxsize=1_000)(_word_runs)  # what is passed on today is read again with each copy


def choose_copies(
    runs: frozenset[int], candidates: Sequence[Candidate], commonplace: frozenset[int]
) -> list[Candidate]:
    """Return the candidates of the same claim, the likest first. `commonplace` runs count on neither side."""
    own = runs - commonplace
    scored = [
        (likeness(own, word_runs(f"{c.title}\n{c.text}" if c.title else c.text) - commonplace), c)
        for c in candidates
    ]
    alike = [(score, c) for score, c in scored if score >= SAME_CLAIM]
    return [c for _, c in sorted(alike, key=lambda pair: (-pair[0], pair[1].item_id))]


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


def quotes(a: frozenset[int], b: frozenset[int]) -> bool:
    """Return whether the larger text quotes the smaller: has most of its runs, as a small part of its own."""
    shared, smaller, larger = len(a & b), min(len(a), len(b)), max(len(a), len(b))
    return smaller >= ENOUGH_RUNS and shared / smaller >= SAME_CLAIM and shared / larger < PART_OF_LARGER


def strip_formulas(said: Sequence[str]) -> list[str]:
    """Return the words without the greetings, prayers and notices of `stoplist.yaml`, however they
    are spelt: "Assalamu'alaikum" is "assalamualaikum"."""
    formulas = _formulas()
    plain = [word.translate(_NO_APOSTROPHES) for word in said]
    kept: list[str] = []
    at = 0
    while at < len(said):
        found = next((f for f in formulas.get(plain[at], ()) if tuple(plain[at : at + len(f)]) == f), None)
        if found is None:
            kept.append(said[at])
        at += len(found) if found else 1
    return kept


@cache
def _formulas() -> dict[str, list[tuple[str, ...]]]:
    """Return the formulas by first word, the longest first."""
    lists = yaml.safe_load(files("pipeline").joinpath("stoplist.yaml").read_text(encoding="utf-8"))
    found: dict[str, list[tuple[str, ...]]] = {}
    for formula in sorted({tuple(line.split()) for line in chain(*lists.values())}, key=len, reverse=True):
        found.setdefault(formula[0], []).append(formula)
    return found

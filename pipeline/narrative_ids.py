"""Which narrative of today is which of yesterday, so that a theme keeps its id while it changes.

Owns: matching groups with the narratives before. By the claims they share first: a theme that
falls apart keeps its id with the larger part, two that become one keep the id of the larger,
the older one when they are even. A theme whose claims all lie behind the window is known again
by its meaning and its words.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

import numpy as np

from kentongan.domain import ClaimId, NarrativeId
from pipeline.narrative_clusters import FloatArray
from pipeline.narrative_words import alike

SAME_CLAIMS = 0.5
"""Share of the smaller of two groups that both hold, at which they are one narrative."""

SAME_MEANING = 0.6
"""Cosine of two centres at which a theme without any claim left is one that returns."""


@dataclass(frozen=True, slots=True)
class Known:
    """A narrative of the clustering before."""

    id: NarrativeId
    words: tuple[str, ...]
    centre: FloatArray  # unit length; empty where no claim had an embedding


@dataclass(frozen=True, slots=True)
class Found:
    """A group of the clustering now."""

    claims: frozenset[ClaimId]
    words: tuple[str, ...]
    centre: FloatArray


def keep_ids(
    found: Sequence[Found], known: Sequence[Known], was_in: Mapping[ClaimId, NarrativeId]
) -> list[NarrativeId | None]:
    """Return for each group the id that it keeps, or None for a new narrative; no id twice.

    `was_in` tells in which narrative the claims of the window were until now. The order of
    `found` and `known` does not matter.
    """
    kept: dict[int, NarrativeId] = {}
    sizes = Counter(was_in.values())
    shared = {
        (place, key): count
        for place, group in enumerate(found)
        for key, count in Counter(was_in[c] for c in group.claims if c in was_in).items()
        if count >= SAME_CLAIMS * min(len(group.claims), sizes[key])
    }
    existing = {one.id for one in known}

    def nearest_first(pair: tuple[int, NarrativeId]) -> tuple[int, int, UUID, UUID]:
        place, key = pair
        return -shared[pair], len(found[place].claims) + sizes[key], key, min(found[place].claims)

    for place, key in sorted(shared, key=nearest_first):
        if place not in kept and key in existing and key not in kept.values():
            kept[place] = key
    gone = [one for one in known if not sizes[one.id]]
    for place, key in _by_meaning(found, gone, set(kept)):
        if place not in kept and key not in kept.values():
            kept[place] = key
    return [kept.get(place) for place in range(len(found))]


def _by_meaning(
    found: Sequence[Found], gone: Sequence[Known], settled: set[int]
) -> list[tuple[int, NarrativeId]]:
    """Return groups and the narratives without claims that they mean again, the surest first."""
    pairs = [
        (-_cosine(group.centre, one.centre), one.id, min(group.claims), place)
        for place, group in enumerate(found)
        if place not in settled
        for one in gone
        if _cosine(group.centre, one.centre) >= SAME_MEANING and alike(group.words, one.words)
    ]
    return [(place, key) for _, key, _, place in sorted(pairs)]


def _cosine(a: FloatArray, b: FloatArray) -> float:
    return round(float(np.dot(a, b)), 4) if len(a) and len(a) == len(b) else 0.0

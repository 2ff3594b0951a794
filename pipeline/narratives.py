"""Narratives: the claims of the last weeks clustered into themes, under ids that last.

Owns: one clustering from reading the claims to keeping its outcome. Leaves which claims are
alike to `narrative_clusters`, labels to `narrative_words`, ids to `narrative_ids`. No model is
loaded: meaning is read from the embeddings of the record.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from kentongan.domain import ClaimId, NarrativeId
from kentongan.store import Store
from kentongan.store.database import now
from kentongan.store.narrative_claims import ThemeClaim
from kentongan.store.narrative_saving import KnownNarrative, Theme
from pipeline.narrative_clusters import FloatArray, find_groups, likeness_vectors
from pipeline.narrative_ids import Found, Known, keep_ids
from pipeline.narrative_words import (
    ClaimWords,
    Stems,
    label_of,
    read_words,
    still_fits,
    telling_words,
    written,
)

WEEKS = 8
LEAST_TERMS = 2
"""Words that the claims of a theme must share: without them nothing could be said of it."""


@dataclass(frozen=True, slots=True)
class ClaimPoint:
    """A claim as it is clustered."""

    id: ClaimId
    centre: FloatArray  # unit length; empty where no item has an embedding
    words: ClaimWords
    narrative_id: NarrativeId | None = None  # until now


@dataclass(frozen=True, slots=True)
class Clustered:
    """What one clustering did."""

    claims: int  # that were looked at
    grouped: int  # of them, now in a narrative
    narratives: int
    kept: int  # narratives with the id they had


def recluster(store: Store, *, weeks: int = WEEKS, at: datetime | None = None) -> Clustered:
    """Cluster the claims of the last `weeks` anew and keep the outcome. Idempotent.

    Raises Conflict when another process did so meanwhile, StoreError.
    """
    since = (at or now()) - timedelta(weeks=weeks)
    known = store.narratives.known()
    points = [point_of(claim) for page in store.narratives.claims_to_cluster(since) for claim in page]
    themes = find_themes(points, known)
    store.narratives.save(themes, since, known)
    return Clustered(
        claims=len(points),
        grouped=sum(len(theme.claims) for theme in themes),
        narratives=len(themes),
        kept=sum(theme.id is not None for theme in themes),
    )


def point_of(claim: ThemeClaim) -> ClaimPoint:
    """Return a claim as it is clustered: the mean of its embeddings, and its words."""
    return ClaimPoint(claim.id, _mean(claim.embeddings), read_words(claim.text), claim.narrative_id)


def find_themes(points: Iterable[ClaimPoint], known: Sequence[KnownNarrative] = ()) -> list[Theme]:
    """Return the themes of the claims, with the ids and labels of those known before where they last.

    The same claims give the same themes, in whatever order they come.
    """
    ordered = sorted(points, key=lambda point: point.id)
    if not ordered:
        return []
    centres = _matrix([point.centre for point in ordered])
    used = Counter(term for point in ordered for term in point.words.terms)
    drafts = [
        _Draft.of([ordered[row] for row in rows], centres[rows], used, len(ordered))
        for rows in find_groups(likeness_vectors(centres, [point.words.stems for point in ordered]))
    ]
    drafts = [draft for draft in drafts if len(draft.terms) >= LEAST_TERMS]
    was_in = {point.id: point.narrative_id for point in ordered if point.narrative_id is not None}
    ids = keep_ids(
        [draft.found for draft in drafts],
        [Known(one.id, one.words, _vector(one.centre)) for one in known],
        was_in,
    )
    labels = {one.id: one.label for one in known}
    return [draft.theme(key, labels[key] if key else "") for draft, key in zip(drafts, ids, strict=True)]


@dataclass(frozen=True, slots=True)
class _Draft:
    """A theme before it is known which narrative it is."""

    found: Found
    terms: tuple[Stems, ...]

    @classmethod
    def of(
        cls, group: Sequence[ClaimPoint], centres: FloatArray, used: Counter[Stems], claims: int
    ) -> "_Draft":
        said = [point.words for point in group]
        terms = telling_words(said, used, claims)
        found = Found(frozenset(p.id for p in group), written(terms, said), _unit(centres.sum(axis=0)))
        return cls(found, tuple(terms))

    def theme(self, key: NarrativeId | None, label: str) -> Theme:
        """Return the theme; its earlier `label` stays as long as most of its words do."""
        words = self.found.words
        if not label or not still_fits(label, self.terms):
            label = label_of(words)
        centre = self.found.centre.astype("<f2").tobytes()
        return Theme(key, label, words, tuple(sorted(self.found.claims)), centre)


def _mean(embeddings: Sequence[bytes]) -> FloatArray:
    vectors = [_vector(embedding) for embedding in embeddings]
    return _unit(np.sum(vectors, axis=0)) if vectors else _vector(b"")


def _vector(embedding: bytes) -> FloatArray:
    return np.frombuffer(embedding, dtype="<f2").astype(np.float32)


def _unit(vector: FloatArray) -> FloatArray:
    length = float(np.linalg.norm(vector))
    return vector / np.float32(length) if length else vector[:0]


def _matrix(centres: Sequence[FloatArray]) -> FloatArray:
    """Return the centres as rows; a row of zeros where there is none."""
    size = max(len(centre) for centre in centres)
    return np.stack([centre if len(centre) else np.zeros(size, dtype=np.float32) for centre in centres])

"""Claims like a given one, now or long ago: what was decided on them may save the work again.

Owns: which claims those are. The index names the nearest items, the record says which claim
each is in now; nothing of the index is believed but the ids.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from kentongan.domain import Assessment, Claim, ClaimId, Review
from kentongan.proposals import Proposal
from kentongan.store import Store
from kentongan.store.history import last_reviews, standing_verdicts
from kentongan.store.items import ItemView
from kentongan.triage import SILENCE
from search.index import Kind, Query, SearchIndex
from search.vectors import read_vector

SIMILAR_CLAIM = 0.50
"""Cosine of two items' embeddings from which their claims are shown beside one another: of the pairs
of later posts and claims at or above it, half said the same (951 pairs, 61 % of those that do)."""

MAX_CLAIMS = 5
_NEAREST = 50  # items looked at beside the claim's own
_FEW = 150  # own items; with more of them the index is asked to leave them out, which is slower


@dataclass(frozen=True, slots=True)
class SimilarClaim:
    claim: Claim
    likeness: float  # cosine of the likest pair, SIMILAR_CLAIM to 1
    decided: Review | None  # the last decision on it
    judged: Proposal | None  # what was last agreed about the verdict of an outside check on it
    resurfaced: bool  # it had been silent for `triage.SILENCE` when the other began


def similar_claims(store: Store, index: SearchIndex, claim: Claim, lead: ItemView) -> list[SimilarClaim]:
    """Return the claims likest to what `lead` says, best first; at most MAX_CLAIMS, never `claim`.

    Empty before the item is assessed. Raises IndexUnavailable, IndexNotReady.
    """
    own = lead.assessment
    if own is None or not own.embedding:
        return []
    likeness: dict[ClaimId, float] = {}
    for key, cosine in _cosines(own, store.items.views(_nearest(index, claim, own.embedding))):
        if key != claim.id and cosine >= max(SIMILAR_CLAIM, likeness.get(key, 0.0)):
            likeness[key] = cosine
    best = sorted(likeness, key=lambda key: (-likeness[key], key))[:MAX_CLAIMS]
    claims = {found.id: found for found in store.claims.get_many(best)}
    decided, judged = last_reviews(store.database, best), standing_verdicts(store.database, best)
    return [
        SimilarClaim(
            claims[key],
            likeness[key],
            decided.get(key),
            judged.get(key),
            resurfaced=claim.first_seen_at - claims[key].last_seen_at >= SILENCE,
        )
        for key in best
        if key in claims
    ]


def _nearest(index: SearchIndex, claim: Claim, embedding: bytes) -> list[UUID]:
    few = claim.item_count <= _FEW
    query = Query(
        text="" if few else f"-claim:{claim.id}",
        kind=Kind.ITEM,
        limit=_NEAREST + (claim.item_count if few else 0),
        vector=embedding,
        snippets=False,
    )
    return [UUID(hit.id) for hit in index.search(query).hits]


def _cosines(own: Assessment, others: Iterable[ItemView]) -> Iterable[tuple[ClaimId, float]]:
    """Yield the claim and likeness of each item that the same model read."""
    direction = read_vector(own.embedding, "the claim's own item")
    for view in others:
        read, claim_id = view.assessment, view.item.claim_id
        if read is not None and claim_id is not None and read.model == own.model and read.embedding:
            yield claim_id, float(direction @ read_vector(read.embedding, f"item {view.item.id}"))

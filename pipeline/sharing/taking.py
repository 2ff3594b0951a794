"""A bundle of another office taken in: checked wholly before anything is kept, then held against our
claims."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from kentongan.domain import ClaimId, ItemId
from kentongan.sharing.reading import Given, check_signed, key_of, read_form
from kentongan.sharing.values import BundleRefused
from kentongan.store import Store
from kentongan.store.database import now
from kentongan.store.items import ItemView
from kentongan.store.received import Taken
from kentongan.text import containment
from pipeline.checking import CheckerUnavailable, Embed
from pipeline.grouping import ENOUGH_RUNS, SAME_CLAIM, likeness, word_runs
from pipeline.pairs import cosine_of, telling_stems
from pipeline.past import SIMILAR_CLAIM
from search.index import Kind, Like, SearchError, SearchIndex

CANDIDATES = 30
MOST_LIKELY = 3  # of our claims, for one of theirs


@dataclass(frozen=True, slots=True)
class Taking:
    """What a bundle is taken in with. Without `embed` only words are compared."""

    store: Store
    index: SearchIndex
    embed: Embed | None = None

    def take(self, raw: bytes, *, by: str) -> Taken:
        """Keep a bundle; the same one again keeps nothing. Raises BundleRefused naming the field: nothing of
        the bundle is kept then.

        Where the index is down, it is kept without our claims beside it.
        """
        given = self._checked(raw)
        likely: Sequence[Sequence[ClaimId]] = ()
        if not self.store.received.is_here(given):
            likely = [self._likely(claim["text"]) for claim in given.document["claims"]]
        return self.store.received.take(given, likely, by=by)

    def _checked(self, raw: bytes) -> Given:
        form = read_form(raw)
        key = key_of(form)
        partner = self.store.partners.with_key(key)
        if partner is None:
            raise BundleRefused("signature.key", f"{key} is no key of an office that is registered here")
        if partner.withdrawn_at is not None:
            raise BundleRefused("signature.key", f"{key} was withdrawn")
        return check_signed(form, partner.public_key, now())

    def _likely(self, text: str) -> list[ClaimId]:
        """Return our claims that may say the same as a text, likest first."""
        vector, stems = self._meaning(text), sorted(set(telling_stems(text)))
        if not vector and not stems:
            return []
        try:
            found = self.index.like(Like(Kind.ITEM, stems, vector, CANDIDATES))
        except SearchError:
            return []
        runs, best = word_runs(text), dict[ClaimId, float]()
        for view in self.store.items.views([ItemId(UUID(key)) for key in found]):
            claim, score = view.item.claim_id, _score(view, runs, vector)
            if claim is not None and score > best.get(claim, 0.0):
                best[claim] = score
        return sorted(best, key=lambda key: (-best[key], key))[:MOST_LIKELY]

    def _meaning(self, text: str) -> bytes:
        try:
            return self.embed(text) if self.embed else b""
        except CheckerUnavailable:
            return b""


def _score(view: ItemView, runs: frozenset[int], vector: bytes) -> float:
    """Return how much an item says what a text says, 0 where it is not enough to show them together."""
    other = word_runs(view.item.full_text)
    # What came is one sentence as a rule, and the first of a longer text: then it counts how much of it is
    # there.
    whole = min(len(runs), len(other)) >= ENOUGH_RUNS
    words = containment(runs, other) if whole else likeness(runs, other)
    own = view.assessment.embedding if view.assessment else b""
    meaning = cosine_of(vector, own) if vector and len(vector) == len(own) else 0.0
    return max(words if words >= SAME_CLAIM else 0.0, meaning if meaning >= SIMILAR_CLAIM else 0.0)

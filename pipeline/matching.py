"""Which published checks looked into what a text says.

Candidates come from the index, by words and by meaning; each pair is then given a
probability by the classifier's pair model. Suggest and confirm are two thresholds; a
text of fewer than eight words is only ever suggested for.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from classifier.match import PairModel
from kentongan.domain import FactCheck, Item, ItemId, Match
from kentongan.store.items import ItemView
from kentongan.text import words
from search.index import Hit, Kind, Query, SearchIndex
from search.query import any_words

CANDIDATES = 20
LOOK_BACK = 50
MAX_QUERY_WORDS = 40
MIN_WORDS_TO_CONFIRM = 8


@dataclass(frozen=True, slots=True)
class LookBack:
    """What older items have to do with a check: those held against it, and those that fit."""

    matches: Mapping[ItemId, Match]
    items: Sequence[Item]


class Matcher:
    """Finds fact-checks for texts. `lookup` returns the checks of the ids it is given."""

    def __init__(
        self,
        index: SearchIndex,
        lookup: Callable[[Iterable[UUID]], Sequence[FactCheck]],
        pairs: PairModel,
        *,
        suggest: float | None = None,
        confirm: float | None = None,
    ) -> None:
        self._index, self._lookup, self._pairs = index, lookup, pairs
        self._suggest = pairs.suggest if suggest is None else suggest
        self._confirm = pairs.confirm if confirm is None else confirm

    def find(
        self, text: str, embedding: bytes, *, at_least: float | None = None, limit: int = 5
    ) -> list[Match]:
        """Return the likeliest checks at or above the suggest threshold, best first.

        `embedding` is the text's own, float16. Raises IndexUnavailable, IndexNotReady.
        """
        floor = self._suggest if at_least is None else at_least
        found = self._lookup(UUID(hit.id) for hit in self._like(text, embedding, Kind.FACT_CHECK, CANDIDATES))
        said = words(text)
        judged = [self._judge(text, said, embedding, check) for check in found if check.embedding]
        likely = [match for match in judged if match.probability >= floor]
        return sorted(likely, key=lambda match: (-match.probability, match.fact_check_id))[:limit]

    def find_items(self, check: FactCheck, views: Callable[[Sequence[UUID]], Sequence[ItemView]]) -> LookBack:
        """Return the already collected items that may make the check's claim, and those that do.

        Raises IndexUnavailable, IndexNotReady.
        """
        found = views(
            [UUID(hit.id) for hit in self._like(check.claim, check.embedding, Kind.ITEM, LOOK_BACK)]
        )
        matches: dict[ItemId, Match] = {}
        for view in found:
            if view.assessment is not None:
                text = view.item.full_text
                match = self._judge(text, words(text), view.assessment.embedding, check)
                if match.probability >= self._suggest:
                    matches[view.item.id] = match
        return LookBack(matches, [view.item for view in found])

    def _like(self, text: str, embedding: bytes, kind: Kind, limit: int) -> Sequence[Hit]:
        wanted = any_words(text, MAX_QUERY_WORDS)
        return self._index.search(Query(text=wanted, kind=kind, limit=limit, vector=embedding)).hits

    def _judge(self, text: str, said: Sequence[str], embedding: bytes, check: FactCheck) -> Match:
        probability = self._pairs.probability(text, embedding, check.claim, check.embedding)
        return Match(
            fact_check_id=check.id,
            probability=probability,
            confirmed=len(said) >= MIN_WORDS_TO_CONFIRM and probability >= self._confirm,
            shared_words=shared_words(said, words(check.claim)),
        )


def shared_words(said: Sequence[str], claimed: Sequence[str]) -> tuple[str, ...]:
    """Return the words of four letters or more that both have, in the claim's order, each once."""
    own = set(said)
    return tuple(dict.fromkeys(w for w in claimed if len(w) >= 4 and w in own))

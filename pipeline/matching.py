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
from search.analysis import exact_terms, is_stop_word, read_terms
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
        judged = [(self._probability(text, embedding, check), check) for check in found if check.embedding]
        likely = sorted((p for p in judged if p[0] >= floor), key=lambda pair: (-pair[0], pair[1].id))
        said = telling_terms(text)
        return [self._match(said, text, probability, check) for probability, check in likely[:limit]]

    def find_items(self, check: FactCheck, views: Callable[[Sequence[UUID]], Sequence[ItemView]]) -> LookBack:
        """Return the already collected items that may make the check's claim, and those that do.

        Raises IndexUnavailable, IndexNotReady.
        """
        hits = self._like(check.claim, check.embedding, Kind.ITEM, LOOK_BACK)
        found = views([UUID(hit.id) for hit in hits])
        matches: dict[ItemId, Match] = {}
        for view in found:
            if view.assessment is not None:
                text = view.item.full_text
                probability = self._probability(text, view.assessment.embedding, check)
                if probability >= self._suggest:
                    matches[view.item.id] = self._match(telling_terms(text), text, probability, check)
        return LookBack(matches, [view.item for view in found])

    def _like(self, text: str, embedding: bytes, kind: Kind, limit: int) -> Sequence[Hit]:
        wanted = any_words(text, MAX_QUERY_WORDS)
        return self._index.search(Query(text=wanted, kind=kind, limit=limit, vector=embedding)).hits

    def _probability(self, text: str, embedding: bytes, check: FactCheck) -> float:
        return self._pairs.probability(text, embedding, check.claim, check.embedding)

    def _match(self, said: Mapping[str, str], text: str, probability: float, check: FactCheck) -> Match:
        return Match(
            fact_check_id=check.id,
            probability=probability,
            confirmed=probability >= self._confirm and len(words(text)) >= MIN_WORDS_TO_CONFIRM,
            shared_words=tuple(word for stem, word in telling_terms(check.claim).items() if stem in said),
        )


def telling_terms(text: str) -> Mapping[str, str]:
    """Return the words that say something, by their stems, in order: no stop words, each once."""
    terms = read_terms(exact_terms(text))
    return {term.stem: term.word for term in terms if len(term.word) > 1 and not is_stop_word(term)}

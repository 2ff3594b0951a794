"""Which published checks looked into what a text says.

Candidates come from the index, by words and by meaning; each pair is then given a
probability by the pair model. Suggest and confirm are two thresholds; a text of fewer than
eight words is only ever suggested for.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from kentongan.domain import FactCheck, Item, ItemId, Match
from kentongan.store.items import ItemView
from pipeline.pairs import MATCH_FEATURES, Judges, ReadText, TextReader, cosine_of, match_features, said_words
from search.analysis import exact_terms, is_stop_word, read_terms
from search.index import Kind, Like, SearchIndex

CANDIDATES = 60
LOOK_BACK = 50
MIN_WORDS_TO_CONFIRM = 8


@dataclass(frozen=True, slots=True)
class LookBack:
    """What older items have to do with a check: those held against it, and those that fit."""

    matches: Mapping[ItemId, Match]
    items: Sequence[Item]


class Matcher:
    """Finds fact-checks for texts. `lookup` returns the checks of the ids it is given.

    Raises PairModelUnfit for a model with other pair features.
    """

    def __init__(
        self,
        index: SearchIndex,
        lookup: Callable[[Iterable[UUID]], Sequence[FactCheck]],
        model: Judges,
        *,
        suggest: float | None = None,
        confirm: float | None = None,
    ) -> None:
        pairs = model.pairs
        pairs.require(MATCH_FEATURES)
        self._index, self._lookup, self._pairs = index, lookup, pairs
        self._reader = TextReader(model.meaning.rarity_of)
        self._suggest = pairs.suggest if suggest is None else suggest
        self._confirm = pairs.confirm if confirm is None else confirm

    def find(
        self, text: str, embedding: bytes, *, at_least: float | None = None, limit: int = 5
    ) -> list[Match]:
        """Return the likeliest checks at or above the suggest threshold, best first.

        `embedding` is the text's own, float16. Raises IndexUnavailable, IndexNotReady.
        """
        floor = self._suggest if at_least is None else at_least
        read = self._reader.read(text)
        found = self._lookup(self._like(read, embedding, Kind.FACT_CHECK, CANDIDATES))
        judged = [(self._probability(read, embedding, check), check) for check in found if check.embedding]
        likely = sorted((p for p in judged if p[0] >= floor), key=lambda pair: (-pair[0], pair[1].id))
        said = telling_terms(text)
        return [self._match(said, text, probability, check) for probability, check in likely[:limit]]

    def find_items(self, check: FactCheck, views: Callable[[Sequence[UUID]], Sequence[ItemView]]) -> LookBack:
        """Return the already collected items that may make the check's claim, and those that do.

        Raises IndexUnavailable, IndexNotReady.
        """
        claim = self._reader.read(check.claim)
        found = views(self._like(claim, check.embedding, Kind.ITEM, LOOK_BACK))
        matches: dict[ItemId, Match] = {}
        for view in found:
            if view.assessment is not None:
                text = view.item.full_text
                probability = self._probability(self._reader.read(text), view.assessment.embedding, check)
                if probability >= self._suggest:
                    matches[view.item.id] = self._match(telling_terms(text), text, probability, check)
        return LookBack(matches, [view.item for view in found])

    def _like(self, read: ReadText, embedding: bytes, kind: Kind, limit: int) -> list[UUID]:
        like = Like(kind, read.telling(), embedding, limit)
        return [UUID(id_) for id_ in self._index.like(like)]

    def _probability(self, text: ReadText, embedding: bytes, check: FactCheck) -> float:
        cosine = cosine_of(embedding, check.embedding)
        return self._pairs.probability(match_features(text, self._reader.read(check.claim), cosine))

    def _match(self, said: Mapping[str, str], text: str, probability: float, check: FactCheck) -> Match:
        return Match(
            fact_check_id=check.id,
            probability=probability,
            confirmed=probability >= self._confirm and said_words(text) >= MIN_WORDS_TO_CONFIRM,
            shared_words=tuple(word for stem, word in telling_terms(check.claim).items() if stem in said),
        )


def telling_terms(text: str) -> Mapping[str, str]:
    """Return the words that say something, by their stems, in order: no stop words, each once."""
    terms = read_terms(exact_terms(text))
    return {term.stem: term.word for term in terms if len(term.word) > 1 and not is_stop_word(term)}

"""Which published checks looked into what a text says.

Candidates come from the index, by words and by meaning; each pair is then given a
probability by the pair model. Suggest and confirm are two thresholds; a text of fewer than
eight words is only ever suggested for, and so is one that fits two checks of different claims
nearly as well: which of them it makes cannot be told.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from uuid import UUID

from kentongan.domain import FactCheck, FactCheckId, Item, ItemId, Match
from kentongan.store.items import ItemView
from pipeline.pairs import MATCH_FEATURES, Judges, ReadText, TextReader, cosine_of, match_features, said_words
from search.analysis import exact_terms, is_stop_word, read_terms
from search.index import Kind, Like, SearchIndex

CANDIDATES = 60
LOOK_BACK = 50
MIN_WORDS_TO_CONFIRM = 8

Judged = tuple[float, FactCheck]  # how likely a text makes the claim that the check looked into


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
        judged = self._judged(text, embedding)
        sure, said = self._sure(text, judged), telling_terms(text)
        return [_match(said, p, check, check.id in sure) for p, check in judged[:limit] if p >= floor]

    def find_items(self, check: FactCheck, views: Callable[[Sequence[UUID]], Sequence[ItemView]]) -> LookBack:
        """Return the already collected items that may make the check's claim, and those that do.

        Raises IndexUnavailable, IndexNotReady.
        """
        claim = self._reader.read(check.claim)
        found = views(self._like(claim, check.embedding, Kind.ITEM, LOOK_BACK))
        matches: dict[ItemId, Match] = {}
        for view in found:
            if view.assessment is not None:
                text, embedding = view.item.full_text, view.assessment.embedding
                probability = self._probability(self._reader.read(text), embedding, check)
                if probability >= self._suggest:
                    sure = probability >= self._confirm and self._holds(text, embedding, probability, check)
                    matches[view.item.id] = _match(telling_terms(text), probability, check, sure)
        return LookBack(matches, [view.item for view in found])

    def _judged(self, text: str, embedding: bytes) -> list[Judged]:
        """Return the candidates of a text with how likely each is what it claims, likeliest first."""
        read = self._reader.read(text)
        found = self._lookup(self._like(read, embedding, Kind.FACT_CHECK, CANDIDATES))
        judged = [(self._probability(read, embedding, check), check) for check in found if check.embedding]
        return sorted(judged, key=_likeliest)

    def _holds(self, text: str, embedding: bytes, probability: float, check: FactCheck) -> bool:
        """Tell whether a check is confirmed for a text, all others considered; the index need not have
        it yet."""
        others = [(p, other) for p, other in self._judged(text, embedding) if other.id != check.id]
        return check.id in self._sure(text, sorted([(probability, check), *others], key=_likeliest))

    def _sure(self, text: str, judged: Sequence[Judged]) -> Set[FactCheckId]:
        """Return which checks are confirmed: the likeliest, and those that looked into the same claim."""
        if not judged or judged[0][0] < self._confirm or said_words(text) < MIN_WORDS_TO_CONFIRM:
            return frozenset()
        best, check = judged[0]
        near = [(p, other) for p, other in judged[1:] if _preferred(best, p) < self._confirm]
        if not all(self._same_claim(check, other) for _, other in near):
            return frozenset()
        return {check.id, *(other.id for p, other in near if p >= self._confirm)}

    def _same_claim(self, one: FactCheck, other: FactCheck) -> bool:
        a, b = self._reader.read(one.claim), self._reader.read(other.claim)
        cosine = cosine_of(one.embedding, other.embedding)
        likely = (self._pairs.probability(match_features(*pair, cosine)) for pair in ((a, b), (b, a)))
        return max(likely) >= self._confirm

    def _like(self, read: ReadText, embedding: bytes, kind: Kind, limit: int) -> list[UUID]:
        like = Like(kind, read.telling(), embedding, limit)
        return [UUID(id_) for id_ in self._index.like(like)]

    def _probability(self, text: ReadText, embedding: bytes, check: FactCheck) -> float:
        cosine = cosine_of(embedding, check.embedding)
        return self._pairs.probability(match_features(text, self._reader.read(check.claim), cosine))


def _match(said: Mapping[str, str], probability: float, check: FactCheck, confirmed: bool) -> Match:
    return Match(
        fact_check_id=check.id,
        probability=probability,
        confirmed=confirmed,
        shared_words=tuple(word for stem, word in telling_terms(check.claim).items() if stem in said),
    )


def _likeliest(judged: Judged) -> tuple[float, FactCheckId]:
    return -judged[0], judged[1].id


def _preferred(best: float, rival: float) -> float:
    """Return how likely the best is the one meant, if one of the two is; both are probabilities."""
    odds, against = best * (1 - rival), rival * (1 - best)
    return odds / (odds + against) if odds else 0.0


def telling_terms(text: str) -> Mapping[str, str]:
    """Return the words that say something, by their stems, in order: no stop words, each once."""
    terms = read_terms(exact_terms(text))
    return {term.stem: term.word for term in terms if len(term.word) > 1 and not is_stop_word(term)}

"""Which items say the same in other words: those that make one claim without being copies.

Candidates come from the index, by words and by meaning; each pair is given a probability by the
link model. The relation is of two texts alone: the order in which items arrive decides nothing,
for an item looks for its like only once it can itself be found.
"""

from collections.abc import Callable, Collection, Sequence
from functools import lru_cache
from uuid import UUID

from kentongan.domain import ItemId
from kentongan.store.items import ItemView
from kentongan.text import words
from pipeline.grouping import quotes, strip_formulas, word_runs
from pipeline.pairs import (
    LINK_FEATURES,
    Judges,
    ReadText,
    TextReader,
    cosine_of,
    link_features,
    telling_stems,
)
from search.index import Kind, Like, SearchIndex

CANDIDATES = 30
RECENT = 50_000
"""Items among which paraphrases are looked for by meaning; by words they are looked for in all."""

FEWEST_STEMS = 3
"""A text that tells less, its greetings and prayers aside, can be of any claim."""


class Linker:
    """Finds items that say the same. `views` returns the items of the ids it is given.

    Raises PairModelUnfit for a model with other pair features.
    """

    def __init__(
        self,
        index: SearchIndex,
        views: Callable[[Sequence[UUID]], Sequence[ItemView]],
        model: Judges,
        everyday: Collection[str] = (),
    ) -> None:
        """`everyday` are names that stand in much of what is collected here, as the city's places do:
        that two texts share one says little."""
        model.links.require(LINK_FEATURES)
        self._index, self._views, self._links, self._model = index, views, model.links, model.model
        self._reader = TextReader(model.meaning.rarity_of, telling_stems(" ".join(everyday)))

    def find(self, view: ItemView) -> list[ItemId]:
        """Return the items of other claims that say what this one says, the likest first.

        Raises IndexUnavailable, IndexNotReady.
        """
        read = self._reader.read(view.item.full_text)
        embedding = self._embedding(view)
        if not embedding or not _tells_enough(view.item.full_text):
            return []
        like = Like(Kind.ITEM, read.telling(), embedding, CANDIDATES, frozenset({str(view.item.id)}), RECENT)
        found = self._views([UUID(id_) for id_ in self._index.like(like)])
        others = [other for other in found if other.item.claim_id not in (None, view.item.claim_id)]
        judged = [(self._probability(read, embedding, other), other) for other in others]
        same = [(p, other.item) for p, other in judged if p >= self._links.confirm]
        own = word_runs(view.item.full_text)
        said = [(p, item.id) for p, item in same if not quotes(own, word_runs(item.full_text))]
        return [key for _, key in sorted(said, key=lambda pair: (-pair[0], pair[1]))]

    def _probability(self, read: ReadText, embedding: bytes, other: ItemView) -> float:
        text, theirs = self._reader.read(other.item.full_text), self._embedding(other)
        if not theirs or not _tells_enough(other.item.full_text):
            return 0.0
        return self._links.probability(link_features(read, text, cosine_of(embedding, theirs)))

    def _embedding(self, view: ItemView) -> bytes:
        """Return that of this model: embeddings of two models are not to be compared."""
        found = view.assessment
        return found.embedding if found is not None and found.model == self._model else b""


@lru_cache(maxsize=2_000)
def _tells_enough(text: str) -> bool:
    return len(telling_stems(" ".join(strip_formulas(words(text))))) >= FEWEST_STEMS

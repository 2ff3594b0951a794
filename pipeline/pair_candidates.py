"""Which pairs a pair model is fitted on: each text beside what is likest it, right or wrong.

Owns: candidates by words and by meaning, in memory, and the truth of each pair. Claims that say
nearly the same under two groups are left out: which of them is right cannot be told.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from classifier.encode import FloatArray
from classifier.metrics import Values
from pipeline.grouping import SAME_CLAIM, likeness, word_runs
from pipeline.matching import MIN_WORDS_TO_CONFIRM
from pipeline.pair_data import Text
from pipeline.pairs import ReadText, TextReader, cosine_of, link_features, match_features, said_words

_NEAREST_CLAIMS = 60  # by words and by meaning, each
_NEAREST_ITEMS = 15
_MOST_WORDS, _LONGEST_LIST = 40, 1_500  # of a text, and of texts with a word, when candidates are looked for
_SAME_WORDS = 0.75


@dataclass(frozen=True, slots=True)
class Space:
    """Embeddings by text, and the reader of words."""

    embeddings: Mapping[str, bytes]
    reader: TextReader

    def matrix(self, texts: Sequence[Text]) -> FloatArray:
        """Return the embeddings as rows, zeros for none."""
        width = max(len(raw) for raw in self.embeddings.values())
        empty = b"\x00" * width
        raw = b"".join(self.embeddings[text.text] or empty for text in texts)
        return np.frombuffer(raw, "<f2").reshape(len(texts), -1).astype(np.float32)


@dataclass(frozen=True, slots=True)
class Pairs:
    """Rows are pairs: their features, whether they say the same, whether the text is long enough to be
    confirmed, and which two of the texts they are."""

    features: Values
    truth: Values
    long: NDArray[np.bool_]
    places: Sequence[tuple[int, int]]


def match_pairs(posts: Sequence[Text], claims: Sequence[Text], space: Space) -> Pairs:
    """Return each post beside the claims likest it; an ordinary post is right with none."""
    read = [space.reader.read_anew(claim.text) for claim in claims]
    by_words, matrix = _Words(read), space.matrix(claims)
    vectors = space.matrix(posts)
    rows: list[tuple[float, ...]] = []
    truth: list[float] = []
    long: list[bool] = []
    places: list[tuple[int, int]] = []
    for number, post in enumerate(posts):
        text = space.reader.read(post.text)
        near = np.argsort(-(matrix @ vectors[number]))[:_NEAREST_CLAIMS].tolist()
        own = [frozenset(read[at].rarity) for at in near if claims[at].group == post.group and post.group]
        enough = said_words(post.text) >= MIN_WORDS_TO_CONFIRM
        for at in dict.fromkeys([*near, *by_words.likest(text, _NEAREST_CLAIMS)]):
            right = bool(post.group) and claims[at].group == post.group
            if not right and any(_alike(frozenset(read[at].rarity), mine) for mine in own):
                continue
            cosine = cosine_of(space.embeddings[post.text], space.embeddings[claims[at].text])
            rows.append(match_features(text, read[at], cosine))
            truth.append(float(right))
            long.append(enough)
            places.append((number, at))
    return Pairs(np.array(rows), np.array(truth), np.array(long), places)


def link_pairs(items: Sequence[Text], space: Space) -> tuple[Pairs, list[tuple[int, int]]]:
    """Return each item beside the items likest it, and which of these pairs are copies: those need no
    model and are not among the first."""
    read = [space.reader.read_anew(item.text) for item in items]
    runs = [word_runs(item.text) for item in items]
    by_words, matrix = _Words(read), space.matrix(items)
    pairs: set[tuple[int, int]] = set()
    for number in range(len(items)):
        near = np.argsort(-(matrix @ matrix[number]))[: _NEAREST_ITEMS + 1].tolist()
        for at in [*near, *by_words.likest(read[number], _NEAREST_ITEMS + 1)]:
            if at != number:
                pairs.add((min(at, number), max(at, number)))
    rows: list[tuple[float, ...]] = []
    truth: list[float] = []
    places: list[tuple[int, int]] = []
    copies: list[tuple[int, int]] = []
    for a, b in sorted(pairs):
        if likeness(runs[a], runs[b]) >= SAME_CLAIM:
            copies.append((a, b))
            continue
        cosine = cosine_of(space.embeddings[items[a].text], space.embeddings[items[b].text])
        rows.append(link_features(read[a], read[b], cosine))
        truth.append(float(bool(items[a].group) and items[a].group == items[b].group))
        places.append((a, b))
    return Pairs(np.array(rows), np.array(truth), np.ones(len(rows), bool), places), copies


def components(count: int, edges: Iterable[tuple[int, int]]) -> list[str]:
    """Return the name of each place's group when the places of each edge are together."""
    parent = list(range(count))

    def root(at: int) -> int:
        while parent[at] != at:
            parent[at] = parent[parent[at]]
            at = parent[at]
        return at

    for a, b in edges:
        parent[root(a)] = root(b)
    return [str(root(at)) for at in range(count)]


def _alike(a: frozenset[str], b: frozenset[str]) -> bool:
    return len(a & b) >= _SAME_WORDS * max(1, min(len(a), len(b)))


class _Words:
    """Texts by their words, the rarest of a text looked up."""

    def __init__(self, read: Sequence[ReadText]) -> None:
        self._read = read
        self._holding: dict[str, list[int]] = defaultdict(list)
        for at, text in enumerate(read):
            for stem in text.rarity:
                self._holding[stem].append(at)

    def likest(self, text: ReadText, count: int) -> list[int]:
        scores: dict[int, float] = defaultdict(float)
        for stem in text.telling()[:_MOST_WORDS]:
            holding = self._holding.get(stem, ())
            if len(holding) <= _LONGEST_LIST:
                for at in holding:
                    scores[at] += text.rarity[stem] / (3 + len(self._read[at].rarity)) ** 0.5
        return sorted(scores, key=lambda at: (-scores[at], at))[:count]

"""Two texts side by side: what a pair is judged by.

Owns: reading a text into its telling words, and the features of a pair: `MATCH_FEATURES` of a
text beside a published claim, `LINK_FEATURES` of two items. Leaves the judgement to
`classifier.match`. Which of them help was measured: docs/decisions/0008-claims.md.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import pairwise
from typing import Protocol

import numpy as np

from classifier.match import PairModel
from classifier.meaning import Meaning
from kentongan.text import words as plain_words
from search.analysis import exact_terms, is_stop_word, read_terms

MATCH_FEATURES = (
    "cosine",  # of the embeddings
    "claim_in_text",  # share of the claim's words that the text has, by rarity
    "text_in_claim",
    "rarest_shared",
    "rarest_missing",  # of the claim's words
    "word_pairs",  # share of the claim's neighbouring words that are the text's too
    "numbers",  # share of the claim's; a half when it has none
    "short_claim",
    "shared",  # how much they share, by rarity
    "short_text",
    "words_shared",
    "nearly_in_text",  # as claim_in_text, words that are spelt nearly alike counting too
    "rarest_nearly",
    "nearly_shared",
)
LINK_FEATURES = (
    "cosine",
    "shared_of_longer",  # by rarity: the smaller of the two shares
    "shared_of_shorter",
    "shared_of_both",
    "rarest_shared",
    "second_rarest_shared",
    "rarest_missing_in_longer",
    "rarest_missing_in_shorter",
    "numbers",
    "short_shorter",
    "shared",
    "short_longer",
    "nearly_in_longer",
    "rarest_nearly",
    "nearly_shared",
    "nearly_in_shorter",
)
_MOST_WORDS = 400  # of a text: a claim stands at its head
_KEPT_READ = 8_000
_RUN = 3  # letters
_LEAST_LETTERS = 4  # of a word that may be spelt nearly alike
_COMMON_RUN = 12  # words of a text that have a run of letters, from which it tells nothing
_NEARLY = 0.5  # of the runs of both words
_RAREST, _MUCH, _MANY = 12.0, 50.0, 8.0  # what brings features to about 0 to 1
_EVERYDAY = 3.0  # as "kota" and "warga" tell
_NEITHER = 0.5  # what is said of numbers when there are none


class Judges(Protocol):
    """What of a model tells whether two texts say the same; `classifier.assess.Assessor` is one."""

    @property
    def pairs(self) -> PairModel: ...
    @property
    def links(self) -> PairModel: ...
    @property
    def meaning(self) -> Meaning: ...
    @property
    def model(self) -> str: ...


@dataclass(frozen=True)
class ReadText:
    """A text by its telling words. Stems and the parts of compounds, each once, in order."""

    rarity: dict[str, float]  # of each stem
    weight: float  # of all of them
    pairs: frozenset[tuple[str, str]]
    numbers: frozenset[str]

    @cached_property
    def spelt(self) -> Mapping[str, Sequence[str]]:
        """Return the stems by the runs of letters they have."""
        return _spelt(self.rarity)

    def telling(self) -> list[str]:
        """Return the stems, the rarest first."""
        return sorted(self.rarity, key=lambda stem: (-self.rarity[stem], stem))

    @property
    def order(self) -> tuple[int, float, tuple[str, ...]]:
        """What tells the longer of two texts, the same whichever comes first; equal only for the
        same stems in the same order."""
        return len(self.rarity), self.weight, tuple(self.rarity)


class TextReader:
    """Reads texts. `rarity_of` says how much a stem tells; `everyday` stems tell little, however rare
    they are elsewhere. Texts read lately are remembered."""

    def __init__(self, rarity_of: Callable[[str], float], everyday: Iterable[str] = ()) -> None:
        self._rarity_of, self._everyday = rarity_of, frozenset(everyday)
        self.read = lru_cache(maxsize=_KEPT_READ)(self.read_anew)

    def read_anew(self, text: str) -> ReadText:
        """Return a text read, and remember nothing."""
        stems = dict.fromkeys(_stems(exact_terms(text)[:_MOST_WORDS]))
        rarity = {stem: self._rarity_of(stem) for stem in stems}
        rarity |= {stem: min(rarity[stem], _EVERYDAY) for stem in self._everyday.intersection(stems)}
        return ReadText(
            rarity=rarity,
            weight=sum(rarity.values()) or 1e-9,
            pairs=frozenset(pairwise(stems)),
            numbers=frozenset(stem for stem in stems if any(map(str.isdigit, stem))),
        )


def match_features(text: ReadText, claim: ReadText, cosine: float) -> tuple[float, ...]:
    """Return the MATCH_FEATURES of a text and a published claim, each from about 0 to 1."""
    shared = [stem for stem in claim.rarity if stem in text.rarity]
    weight = sum(claim.rarity[stem] for stem in shared)
    return (
        cosine,
        weight / claim.weight,
        weight / text.weight,
        max((claim.rarity[stem] for stem in shared), default=0.0) / _RAREST,
        _rarest_missing(claim, text) / _RAREST,
        _share(claim.pairs, text.pairs),
        _share(claim.numbers, text.numbers) if claim.numbers else _NEITHER,
        1 / (1 + (len(claim.rarity) or 1)),
        weight / _MUCH,
        1 / (1 + len(text.rarity)),
        len(shared) / _MANY,
        *_nearly(claim, text),
    )


def link_features(a: ReadText, b: ReadText, cosine: float) -> tuple[float, ...]:
    """Return the LINK_FEATURES of two items, whichever comes first, each from about 0 to 1."""
    shorter, longer = sorted((a, b), key=lambda read: read.order)
    shared = [stem for stem in shorter.rarity if stem in longer.rarity]
    weight = sum(shorter.rarity[stem] for stem in shared)
    rarest = sorted((shorter.rarity[stem] for stem in shared), reverse=True)
    shares = sorted((weight / shorter.weight, weight / longer.weight))
    numbers = min(len(shorter.numbers), len(longer.numbers))
    near = _nearly(shorter, longer)
    return (
        cosine,
        shares[0],
        shares[1],
        weight / (shorter.weight + longer.weight - weight),
        (rarest[0] if rarest else 0.0) / _RAREST,
        (rarest[1] if len(rarest) > 1 else 0.0) / _RAREST,
        _rarest_missing(shorter, longer) / _RAREST,
        _rarest_missing(longer, shorter) / _RAREST,
        len(shorter.numbers & longer.numbers) / numbers if numbers else _NEITHER,
        1 / (1 + len(shorter.rarity)),
        min(1.0, weight / _MUCH),
        1 / (1 + len(longer.rarity)),
        near[0],
        near[1],
        min(1.0, near[2]),
        _nearly(longer, shorter)[0],
    )


def cosine_of(a: bytes, b: bytes) -> float:
    """Return the cosine of two embeddings as `Assessment.embedding` holds them; 0 beside an empty one."""
    if not a or len(a) != len(b):
        return 0.0
    left, right = np.frombuffer(a, "<f2").astype(np.float32), np.frombuffer(b, "<f2").astype(np.float32)
    return float(left @ right)


def said_words(text: str) -> int:
    """Return how many words a text says: what tells whether it is too short to be sure of."""
    return len(plain_words(text))


def telling_stems(text: str) -> list[str]:
    """Return the stems and parts of compounds of a text's telling words, in order, each once."""
    return list(dict.fromkeys(_stems(exact_terms(text)[:_MOST_WORDS])))


def _stems(exact: Sequence[str]) -> Iterable[str]:
    for term in read_terms(exact):
        if len(term.word) > 1 and not is_stop_word(term):
            yield term.stem
            yield from term.parts


def _spelt(stems: Iterable[str]) -> Mapping[str, Sequence[str]]:
    found: dict[str, list[str]] = {}
    for stem in stems:
        if len(stem) >= _LEAST_LETTERS:
            for run in _runs(stem):
                found.setdefault(run, []).append(stem)
    return {run: having for run, having in found.items() if len(having) <= _COMMON_RUN}


@lru_cache(maxsize=65_536)
def _runs(stem: str) -> frozenset[str]:
    framed = f"^{stem}$"
    return frozenset(framed[at : at + _RUN] for at in range(len(framed) - _RUN + 1))


def _nearly(part: ReadText, whole: ReadText) -> tuple[float, float, float]:
    """Return how much of a text is in another, words spelt nearly alike ("mansur", "mansyur") counting
    for as much as they are alike: its share by rarity, the rarest such word, the sum."""
    total = rarest = 0.0
    for stem, rarity in part.rarity.items():
        alike = 1.0 if stem in whole.rarity else _best_spelling(stem, whole)
        total += alike * rarity
        rarest = max(rarest, alike * rarity)
    return total / part.weight, rarest / _RAREST, total / _MUCH


def _best_spelling(stem: str, whole: ReadText) -> float:
    """Return how alike the likest word of a text is spelt: Dice of runs of letters, 0 when under _NEARLY."""
    if len(stem) < _LEAST_LETTERS:
        return 0.0
    own = _runs(stem)
    shared = Counter(other for run in own for other in whole.spelt.get(run, ()))
    best = max(
        (
            2 * len(own & _runs(other)) / (len(own) + len(_runs(other)))
            for other, n in shared.items()
            if n > 1
        ),
        default=0.0,
    )
    return best if best >= _NEARLY else 0.0


def _rarest_missing(one: ReadText, other: ReadText) -> float:
    return max((weight for stem, weight in one.rarity.items() if stem not in other.rarity), default=0.0)


def _share(part: frozenset[object] | frozenset[str], whole: frozenset[object] | frozenset[str]) -> float:
    return len(part & whole) / len(part) if part else 0.0

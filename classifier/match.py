"""How likely a text makes the claim that a fact-check looked into.

Owns: the pair features and the logistic model over them, whose numbers are in the
manifest. Leaves finding candidates to `pipeline` and `search`.
"""

import math
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from classifier.manifest import MatchModel
from kentongan.text import words

FEATURES = ("cosine", "claim_in_text", "text_in_claim", "long_words", "numbers", "length")
"""What a pair is judged by; see `pair_features`."""

# Words that say nothing about which claim it is.
_COMMON = frozenset(
    [
        "yang",
        "dan",
        "di",
        "ke",
        "dari",
        "untuk",
        "dengan",
        "pada",
        "ini",
        "itu",
        "adalah",
        "akan",
        "telah",
        "sudah",
        "oleh",
        "dalam",
        "tidak",
        "ada",
        "juga",
        "atau",
        "bisa",
        "karena",
        "saat",
        "para",
        "sebagai",
        "lebih",
        "the",
        "a",
        "of",
        "in",
        "to",
        "video",
        "foto",
        "akun",
        "klaim",
        "narasi",
        "beredar",
        "url",
        "user",
    ]
)
_LONG = 6  # letters
_NUMBER_SIDES = 0.5  # what is said of numbers when the claim has none


class PairModel:
    """Judges pairs with the coefficients of one model version."""

    def __init__(self, model: MatchModel) -> None:
        self._model = model
        self.suggest = model.suggest
        self.confirm = model.confirm

    def probability(self, text: str, embedding: bytes, claim: str, claim_embedding: bytes) -> float:
        """Return the calibrated probability that `text` makes `claim`.

        Embeddings are float16 bytes as `Assessment.embedding` holds them; an empty one
        counts as unlike everything.
        """
        return self.match_probability(pair_features(text, embedding, claim, claim_embedding))

    def match_probability(self, features: Sequence[float]) -> float:
        """Return the probability for a pair's features, in the order of FEATURES."""
        logit = self._model.offset + math.fsum(
            w * f for w, f in zip(self._model.weights, features, strict=True)
        )
        return 1 / (1 + math.exp(-max(-40.0, min(40.0, logit))))


def pair_features(text: str, embedding: bytes, claim: str, claim_embedding: bytes) -> tuple[float, ...]:
    """Return the FEATURES of a pair, each from about 0 to 1.

    Cosine of the embeddings; share of the claim's words that the text has, weighted by
    length; share of the text's words that the claim has; share of the claim's long words;
    share of its numbers (half when it has none); how short the claim is.
    """
    said, claimed = _telling(text), _telling(claim)
    long = [word for word in claimed if len(word) >= _LONG]
    numbers = [word for word in claimed if word.isdigit()]
    return (
        _cosine(embedding, claim_embedding),
        _share(claimed, said),
        _share(said, claimed),
        _plain_share(long, said),
        _plain_share(numbers, said) if numbers else _NUMBER_SIDES,
        1 / (1 + len(claimed)),
    )


@lru_cache(maxsize=64)  # one text is held against many claims
def _telling(text: str) -> Counter[str]:
    return Counter(word for word in words(text) if word not in _COMMON)


def _share(part: Counter[str], whole: Counter[str]) -> float:
    total = sum(min(len(word), 12) for word in part)
    return sum(min(len(word), 12) for word in part if word in whole) / total if total else 0.0


def _plain_share(part: Sequence[str], whole: Counter[str]) -> float:
    return sum(word in whole for word in part) / len(part) if part else 0.0


def _cosine(a: bytes, b: bytes) -> float:
    if not a or len(a) != len(b):
        return 0.0
    left, right = np.frombuffer(a, "<f2").astype(np.float32), np.frombuffer(b, "<f2").astype(np.float32)
    return float(left @ right)

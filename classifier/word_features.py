"""Words and pairs of words as numbers, without a list of words: hashed, damped, of unit length.

Owns: the features that the network's word head and the bag-of-words probe read. Nothing of any
training text can be read back from weights over them but what a word was worth.
"""

from collections import Counter
from itertools import pairwise
from math import log, sqrt
from zlib import crc32

from kentongan.text import words

BUCKETS = 2**16
_MOST_WORDS = 400


def word_features(text: str) -> dict[int, float]:
    """Return the buckets of the words and word pairs of the content, damped counts of unit length."""
    found = words(text)[:_MOST_WORDS]
    terms = [*found, *(" ".join(pair) for pair in pairwise(found))]
    counts = Counter(crc32(term.encode(errors="replace")) % BUCKETS for term in terms)
    damped = {at: 1 + log(count) for at, count in counts.items()}
    length = sqrt(sum(value * value for value in damped.values())) or 1.0
    return {at: value / length for at, value in damped.items()}

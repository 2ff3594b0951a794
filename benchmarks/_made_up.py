"""Words and vectors made up for measuring where real ones would say no more."""

import itertools

import numpy as np

from search.index import DIMENSIONS

WORDS = 20_000


def vocabulary() -> list[str]:
    """Return words of three syllables, all different."""
    syllables = [a + b for a in "bcdgjklmnprstw" for b in "aiueo"]
    made = ("".join(parts) for parts in itertools.product(syllables, repeat=3))
    return list(itertools.islice(made, 0, None, 17))[:WORDS]


def random_vector(number: int) -> bytes:
    """Return a direction by its number, as the index keeps it."""
    values = np.random.default_rng(number).standard_normal(DIMENSIONS)
    return bytes((values / np.linalg.norm(values)).astype("<f2").tobytes())

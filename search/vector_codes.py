"""What a vector is like in 48 bytes, and which of a million such codes are worth a closer look.

Owns: the code (the sign of each component after a fixed turn of the space) and choosing by it.
Leaves keeping codes to `vector_files` and comparing the vectors themselves to `vectors`.

The turn spreads what a vector says evenly over its components, so that each sign tells as much as
the others. It is the same everywhere, so that nothing has to be trained or kept. The idea is that
of Gao and Long, "RaBitQ", SIGMOD 2024; what it costs and misses: docs/decisions/0017-vector-index.md.
"""

from functools import cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from search.index import DIMENSIONS

WORDS = DIMENSIONS // 64
BLOCK = 16_384  # rows: the words of one block and what is made of them stay in a processor's own cache
_SEED = 384
_BITS = 4  # of a component of the vector asked for, in the finer look; 3 find less, 5 hardly more
_NEVER = DIMENSIONS + 1  # further than any

Codes = NDArray[np.uint64]
Rows = NDArray[np.intp]


def encode(vectors: NDArray[np.float32]) -> Codes:
    """Return the codes of (n, DIMENSIONS) as (WORDS, n)."""
    return _packed(vectors @ _turn() > 0)


def choose(
    codes: Codes, wanted: NDArray[np.float32], usable: NDArray[np.bool_], fine: int, many: int
) -> Rows:
    """Return up to `many` usable rows that seem nearest, ascending.

    `codes` are (blocks, WORDS, BLOCK). The `fine` best by the number of equal signs, a look of a few
    milliseconds at a million, are then told apart by the components of `wanted` themselves; up to twice
    as many are so at once, which takes no longer.
    """
    turned = wanted @ _turn()
    if np.count_nonzero(usable) > 2 * fine:
        rows = _smallest(_unlike(codes, _packed(turned[None] > 0), usable), fine)
    else:
        rows = np.flatnonzero(usable)
    if len(rows) <= many:
        return rows
    return rows[_smallest(_against(codes, turned, rows), many)]


def _unlike(codes: Codes, asked: Codes, usable: NDArray[np.bool_]) -> NDArray[np.uint16]:
    """Return in how many signs each row differs from `asked`; _NEVER for those not usable."""
    found = np.full(len(usable), _NEVER, dtype=np.uint16)
    differing = np.empty((WORDS, BLOCK), dtype=np.uint64)
    counts = np.empty((WORDS, BLOCK), dtype=np.uint8)
    for block, start in enumerate(range(0, len(usable), BLOCK)):
        wanted = usable[start : start + BLOCK]
        if wanted.any():
            np.bitwise_xor(codes[block], asked, out=differing)
            np.bitwise_count(differing, out=counts)
            signs = counts.sum(axis=0, dtype=np.uint16)[: len(wanted)]
            found[start : start + BLOCK] = np.where(wanted, signs, np.uint16(_NEVER))
    return found


def _against(codes: Codes, turned: NDArray[np.float32], rows: Rows) -> NDArray[np.uint16]:
    """Return how far each of the rows points away from `turned`, rounded to _BITS a component."""
    bits = np.arange(_BITS, dtype=np.uint8)
    steps = np.rint((1 + turned / np.abs(turned).max()) / 2 * (2**_BITS - 1)).astype(np.uint8)
    planes = _packed((steps >> bits[:, None] & 1).astype(np.bool_)).T[:, :, None]
    weights = np.left_shift(1, bits, dtype=np.uint16)
    found = np.empty(len(rows), dtype=np.uint16)
    # By block: three times as fast as taking the words by indices of all three axes at once.
    for block, (left, right) in enumerate(pairwise(np.searchsorted(rows, np.arange(len(codes) + 1) * BLOCK))):
        words = codes[block].take(rows[left:right] - block * BLOCK, axis=1)
        found[left:right] = weights @ np.bitwise_count(words ^ planes).sum(axis=1, dtype=np.uint16)
    return found


def _smallest(values: NDArray[np.uint16], many: int) -> Rows:
    """Return where the `many` smallest are, ascending; of equal ones the first."""
    top = int(values.max()) + 1
    parts = np.split(values, range(BLOCK, len(values), BLOCK))  # counting makes each value eight bytes wide
    counts = sum(np.bincount(part, minlength=top) for part in parts)
    limit = int(np.searchsorted(np.cumsum(counts), many))
    chosen = values < limit
    equal = np.flatnonzero(values == limit)
    chosen[equal[: many - np.count_nonzero(chosen)]] = True
    return np.flatnonzero(chosen)


def _packed(signs: NDArray[np.bool_]) -> Codes:
    """Return (n, DIMENSIONS) truths as (WORDS, n) words."""
    return np.ascontiguousarray(np.packbits(signs, axis=1).view(np.uint64).T)


@cache
def _turn() -> NDArray[np.float32]:
    """Return the turn (DIMENSIONS, DIMENSIONS): columns of random directions made orthogonal.

    RandomState, because NumPy promises that its numbers never change.
    """
    directions, signs = np.linalg.qr(np.random.RandomState(_SEED).standard_normal((DIMENSIONS, DIMENSIONS)))
    return np.asarray(directions * np.sign(np.diag(signs)), dtype=np.float32)

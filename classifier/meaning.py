"""The space in which texts are compared, and how rare a word is.

Owns: the file `meaning.safetensors` of an artefact, its two parts and reading a text's vector
from those of its windows. Texts are compared as they are written: whom a text is about must
not decide what it is flagged as (`neutral`), but it does decide which claim it makes.

The vectors of the encoder lie in a narrow cone: whitening them spreads what tells two claims
apart. Measured on 679 later posts among 13,005 claims: own claim among the five nearest 0.75
with names exchanged, 0.79 with names kept, 0.83 whitened as well (docs/decisions/0008-claims.md).
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from math import log
from pathlib import Path
from zlib import crc32

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load_file, save_file

from classifier.encode import FloatArray
from classifier.errors import ArtefactDamaged

MEANING = "meaning.safetensors"
BUCKETS = 2**16
_FLOOR = 1e-3  # of the largest variance: directions without any are not blown up
_HALF = 0.25  # half-way between leaving the variances and making them equal


@dataclass(frozen=True, slots=True)
class Meaning:
    """`centre` (width,) and `turn` (width, width) whiten a vector; `rarity` (BUCKETS,) is that of
    hashed words. Without them nothing is whitened and all words are alike."""

    centre: FloatArray | None = field(default=None, repr=False)
    turn: FloatArray | None = field(default=None, repr=False)
    rarity: FloatArray | None = field(default=None, repr=False)

    def embedding(self, rows: FloatArray) -> bytes:
        """Return the unit vector of a text as float16 from the unit vectors of its windows,
        (windows, width); empty for none."""
        mean = _unit(rows.sum(axis=0))
        if mean is not None and self.centre is not None and self.turn is not None:
            mean = _unit(((mean - self.centre) @ self.turn).astype(np.float32))
        return b"" if mean is None else mean.astype("<f2").tobytes()

    def rarity_of(self, word: str) -> float:
        """Return how much a word tells, 0 for one in every text to about 11 for one never seen."""
        return 1.0 if self.rarity is None else float(self.rarity[bucket(word)])


PLAIN = Meaning()


def bucket(word: str) -> int:
    """Return the row of a word in `Meaning.rarity`; other words may share it."""
    return crc32(word.encode(errors="replace")) % BUCKETS


def fit_meaning(vectors: FloatArray, texts: Iterable[Sequence[str]]) -> Meaning:
    """Return the space that whitens `vectors` (n, width), unit rows, and the rarity of the words in
    `texts`: log((texts + 1) / (texts with it + 1)). Rows are halves: as exact as they are kept."""
    centre = vectors.mean(axis=0)
    directions, variances, _ = np.linalg.svd(np.cov((vectors - centre).T))
    turn = directions * (variances + _FLOOR * variances[0]) ** -_HALF
    seen: Counter[int] = Counter()
    count = 0
    for words in texts:
        count += 1
        seen.update({bucket(word) for word in words})
    rarity = np.array([log((count + 1) / (seen[at] + 1)) for at in range(BUCKETS)])
    return Meaning(*(part.astype(np.float16).astype(np.float32) for part in (centre, turn, rarity)))


def save_meaning(folder: Path, meaning: Meaning) -> None:
    """Write it into an artefact's folder, in float16."""
    parts = {"centre": meaning.centre, "turn": meaning.turn, "rarity": meaning.rarity}
    save_file(
        {name: part.astype(np.float16) for name, part in parts.items() if part is not None}, folder / MEANING
    )
    (folder / MEANING).chmod(0o644)


def read_meaning(folder: Path, width: int) -> Meaning:
    """Return that of the artefact in `folder`, the plain one where it has none.

    Raises ArtefactDamaged for a file that is not one, or not of this width.
    """
    path = folder / MEANING
    if not path.exists():
        return PLAIN
    try:
        parts = {name: part.astype(np.float32) for name, part in load_file(path).items()}
        found = Meaning(parts["centre"], parts["turn"], parts["rarity"])
    except (SafetensorError, KeyError, OSError) as exc:
        raise ArtefactDamaged(path, str(exc)) from exc
    shapes = [part.shape for part in (found.centre, found.turn, found.rarity) if part is not None]
    if shapes != [(width,), (width, width), (BUCKETS,)]:
        raise ArtefactDamaged(path, f"its shapes are {shapes}")
    return found


def _unit(vector: FloatArray) -> FloatArray | None:
    length = float(np.linalg.norm(vector))
    return vector / np.float32(length) if length else None

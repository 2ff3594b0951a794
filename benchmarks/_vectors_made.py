"""A million vectors that lie as those of real texts do, and what is nearest among them.

Owns: making them from a few thousand. Where KENTONGAN_BENCH_DATA names a folder with `posts.jsonl.gz`,
those are its texts as the shipped encoder reads them; otherwise they are made up, their directions as
uneven as measured on 12,991 such texts: the variances fall as rank^-0.72, the mean is 0.39 long.

Each further vector is one of the few, turned away by noise of the same variances and mean, to a cosine
evenly between 0.3 and 0.95: copies, tellings of one event and what has only the subject in common. The
vectors asked for are half texts left out from the few, half made as the others.
"""

import gzip
import json
import os
import random
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from search.index import DIMENSIONS

FEW, ASKED = 4_000, 100
_SHARE = (0.3, 0.95)
_AT_ONCE = 20_000

Matrix = NDArray[np.float32]


def few() -> tuple[Matrix, str]:
    """Return FEW vectors and in words what they are of."""
    folder = os.environ.get("KENTONGAN_BENCH_DATA")
    if folder:
        return _of_texts(Path(folder) / "posts.jsonl.gz"), "real posts"
    chance = np.random.default_rng(1)
    spread = np.arange(1, DIMENSIONS + 1) ** -0.36
    spread *= np.sqrt((1 - 0.39**2) / np.sum(spread**2))
    mean = chance.standard_normal(DIMENSIONS)
    mean *= 0.39 / np.linalg.norm(mean)
    return _unit(mean + spread * chance.standard_normal((FEW, DIMENSIONS))), "made up"


def write_many(base: Matrix, count: int, path: Path) -> None:
    """Write `count` float16 vectors made of the few into a .npy file."""
    chance = np.random.default_rng(2)
    out = np.lib.format.open_memmap(path, mode="w+", dtype=np.float16, shape=(count, DIMENSIONS))
    for start in range(0, count, _AT_ONCE):
        out[start : start + _AT_ONCE] = _varied(base, min(_AT_ONCE, count - start), chance)
    out.flush()


def parted(vectors: Matrix) -> tuple[Matrix, Matrix]:
    """Return the few to make others from, and ASKED vectors to ask for."""
    half = ASKED // 2
    base = vectors[:-half]
    asked = np.concatenate([vectors[-half:], _varied(base, half, np.random.default_rng(3))])
    return base, _unit(asked.astype(np.float16).astype(np.float32))


def exactly(
    path: Path, asked: Matrix, limit: int, allowed: NDArray[np.bool_] | None = None
) -> NDArray[np.intp]:
    """Return the `limit` nearest rows of each vector asked for, (asked, limit), nearest first."""
    many = np.load(path, mmap_mode="r")
    scores = np.empty((len(asked), len(many)), dtype=np.float32)
    for start in range(0, len(many), _AT_ONCE):
        scores[:, start : start + _AT_ONCE] = asked @ _unit(many[start : start + _AT_ONCE]).T
    if allowed is not None:
        scores[:, ~allowed] = -2
    best = np.argpartition(-scores, limit, axis=1)[:, :limit]
    order = np.argsort(-np.take_along_axis(scores, best, axis=1), axis=1)
    return np.take_along_axis(best, order, axis=1)


def _varied(base: Matrix, count: int, chance: np.random.Generator) -> Matrix:
    values, directions = np.linalg.eigh(np.cov(base.T))
    spread = (directions * np.sqrt(np.maximum(values, 0))).astype(np.float32)
    noise = chance.standard_normal((count, DIMENSIONS), dtype=np.float32) @ spread.T
    share = chance.uniform(*_SHARE, (count, 1)).astype(np.float32)
    own = base[chance.integers(0, len(base), count)]
    return _unit(share * own + np.sqrt(1 - share**2) * _unit(noise + base.mean(axis=0)))


def _unit(values: NDArray[np.floating]) -> Matrix:
    wide = np.asarray(values, dtype=np.float32)
    return np.asarray(wide / np.linalg.norm(wide, axis=1, keepdims=True), dtype=np.float32)


def _of_texts(path: Path) -> Matrix:
    from classifier.artefact import DEFAULT_NAME, load_artefact
    from classifier.assess import Assessor
    from kentongan.settings import PROJECT_ROOT

    with gzip.open(path, "rt", encoding="utf-8") as lines:
        texts = sorted({json.loads(line)["text"][:600] for line in lines})
    random.Random(4).shuffle(texts)
    assessor = Assessor(load_artefact(PROJECT_ROOT / "models" / DEFAULT_NAME), threads=1)
    raw = [vector for vector in assessor.embed(texts[:FEW]) if vector]
    return _unit(np.frombuffer(b"".join(raw), dtype="<f2").reshape(-1, DIMENSIONS))

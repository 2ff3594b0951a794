"""The ways to find the nearest that are measured against each other, each built once and opened anew.

Owns: how each library is used, with the settings that its own pages suggest. Those not installed
raise ModuleNotFoundError when asked for. All in one thread.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from search.vectors import VectorStore

Many = NDArray[np.float16]
_BATCH = 1_000  # as the index is filled


class Way(Protocol):
    def build(self, many: Many) -> None: ...
    def nearest(self, vector: NDArray[np.float16], limit: int) -> list[int]: ...


class Ours:
    def __init__(self, folder: Path) -> None:
        self.store = VectorStore(folder)

    def build(self, many: Many) -> None:
        for start in range(0, len(many), _BATCH):
            part = np.asarray(many[start : start + _BATCH])
            self.store.append([(start + n, row.tobytes()) for n, row in enumerate(part)])

    def nearest(self, vector: NDArray[np.float16], limit: int) -> list[int]:
        return self.store.nearest(vector.tobytes(), limit)


class InMemory:
    """NumPy, float32: exact; what was before."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "many.npy"
        self._many: NDArray[np.float32] | None = None

    def build(self, many: Many) -> None:
        np.save(self._path, many)

    def nearest(self, vector: NDArray[np.float16], limit: int) -> list[int]:
        if self._many is None:
            self._many = np.load(self._path).astype(np.float32)
        scores = self._many @ vector.astype(np.float32)
        best = np.argpartition(-scores, limit)[:limit]
        return [int(row) for row in best[np.argsort(-scores[best])]]


class Usearch:
    """usearch, HNSW of int8 with its own links, 2 rows looked at for each found; its file is mapped."""

    def __init__(self, folder: Path) -> None:
        from usearch.index import Index

        self._path = folder / "usearch"
        self._index = Index(ndim=384, metric="cos", dtype="i8", expansion_search=400)
        self._open = False

    def build(self, many: Many) -> None:
        for start in range(0, len(many), _BATCH):
            part = np.asarray(many[start : start + _BATCH])
            self._index.add(np.arange(start, start + len(part)), part, threads=1)
        self._index.save(str(self._path))

    def nearest(self, vector: NDArray[np.float16], limit: int) -> list[int]:
        if not self._open:
            self._index.view(str(self._path))
            self._open = True
        return [int(key) for key in self._index.search(vector, limit, threads=1).keys]


class Faiss:
    """faiss, an index by its factory string, read by mapping its file where it can be."""

    def __init__(self, folder: Path, made: str, ask: Callable[[Any], None]) -> None:
        import faiss

        faiss.omp_set_num_threads(1)
        self._faiss, self._made, self._ask = faiss, made, ask
        self._path = folder / "faiss"
        self._index: Any = None

    def build(self, many: Many) -> None:
        index = self._faiss.index_factory(384, self._made, self._faiss.METRIC_INNER_PRODUCT)
        step = max(1, len(many) // 50_000)
        index.train(np.asarray(many[::step], dtype=np.float32))
        for start in range(0, len(many), _BATCH):
            index.add(np.asarray(many[start : start + _BATCH], dtype=np.float32))
        self._faiss.write_index(index, str(self._path))

    def nearest(self, vector: NDArray[np.float16], limit: int) -> list[int]:
        if self._index is None:
            self._index = self._faiss.read_index(str(self._path), self._faiss.IO_FLAG_MMAP)
            self._ask(self._index)
        _, found = self._index.search(vector.astype(np.float32)[None], limit)
        return [int(row) for row in found[0]]


def _looking_at(name: str, value: int) -> Callable[[Any], None]:
    return lambda index: setattr(index, name, value)


def _nothing(index: Any) -> None:
    pass


WAYS: dict[str, Callable[[Path], Way]] = {
    "ours": Ours,
    "NumPy float32": InMemory,
    "faiss flat int8": lambda folder: Faiss(folder, "SQ8", _nothing),
    "faiss RaBitQ": lambda folder: Faiss(folder, "RaBitQfs,Refine(SQfp16)", _looking_at("k_factor", 40)),
    "faiss IVF int8": lambda folder: Faiss(folder, "IVF256,SQ8", _looking_at("nprobe", 32)),
    "usearch HNSW int8": Usearch,
}

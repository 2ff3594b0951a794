"""The nearest texts by cosine, exactly, over a matrix kept in memory.

Owns: reading vectors, following what any process changes (by the growing `seq` of each
row), and ranking. Leaves writing the rows to `embedded`.

Exact search needs no tuning and never misses; docs/decisions/0003-search.md has the
measured times and the size at which an approximate index becomes worth its trouble.
"""

import sqlite3
import threading
from collections.abc import Set as AbstractSet
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from search.index import DIMENSIONS, Kind, SearchError

BYTES = 2 * DIMENSIONS
_KINDS = {kind.value: number for number, kind in enumerate(Kind)}
_GONE = -1


def read_vector(raw: bytes, of: str) -> NDArray[np.float32]:
    """Return a vector of unit length. Raises SearchError naming `of` for a wrong size or no direction."""
    if len(raw) != BYTES:
        raise SearchError(f"vector of {of}: {len(raw)} bytes, not {BYTES} ({DIMENSIONS} float16)")
    vector = np.frombuffer(raw, dtype="<f2").astype(np.float32)
    length = float(np.linalg.norm(vector))
    if not np.isfinite(length) or length == 0.0:
        raise SearchError(f"vector of {of}: not a direction")
    return vector / np.float32(length)


class VectorCache:
    """All vectors of the current file, float32. One per process; safe among threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._path: Path | None = None
        self._clear()

    def nearest(
        self,
        connection: sqlite3.Connection,
        path: Path,
        vector: bytes,
        limit: int,
        kind: str,
        allowed: AbstractSet[int] | None,
        recent: int | None = None,
    ) -> list[int]:
        """Return up to `limit` rows, nearest first; of one kind unless `kind` is empty, and
        only of `allowed` and of the `recent` rows last taken in unless those are None."""
        wanted = read_vector(vector, "the query")
        with self._lock:
            self._follow(connection, path)
            first = 0 if recent is None else max(0, self._size - recent)
            docs, kinds = self._docs[first : self._size], self._kinds[first : self._size]
            usable = kinds != _GONE if not kind else kinds == _KINDS[kind]
            if allowed is not None:
                usable &= np.isin(docs, np.fromiter(allowed, dtype=np.int64, count=len(allowed)))
            scores = self._matrix[first : self._size] @ wanted
            scores[~usable] = -np.inf
            limit = min(limit, int(usable.sum()))
            if not limit:
                return []
            best = np.argpartition(-scores, limit - 1)[:limit]
            order = np.lexsort((docs[best], -scores[best]))
            return [int(doc) for doc in docs[best][order]]

    def _clear(self) -> None:
        self._size = 0
        self._seq = 0
        self._rows: dict[int, int] = {}
        self._docs = np.zeros(0, dtype=np.int64)
        self._kinds = np.zeros(0, dtype=np.int8)
        self._matrix = np.zeros((0, DIMENSIONS), dtype=np.float32)

    def _follow(self, connection: sqlite3.Connection, path: Path) -> None:
        """Take in what has changed since the last look."""
        if path != self._path:
            self._clear()
            self._path = path
        (seq,) = connection.execute("SELECT coalesce(max(seq), 0) FROM vector").fetchone()
        if seq <= self._seq:  # this thread may look at an earlier moment than the last one did
            return
        changed = connection.execute("SELECT count(*) FROM vector WHERE seq > ?", (self._seq,)).fetchone()[0]
        self._reserve(self._size + changed)
        for doc, kind, data in connection.execute(
            "SELECT doc, kind, data FROM vector WHERE seq > ? ORDER BY seq, doc", (self._seq,)
        ):
            row = self._rows.setdefault(doc, self._size)
            if row == self._size:
                self._size += 1
            self._docs[row] = doc
            self._kinds[row] = _KINDS[kind] if data else _GONE
            self._matrix[row] = read_vector(data, f"row {doc}") if data else 0.0
        self._seq = seq

    def _reserve(self, size: int) -> None:
        if size <= len(self._docs):
            return
        size = max(size, len(self._docs) + len(self._docs) // 4)
        more = size - len(self._docs)
        self._docs = np.concatenate([self._docs, np.zeros(more, dtype=np.int64)])
        self._kinds = np.concatenate([self._kinds, np.full(more, _GONE, dtype=np.int8)])
        self._matrix = np.concatenate([self._matrix, np.zeros((more, DIMENSIONS), dtype=np.float32)])

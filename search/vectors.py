"""The nearest texts by cosine, out of up to a million, from files that processes share.

Owns: reading vectors, following what any process adds, and ranking: rows whose codes seem near
(`vector_codes`) are compared by the vectors themselves. Up to EXACT rows all of them are, so that a
small archive and a narrow filter miss nothing. Leaves the files to `vector_files`.

Measured against what else there is: docs/decisions/0017-vector-index.md.
"""

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from search.index import DIMENSIONS, SearchError
from search.vector_codes import Rows, choose
from search.vector_files import SCALE, Mapped, VectorFiles, checksum

BYTES = 2 * DIMENSIONS  # of a float16 vector
EXACT = 8_192  # rows compared by their vectors: 1 to 3 ms
FINE = 65_536  # rows told apart by the finer look at their codes: about 4 ms
_OF_EACH = 10  # rows compared for each that is asked for, where that is more than EXACT
_FINE_OF_EACH = 4  # likewise rows looked at for each that is compared
_AT_ONCE = 256  # rows: more do not stay in a processor's own cache, and take five times as long
_SPARSE = 8  # numbers a row up to which a table of all takes no more memory than the rows' numbers
_SKEW = 0.1  # the length of what was kept rounded differs from 1 by less than a thousandth


def read_vector(raw: bytes, of: str) -> NDArray[np.float32]:
    """Return a vector of unit length. Raises SearchError naming `of` for a wrong size or no direction."""
    if len(raw) != BYTES:
        raise SearchError(f"vector of {of}: {len(raw)} bytes, not {BYTES} ({DIMENSIONS} float16)")
    vector = np.frombuffer(raw, dtype="<f2").astype(np.float32)
    length = float(np.linalg.norm(vector))
    if not np.isfinite(length) or length == 0.0:
        raise SearchError(f"vector of {of}: not a direction")
    return vector / np.float32(length)


@dataclass(frozen=True, slots=True, eq=False)
class _Moment:
    """What there is at one time; a search sees one to its end."""

    mapped: Mapped
    last: NDArray[np.bool_]  # no later row has the same number
    largest: int  # of the numbers

    @property
    def size(self) -> int:
        return len(self.last)

    def usable(self, allowed: NDArray[np.uint64] | None, recent: int | None) -> NDArray[np.bool_]:
        usable = self.last.copy()
        if recent is not None and recent < self.size:
            rows = np.flatnonzero(usable)
            usable[rows[: max(0, len(rows) - recent)]] = False
        if allowed is not None:
            usable &= self._among(allowed)
        return usable

    def _among(self, allowed: NDArray[np.uint64]) -> NDArray[np.bool_]:
        """Return which rows are allowed: by a table, six times as fast, where numbers lie closely."""
        numbers = self.mapped.numbers
        if self.largest >= _SPARSE * len(numbers):
            return np.isin(numbers, allowed)
        table = np.zeros(self.largest + 1, dtype=np.bool_)
        table[allowed[allowed <= self.largest]] = True
        return np.asarray(table[numbers])


class VectorStore:
    """The vectors of one generation of the index, in `folder`.

    Opens nothing before its first use. Safe among threads; several processes may read while one,
    which holds the writers' lock, appends. Nothing is taken out: a rebuild makes another folder.
    """

    def __init__(self, folder: Path) -> None:
        self._files = VectorFiles(folder)
        self._lock = threading.Lock()
        self._moment: _Moment | None = None

    def append(self, rows: Sequence[tuple[int, bytes]]) -> None:
        """Add (document number, vector) pairs; they are on disk when this returns.

        Of several rows of one number the last counts. Raises SearchError for what is no vector.
        """
        if not rows:
            return
        numbers = [number for number, _ in rows]
        vectors = np.stack([read_vector(raw, f"document {number}") for number, raw in rows])
        moment = self._now()
        self._files.append(moment.size if moment else 0, numbers, vectors)

    def nearest(
        self,
        vector: bytes,
        limit: int,
        allowed: NDArray[np.uint64] | None = None,
        recent: int | None = None,
    ) -> list[int]:
        """Return up to `limit` document numbers, nearest first; of equally near ones the smaller first.

        Only `allowed` ones unless that is None, and only the `recent` last added unless that is None.
        Raises SearchError for what is no vector, IndexNotReady for damaged files.
        """
        wanted = read_vector(vector, "the vector asked for")
        moment = self._now()
        if moment is None or limit <= 0:
            return []
        many = max(EXACT, _OF_EACH * limit)
        usable = moment.usable(allowed, recent)
        rows = choose(moment.mapped.codes, wanted, usable, max(FINE, _FINE_OF_EACH * many), many)
        numbers = moment.mapped.numbers[rows]
        best = np.lexsort((numbers, -self._cosines(moment.mapped, rows, wanted)))[:limit]
        found: list[int] = numbers[best].tolist()
        for number, row in zip(found, rows[best].tolist(), strict=True):
            if checksum(number, moment.mapped.vectors[row].tobytes()) != moment.mapped.checks[row]:
                raise self._files.damaged(f"row {row}")
        return found

    def size(self) -> int:
        """Return how many rows are on disk."""
        moment = self._now()
        return moment.size if moment else 0

    def close(self) -> None:
        with self._lock:
            self._moment = None

    def _cosines(self, mapped: Mapped, rows: Rows, wanted: NDArray[np.float32]) -> NDArray[np.float32]:
        found = np.empty(len(rows), dtype=np.float32)
        for start in range(0, len(rows), _AT_ONCE):
            part = mapped.vectors[rows[start : start + _AT_ONCE]].astype(np.float32)
            lengths = np.sqrt(np.vecdot(part, part))
            if not np.all(np.abs(lengths / SCALE - 1) < _SKEW):
                raise self._files.damaged("a vector without its length")
            found[start : start + _AT_ONCE] = np.vecdot(part, wanted) / lengths
        return found

    def _now(self) -> _Moment | None:
        """Return what is there now, None for nothing."""
        with self._lock:
            known = self._moment.size if self._moment else 0
            if self._files.written() != known:
                size = self._files.whole(known)
                if size != known:
                    mapped = self._files.map(size, self._moment.mapped if self._moment else None)
                    self._moment = _later(self._moment, mapped)
            return self._moment


def _later(before: _Moment | None, mapped: Mapped) -> _Moment:
    """Return the moment after rows were added to what was there before."""
    known = before.size if before else 0
    last = np.ones(len(mapped.numbers), dtype=np.bool_)
    fresh = mapped.numbers[known:]
    if before:
        last[:known] = before.last
        if int(fresh.min()) <= before.largest:
            last[:known] &= ~np.isin(mapped.numbers[:known], fresh)
    if not np.all(fresh[1:] > fresh[:-1]):
        last[known:] = False
        last[len(last) - 1 - np.unique(fresh[::-1], return_index=True)[1]] = True
    return _Moment(mapped, last, max(before.largest if before else 0, int(fresh.max())))

"""The files that hold the vectors of one generation of the embedded index.

Owns: their form, adding to them so that a cut-off addition is as if it never was, and looking
at them without reading them. Leaves what is looked for to `vectors`.

Three files grow together: `vectors` (whole numbers, 1 being SCALE), `codes` (of `vector_codes`) and,
last and only when the others are safe on disk, `rows`: a number and a checksum each. Readers map them
into memory, which the system shares among processes and takes back when it is needed elsewhere.
The first two grow by whole blocks, so that a reader seldom has to map them anew.
"""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from search.index import DIMENSIONS, IndexNotReady
from search.vector_codes import BLOCK, WORDS, Codes, encode

# As exact as float16 for vectors of unit length, and NumPy reads them eight times as fast.
SCALE = 2**15 - 1
STORED = np.dtype("<i2")
BYTES = STORED.itemsize * DIMENSIONS
RECORD = np.dtype([("number", "<u8"), ("check", "<u8")])
_CODE = 8 * WORDS


@dataclass(frozen=True, slots=True, eq=False)
class Mapped:
    """The first so many rows, as they are for good."""

    numbers: NDArray[np.uint64]
    checks: NDArray[np.uint64]
    vectors: NDArray[np.int16]  # (size or more, DIMENSIONS)
    codes: Codes  # (blocks, WORDS, BLOCK)


class VectorFiles:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._rows, self._vectors, self._codes = folder / "rows", folder / "vectors", folder / "codes"

    def written(self) -> int:
        """Return how many rows are in the file, whether or not the last of them are whole."""
        try:
            return self._rows.stat().st_size // RECORD.itemsize
        except FileNotFoundError:
            return 0

    def whole(self, known: int) -> int:
        """Return how many rows there are, of which `known` were seen before.

        A power cut may leave rows at the end whose bytes never came to the disk: they don't count.
        """
        self._expect(known)
        records = np.fromfile(self._rows, dtype=RECORD, offset=known * RECORD.itemsize)
        size = known + len(records)
        self._expect(size)
        with self._vectors.open("rb") as file:
            while size > known:
                number, check = records[size - known - 1].tolist()
                file.seek((size - 1) * BYTES)
                if checksum(number, file.read(BYTES)) == check:
                    return size
                size -= 1
        if not known and len(records):
            raise self.damaged("no row is whole")
        return size

    def map(self, size: int, before: Mapped | None) -> Mapped:
        """Return the first `size` rows. Raises IndexNotReady for files that cannot hold them.

        What was mapped `before` is kept where it reaches far enough: first touching a map is slow.
        """
        self._expect(size)
        records = np.memmap(self._rows, dtype=RECORD, mode="r", shape=(size,))
        # Plain arrays on the same memory: each slice of a memmap costs some microseconds more.
        numbers, checks = np.asarray(records["number"]), np.asarray(records["check"])
        blocks = _blocks(size)
        if before and len(before.codes) == blocks:
            return Mapped(numbers, checks, before.vectors, before.codes)
        vectors = np.memmap(self._vectors, dtype=STORED, mode="r", shape=(blocks * BLOCK, DIMENSIONS))
        codes = np.memmap(self._codes, dtype="<u8", mode="r", shape=(blocks, WORDS, BLOCK))
        return Mapped(numbers, checks, np.asarray(vectors), np.asarray(codes))

    def append(self, size: int, numbers: Sequence[int], vectors: NDArray[np.float32]) -> None:
        """Put rows behind the first `size`; they are on disk when this returns."""
        new = not self._rows.exists()
        self.folder.mkdir(parents=True, exist_ok=True)
        kept = np.rint(vectors * SCALE).astype(STORED)
        end = size + len(numbers)
        with _kept(self._vectors, _blocks(end) * BLOCK * BYTES) as file:
            _put(file, size * BYTES, kept)
        with _kept(self._codes, _blocks(end) * BLOCK * _CODE) as file:
            words = encode(vectors)
            for block in range(size // BLOCK, _blocks(end)):
                first, last = max(size, block * BLOCK), min(end, (block + 1) * BLOCK)
                for word in range(WORDS):
                    at = (block * WORDS + word) * BLOCK + first % BLOCK
                    _put(file, 8 * at, words[word, first - size : last - size])
        records = np.empty(len(numbers), dtype=RECORD)
        records["number"] = numbers
        records["check"] = [
            checksum(number, row.tobytes()) for number, row in zip(numbers, kept, strict=True)
        ]
        with _kept(self._rows, 0) as file:
            file.truncate(size * RECORD.itemsize)  # off with what a cut-off addition left
            _put(file, size * RECORD.itemsize, records)
        if new and hasattr(os, "O_DIRECTORY"):
            handle = os.open(self.folder, os.O_RDONLY | os.O_DIRECTORY)
            try:
                os.fsync(handle)  # the names of the files too
            finally:
                os.close(handle)

    def damaged(self, what: str) -> IndexNotReady:
        return IndexNotReady(f"search index {self.folder}: damaged ({what}): run `kentongan reindex`")

    def _expect(self, size: int) -> None:
        """Mapping more than a file holds would end the process, not raise."""
        for path, needed in (
            (self._rows, size * RECORD.itemsize),
            (self._vectors, _blocks(size) * BLOCK * BYTES),
            (self._codes, _blocks(size) * BLOCK * _CODE),
        ):
            held = path.stat().st_size if path.exists() else 0
            if held < needed:
                raise self.damaged(f"`{path.name}` has {held} bytes where {needed} belong")


def checksum(number: int, vector: bytes) -> int:
    """Return the checksum of a row; never zero, as bytes are that never came to the disk."""
    return crc32(vector, crc32(number.to_bytes(8, "little"))) + 1


def _blocks(rows: int) -> int:
    return -(-rows // BLOCK)


@contextmanager
def _kept(path: Path, length: int) -> Iterator[BinaryIO]:
    """Open to write in place, at least `length` long; safe on disk afterwards."""
    path.touch()
    with path.open("r+b") as file:
        if os.fstat(file.fileno()).st_size < length:
            file.truncate(length)
        yield file
        file.flush()
        os.fsync(file.fileno())


def _put(file: BinaryIO, at: int, data: NDArray[Any]) -> None:
    file.seek(at)
    file.write(data.tobytes())

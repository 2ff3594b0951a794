"""Writing a ZIP that can be checked: every file hashed as it is written, one order, one date.

Owns: the form of the ZIP and its SHA256SUMS. Nothing is held in memory but the piece being written.
"""

import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from hashlib import sha256
from typing import IO, Protocol
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

_AT_ONCE = 1024 * 1024


class Sink(Protocol):
    """What a file of the ZIP is written to."""

    def write(self, data: bytes, /) -> int: ...


class Package:
    """A ZIP being written to an open file. Use `finish` once, then nothing more."""

    def __init__(self, target: IO[bytes], at: datetime) -> None:
        self._zip = ZipFile(target, "w", ZIP_DEFLATED)
        self._at = at
        self._sums: dict[str, str] = {}

    @contextmanager
    def file(self, name: str, *, packed: bool = False) -> Iterator[Sink]:
        """Yield where to write a file; with `packed` its bytes are not compressed again."""
        with self._open(name, ZIP_STORED if packed else ZIP_DEFLATED) as entry:
            sink = _Hashing(entry)
            yield sink
        self._sums[name] = sink.digest.hexdigest()

    def add(self, name: str, content: bytes) -> None:
        with self.file(name) as sink:
            sink.write(content)

    def copy(self, name: str, source: IO[bytes]) -> None:
        with self.file(name) as sink:
            shutil.copyfileobj(source, sink, _AT_ONCE)

    def sums(self) -> bytes:
        """Return a line for each file so far, by name, as `sha256sum -c` reads them."""
        return "".join(f"{digest}  {name}\n" for name, digest in sorted(self._sums.items())).encode()

    def finish(self, *unlisted: tuple[str, bytes]) -> None:
        """Add the files that the sums cannot hold, and end the ZIP."""
        for name, content in unlisted:
            with self._open(name, ZIP_DEFLATED) as entry:
                entry.write(content)
        self._zip.close()

    def _open(self, name: str, compression: int) -> IO[bytes]:
        info = ZipInfo(name, self._at.timetuple()[:6])
        info.create_system = 3  # Unix, on whatever system
        info.external_attr = (stat.S_IFREG | 0o644) << 16
        info.compress_type = compression
        return self._zip.open(info, "w", force_zip64=True)


class _Hashing:
    def __init__(self, target: IO[bytes]) -> None:
        self._target = target
        self.digest = sha256()

    def write(self, data: bytes, /) -> int:
        self.digest.update(data)
        return self._target.write(data)


def digest_of(source: IO[bytes]) -> str:
    """Return the SHA-256 of a file from where it stands to its end, in hex."""
    digest = sha256()
    while piece := source.read(_AT_ONCE):
        digest.update(piece)
    return digest.hexdigest()

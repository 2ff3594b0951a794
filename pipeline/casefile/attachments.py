"""The bytes of files that people hand in: each kept once, under its SHA-256, in the data folder.

Owns: what is taken and how it lies on disk. Which case a file belongs to is the record's. Nothing is
opened, converted or shown: bytes come in and the same bytes go out.
"""

import os
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import IO, BinaryIO

from kentongan.errors import BadInput, KentonganError
from kentongan.incidents import MAX_FILE_BYTES, check_file, clean_name
from pipeline.casefile.packing import digest_of

FOLDER = "case-files"
_AT_ONCE = 1024 * 1024


class AttachmentLost(KentonganError):
    """A file that the record knows is gone from the disk, or is not what was handed in."""


@dataclass(frozen=True, slots=True)
class Stored:
    name: str  # cleaned
    sha256: str
    size: int


class Attachments:
    """The files under a folder of `home`. Makes it when the first one comes."""

    def __init__(self, home: Path, folder: str = FOLDER) -> None:
        self._folder = home / folder

    def keep(self, stream: IO[bytes], raw_name: str) -> Stored:
        """Keep a file durably; the same bytes again take no room. Raises BadInput for one that is too
        large, empty, or of a kind that is not taken."""
        name = clean_name(raw_name)
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle, part = tempfile.mkstemp(dir=self._folder, prefix=".part-")
        try:
            with os.fdopen(handle, "wb") as file:
                digest, size = _copy(stream, file, name)
                file.flush()
                os.fsync(file.fileno())
            target = self._path(digest)
            target.parent.mkdir(exist_ok=True, mode=0o700)
            Path(part).replace(target)
            _sync(target.parent)
        finally:
            with suppress(FileNotFoundError):
                Path(part).unlink()
        return Stored(name, digest, size)

    def open(self, digest: str) -> BinaryIO:
        """Return a kept file, at its beginning, its hash checked. Raises AttachmentLost."""
        try:
            file = self._path(digest).open("rb")
        except OSError as exc:
            raise AttachmentLost(f"file {digest}: {exc.strerror}") from exc
        if digest_of(file) != digest:
            file.close()
            raise AttachmentLost(f"file {digest}: it is not what was handed in")
        file.seek(0)
        return file

    def _path(self, digest: str) -> Path:
        return self._folder / digest[:2] / digest


def _copy(source: IO[bytes], target: IO[bytes], name: str) -> tuple[str, int]:
    digest, size = sha256(), 0
    while piece := source.read(_AT_ONCE):
        if not size:
            check_file(name, piece)
        size += len(piece)
        if size > MAX_FILE_BYTES:
            raise BadInput(f"file: {name!r} is larger than {MAX_FILE_BYTES // 1024 // 1024} MB")
        digest.update(piece)
        target.write(piece)
    if not size:
        raise BadInput(f"file: {name!r} is empty")
    return digest.hexdigest(), size


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)  # the name must outlive a power cut as the bytes do
    finally:
        os.close(handle)

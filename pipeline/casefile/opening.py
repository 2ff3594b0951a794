"""Opening a ZIP that anyone may have made: what could harm or mislead is refused before it is read.

Owns: names, sizes, flags and gaps. Nothing is ever unpacked to disk.
"""

import os
import stat
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from kentongan.errors import BadInput, KentonganError
from pipeline.casefile.names import SAFE

MAX_ENTRIES = 1_000  # a case has 100 files at most, and ten of its own
MAX_BYTES = 16 * 1024**3  # unpacked, of all together: captures of ten thousand items are about 1 GiB
_MOST_TIMES = 1_100  # deflate makes a thousand and thirty-two bytes of one at most
_ENCRYPTED, _SIZE_BEHIND = 0x1, 0x8
_HEAD = struct.Struct("<26xHH")  # before each file: lengths of its name and its extra field
_LISTED_BYTES = 46  # of each file's line in the list, besides its name and extra field
_END_BYTES = (22, 22 + 20 + 56)  # of the end of the list; the longer one of a ZIP beyond 4 GiB
_SIZES, _MOST_SIZES = b"\x01\x00", 32  # the extra field of large files
_DRIVES = frozenset({"aux", "con", "nul", "prn"})


class ZipRefused(KentonganError):
    """What was given is no export of a case, or one made to do harm; the message says why."""


@contextmanager
def open_export(path: Path) -> Iterator[tuple[ZipFile, dict[str, ZipInfo]]]:
    """Give a ZIP and its files by name. Raises BadInput when it cannot be read, ZipRefused."""
    try:
        archive = ZipFile(path)
    except OSError as exc:
        raise BadInput(f"{path}: {exc.strerror or exc}") from exc
    except (BadZipFile, NotImplementedError, ValueError, OverflowError, struct.error) as exc:
        raise ZipRefused(f"{path}: not a ZIP file, or a damaged one: {exc}") from exc
    with archive:
        entries = _checked(path, archive.infolist())
        _refuse_stowaways(path, archive)
        yield archive, entries


def _checked(path: Path, entries: list[ZipInfo]) -> dict[str, ZipInfo]:
    if len(entries) > MAX_ENTRIES:
        raise ZipRefused(f"{path}: holds {len(entries)} files; an export has {MAX_ENTRIES} at most")
    found: dict[str, ZipInfo] = {}
    seen: set[str] = set()
    for entry in entries:
        problem = _problem(entry)
        if problem is None and entry.filename.casefold() in seen:
            problem = "is there twice"
        if problem is not None:
            raise ZipRefused(f"{path}: {entry.orig_filename[:120]!r} {problem}")
        seen.add(entry.filename.casefold())
        found[entry.filename] = entry
    total = sum(entry.file_size for entry in entries)
    if total > MAX_BYTES:
        raise ZipRefused(f"{path}: would unpack to {total} bytes; an export has {MAX_BYTES} at most")
    return found


def _refuse_stowaways(path: Path, archive: ZipFile) -> None:
    """Raise ZipRefused unless file follows file without a gap, the list follows them, and nothing else.

    Other tools than ours may read what stands before, between or behind: a program in front, a file that
    the list does not name.
    """
    at = listed = 0
    with path.open("rb") as file:
        for entry in sorted(archive.infolist(), key=lambda one: one.header_offset):
            file.seek(at)
            head = file.read(_HEAD.size)
            if entry.header_offset != at or len(head) < _HEAD.size:
                raise ZipRefused(f"{path}: what stands before {entry.filename!r} belongs to no file of it")
            name, extra = _HEAD.unpack(head)
            file.seek(name, os.SEEK_CUR)
            if not _is_plain(file.read(extra)):
                raise ZipRefused(f"{path}: {entry.filename!r} bears more than an export gives a file")
            at += _HEAD.size + name + extra + entry.compress_size
            listed += _LISTED_BYTES + name + len(entry.extra)
    beyond = path.stat().st_size - at - listed
    if archive.start_dir != at or archive.comment or beyond not in _END_BYTES:
        raise ZipRefused(f"{path}: what stands behind its last file belongs to none of it")


def _is_plain(extra: bytes) -> bool:
    """Return whether an extra field is none, or says sizes alone: others may give the file another name."""
    return not extra or (extra[:2] == _SIZES and len(extra) == 4 + extra[2] <= _MOST_SIZES)


def _problem(entry: ZipInfo) -> str | None:
    """Return why an entry is refused, or None."""
    mode = entry.external_attr >> 16
    if entry.orig_filename != entry.filename or not SAFE.fullmatch(entry.filename):
        return "is no name that an export gives a file: it may lead out of the folder"
    if {part.partition(".")[0].lower() for part in entry.filename.split("/")} & _DRIVES:
        return "is the name of a device on some systems"
    if mode and not stat.S_ISREG(mode) and stat.S_IFMT(mode):
        return "is a link or a device, not a file"
    if entry.flag_bits & _ENCRYPTED:
        return "is encrypted"
    if entry.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
        return "is compressed in a way that exports are not"
    if entry.flag_bits & _SIZE_BEHIND or entry.comment or not _is_plain(entry.extra):
        return "bears more than an export gives a file"
    if entry.file_size > _MOST_TIMES * (entry.compress_size + 1):
        return "says that it unpacks to more than is possible"
    return None

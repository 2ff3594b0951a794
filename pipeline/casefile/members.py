"""WARC files as what they are on disk: gzip members one after the other, each a record.

Owns: cutting a file into its members, bounded, whoever made it. Leaves what a record means to
`crawler.warc` and to those that verify.
"""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

from crawler.warc import MAX_RECORD_BYTES

_AT_ONCE = 64 * 1024


class NotMembers(ValueError):
    """The file is cut short, damaged, or holds a member that is too large."""


@dataclass(frozen=True, slots=True)
class Member:
    offset: int  # in bytes, from where reading began
    raw: bytes  # as it lies in the file
    plain: bytes  # unzipped


def members(source: IO[bytes]) -> Iterator[Member]:
    """Yield the members of a file from where it stands; raises NotMembers."""
    offset, rest = 0, b""
    while True:
        rest = rest or source.read(_AT_ONCE)
        if not rest:
            return
        raw, plain, rest = _one(source, rest)
        yield Member(offset, raw, plain)
        offset += len(raw)


def _one(source: IO[bytes], piece: bytes) -> tuple[bytes, bytes, bytes]:
    """Return a member, raw and unzipped, and what was read beyond it."""
    unzip, raw, plain = zlib.decompressobj(wbits=31), bytearray(), bytearray()
    while True:
        raw += piece
        try:
            plain += unzip.decompress(piece, MAX_RECORD_BYTES + 1 - len(plain))
        except zlib.error as exc:
            raise NotMembers(f"no whole record: {exc}") from exc
        if max(len(plain), len(raw)) > MAX_RECORD_BYTES:
            raise NotMembers(f"a record of more than {MAX_RECORD_BYTES} bytes")
        if unzip.eof:
            beyond = unzip.unused_data
            return bytes(raw[: len(raw) - len(beyond)]), bytes(plain), beyond
        piece = source.read(_AT_ONCE)
        if not piece:
            raise NotMembers("no whole record: cut short")

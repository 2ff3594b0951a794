"""The form of evidence: WARC records (ISO 28500), each a gzip member of its own, written and read.

Owns: what a record holds, and reading one back strictly: one that is cut short or changed is an
error, never a shorter text. Leaves files, rotation and what was kept to `evidence`.
"""

import re
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import quote

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed
from warcio.statusandheaders import StatusAndHeaders, StatusAndHeadersParserException
from warcio.warcwriter import WARCWriter

from crawler.errors import CrawlError

MAX_RECORD_BYTES = 64 * 1024 * 1024  # unzipped; a response is at most 8 MiB (`crawler.settings`)
_AT_ONCE = 64 * 1024
_LEVEL = 4  # warcio has 9: 4 takes a third of its time and 4 % more room
_DROPPED_HEADERS = frozenset({"content-encoding", "transfer-encoding", "content-length", "set-cookie"})
_ASCII = "".join(map(chr, range(32, 127)))  # warcio's own encoding fails for some values with a ";"
# Where the payload of a revisit lies, in the words of Heritrix: the standard names address and date only.
_FILE, _OFFSET = "WARC-Refers-To-Filename", "WARC-Refers-To-File-Offset"
_FILE_NAME = re.compile(r"[\w-][\w.-]*\.warc\.gz", re.ASCII)


class Flaw(StrEnum):
    """What is wrong with a piece of evidence."""

    MISSING = "missing"  # its file is gone or cannot be read
    DAMAGED = "damaged"  # there is no whole record at its place
    DIFFERENT = "different"  # a whole record, but not of what was kept


class EvidenceError(CrawlError):
    """A kept response cannot be shown as it was kept; names file, place and flaw."""

    def __init__(self, where: str, flaw: Flaw, problem: str) -> None:
        super().__init__(f"{where}: {problem}")
        self.flaw = flaw


@dataclass(frozen=True, slots=True)
class Response:
    """An answer as kept: without cookies, its payload decoded."""

    status: int
    headers: Sequence[tuple[str, str]]
    payload: bytes


@dataclass(frozen=True, slots=True)
class Kept:
    """Where a whole response lies, and whose it is."""

    url: str
    fetched_at: datetime
    file: str  # name, beside the others
    offset: int


@dataclass(frozen=True, slots=True)
class Record:
    url: str
    response: Response  # the payload of a revisit is empty
    revisit_of: tuple[str, int] | None  # file name and offset of the record with the payload


def make_response(status: int, headers: Mapping[str, Sequence[str]], payload: bytes) -> Response:
    """Return an answer as it may be kept; what is not ASCII in a header is percent-encoded."""
    pairs = [
        (name, value if value.isascii() else quote(value, safe=_ASCII))
        for name, values in headers.items()
        for value in values
        if name.lower() not in _DROPPED_HEADERS
    ]
    return Response(status, [*pairs, ("Content-Length", str(len(payload)))], payload)


def write_record(url: str, at: datetime, response: Response, digest: str, known: Kept | None) -> bytes:
    """Return one gzip member: the response, or a `revisit` where its payload is `known`.

    `digest` is the payload's SHA-256 in hex; it stands in the record.
    """
    out = BytesIO()
    writer = WARCWriter(out, gzip=False)
    http = StatusAndHeaders(str(response.status), list(response.headers), protocol="HTTP/1.1")
    dated: dict[str, str] = {"WARC-Date": _stamp(at)}
    if known is None:
        dated["WARC-Payload-Digest"] = f"sha256:{digest}"
        record = writer.create_warc_record(
            url,
            "response",
            payload=BytesIO(response.payload),
            length=len(response.payload),  # without it, warcio puts a digest of its own in place of ours
            http_headers=http,
            warc_headers_dict=dated,
        )
    else:
        record = writer.create_revisit_record(
            url,
            f"sha256:{digest}",
            known.url,
            _stamp(known.fetched_at),
            http_headers=http,
            warc_headers_dict={**dated, _FILE: known.file, _OFFSET: str(known.offset)},
        )
    writer.write_record(record)
    member = zlib.compressobj(_LEVEL, zlib.DEFLATED, wbits=31)
    return member.compress(out.getbuffer()) + member.flush()


def _stamp(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def read_record(path: Path, offset: int, where: str, most_bytes: int = MAX_RECORD_BYTES) -> Record:
    """Return the record that begins at a byte of a file; raises EvidenceError, which begins with `where`."""
    try:
        with path.open("rb") as source:
            source.seek(offset)
            plain = _unzip(source, most_bytes)
    except OSError as exc:
        raise EvidenceError(where, Flaw.MISSING, exc.strerror or str(exc)) from exc
    except zlib.error as exc:
        raise EvidenceError(where, Flaw.DAMAGED, f"no whole record: {exc}") from exc
    try:
        return _parse(next(iter(ArchiveIterator(BytesIO(plain)))))
    except (ArchiveLoadFailed, StatusAndHeadersParserException, StopIteration, EOFError, ValueError) as exc:
        raise EvidenceError(where, Flaw.DAMAGED, "no record of a response") from exc


def _unzip(source: BinaryIO, most_bytes: int) -> bytes:
    """Return one gzip member, its checksum checked; raises zlib.error."""
    unzip, plain = zlib.decompressobj(wbits=31), bytearray()
    while not unzip.eof:
        piece = source.read(_AT_ONCE)
        if not piece:
            raise zlib.error("cut short")
        plain += unzip.decompress(piece, most_bytes + 1 - len(plain))
        if len(plain) > most_bytes:
            raise zlib.error(f"more than {most_bytes} bytes")
    return bytes(plain)


def _parse(record: Any) -> Record:
    said, http = record.rec_headers, record.http_headers
    if record.rec_type not in ("response", "revisit") or http is None:
        raise ValueError(record.rec_type)
    revisit_of = None
    if record.rec_type == "revisit":
        file = said.get_header(_FILE) or ""
        if not _FILE_NAME.fullmatch(file):  # never a way out of the folder
            raise ValueError(file)
        revisit_of = file, int(said.get_header(_OFFSET) or "")
    response = Response(int(http.get_statuscode()), list(http.headers), bytes(record.raw_stream.read()))
    return Record(said.get_header("WARC-Target-URI") or "", response, revisit_of)

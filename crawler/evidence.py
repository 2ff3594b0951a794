"""The proof behind items: responses kept in WARC files, found again by file and offset.

Owns: files (rotated, never shared by two processes), the index that stops a payload being
written twice, and reading a response back with its hash checked. Leaves the form of records
to `warc` and expiry to the record. What is kept is the decoded payload.
"""

import os
import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO

from crawler.warc import (
    MAX_RECORD_BYTES,
    EvidenceError,
    Flaw,
    Kept,
    Response,
    make_response,
    read_record,
    write_record,
)
from kentongan.domain import Evidence
from kentongan.ids import new_id

FOLDER = "evidence"
ROTATE_BYTES = 256 * 1024 * 1024
_SCHEMA = """
CREATE TABLE IF NOT EXISTS capture (
    sha256 TEXT NOT NULL, url TEXT NOT NULL, fetched_at TEXT NOT NULL, file TEXT NOT NULL,
    offset INTEGER NOT NULL, payload_file TEXT NOT NULL, payload_offset INTEGER NOT NULL,
    PRIMARY KEY (sha256, url)
) WITHOUT ROWID
"""
_KNOWN = "SELECT url, fetched_at, file, offset, payload_file FROM capture WHERE sha256 = ?"
_SAME_ADDRESS = f"{_KNOWN} AND url = ?"
_WHOLE = f"{_KNOWN} AND file = payload_file AND offset = payload_offset ORDER BY fetched_at DESC LIMIT 1"


@dataclass(frozen=True, slots=True)
class _OpenFile:
    name: str
    stream: BinaryIO


class EvidenceWriter:
    """Keeps responses under `home/evidence`. One per process; each has files of its own.

    A payload is written once. Under another address it is a `revisit` record, which says where the
    payload lies; under the same address it is what was kept before.
    """

    def __init__(self, home: Path, rotate_bytes: int = ROTATE_BYTES) -> None:
        self._folder = home / FOLDER
        self._rotate_bytes = rotate_bytes
        self._open: _OpenFile | None = None
        self._folder.mkdir(parents=True, exist_ok=True)
        self._index = sqlite3.connect(self._folder / "index.db", timeout=10, isolation_level=None)
        self._index.execute("PRAGMA journal_mode=WAL")
        self._index.execute(_SCHEMA)

    def keep(
        self,
        url: str,
        status: int,
        headers: Mapping[str, Sequence[str]],
        payload: bytes,
        fetched_at: datetime,
    ) -> Evidence:
        """Write one response durably and return where it is; raises OSError when it cannot be written."""
        digest = sha256(payload).hexdigest()
        known = self._find(_SAME_ADDRESS, digest, url)
        if known is not None:
            return Evidence(url, digest, known.fetched_at, f"{FOLDER}/{known.file}", known.offset)
        whole = self._find(_WHOLE, digest)
        response = make_response(status, headers, payload)
        file, offset = self._append(write_record(url, fetched_at, response, digest, whole), fetched_at)
        lies = (whole.file, whole.offset) if whole else (file, offset)
        self._index.execute(
            "INSERT OR REPLACE INTO capture VALUES (?, ?, ?, ?, ?, ?, ?)",
            (digest, url, fetched_at.isoformat(), file, offset, *lies),
        )
        return Evidence(url, digest, fetched_at, f"{FOLDER}/{file}", offset)

    def _find(self, query: str, *values: str) -> Kept | None:
        """Return a capture whose files are still there."""
        row = self._index.execute(query, values).fetchone()
        if row is None or not all((self._folder / file).is_file() for file in (row[2], row[4])):
            return None
        return Kept(row[0], datetime.fromisoformat(row[1]), row[2], row[3])

    def _append(self, record: bytes, at: datetime) -> tuple[str, int]:
        target = self._file(at)
        offset = target.stream.tell()
        try:
            target.stream.write(record)
            target.stream.flush()
            os.fsync(target.stream.fileno())
        except OSError:
            # A torn record ends its file: nothing may come after it.
            self._open = None
            with suppress(OSError):
                target.stream.close()
            with suppress(OSError):
                os.truncate(self._folder / target.name, offset)
            raise
        return target.name, offset

    def _file(self, at: datetime) -> _OpenFile:
        if self._open is not None and self._open.stream.tell() < self._rotate_bytes:
            return self._open
        if self._open is not None:
            self._open.stream.close()
        name = f"{at:%Y-%m-%d}-{new_id()}.warc.gz"
        self._open = _OpenFile(name, (self._folder / name).open("xb"))
        folder = os.open(self._folder, os.O_RDONLY)
        try:
            os.fsync(folder)  # the name must outlive a power cut as the record does
        finally:
            os.close(folder)
        return self._open

    def close(self) -> None:
        if self._open is not None:
            self._open.stream.close()
        self._index.close()


def read_response(home: Path, evidence: Evidence, most_bytes: int = MAX_RECORD_BYTES) -> Response:
    """Return the response behind an item, just as it was kept.

    Raises EvidenceError when it is gone, damaged, or not what the record says was kept; damaged is also
    what unzips to more than `most_bytes`.
    """
    where = f"{evidence.warc_path}, byte {evidence.warc_offset}"
    if not evidence.warc_path:
        raise EvidenceError(evidence.url, Flaw.MISSING, "no response was kept")
    path = home / evidence.warc_path
    record = read_record(path, evidence.warc_offset, where, most_bytes)
    response = record.response
    if record.revisit_of is not None:
        file, offset = record.revisit_of
        told = f"{where}, whose payload is in {FOLDER}/{file}, byte {offset}"
        payload = read_record(path.with_name(file), offset, told, most_bytes).response.payload
        response = Response(response.status, response.headers, payload)
    if sha256(response.payload).hexdigest() != evidence.sha256:
        raise EvidenceError(where, Flaw.DIFFERENT, "the hash does not match")
    if record.url != evidence.url:
        raise EvidenceError(where, Flaw.DIFFERENT, f"a record of another address: {record.url}")
    return response


def read_evidence(home: Path, evidence: Evidence) -> bytes:
    """Return the payload behind an item; raises EvidenceError as `read_response` does."""
    return read_response(home, evidence).payload

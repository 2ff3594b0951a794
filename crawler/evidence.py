"""The proof behind items: responses kept as WARC records, found again by file and offset.

Owns: writing (ISO 28500 through warcio, gzip, rotated), the index that stops the same
payload of the same address being written twice, and reading one record back with its
hash checked. Leaves expiry to the record. What is kept is the decoded payload.
"""

import os
import sqlite3
from collections.abc import Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from warcio.archiveiterator import ArchiveIterator
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from crawler.errors import CrawlError
from kentongan.domain import Evidence
from kentongan.ids import new_id

FOLDER = "evidence"
ROTATE_BYTES = 256 * 1024 * 1024
_DROPPED_HEADERS = frozenset({"content-encoding", "transfer-encoding", "content-length", "set-cookie"})
_SCHEMA = """
CREATE TABLE IF NOT EXISTS record (
    sha256 TEXT NOT NULL, url TEXT NOT NULL, path TEXT NOT NULL, offset INTEGER NOT NULL,
    fetched_at TEXT NOT NULL, PRIMARY KEY (sha256, url)
) WITHOUT ROWID
"""


class EvidenceWriter:
    """Keeps responses under `home/evidence`. One per process; each has files of its own."""

    def __init__(self, home: Path, rotate_bytes: int = ROTATE_BYTES) -> None:
        self._home = home
        self._rotate_bytes = rotate_bytes
        self._file: BinaryIO | None = None
        self._relative = ""
        (home / FOLDER).mkdir(parents=True, exist_ok=True)
        self._index = sqlite3.connect(home / FOLDER / "index.db", timeout=10, isolation_level=None)
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
        """Write one response durably and return where it is; a known payload is not written again."""
        digest = sha256(payload).hexdigest()
        known = self._index.execute(
            "SELECT path, offset, fetched_at FROM record WHERE sha256 = ? AND url = ?", (digest, url)
        ).fetchone()
        if known is not None:
            return Evidence(url, digest, datetime.fromisoformat(known[2]), known[0], known[1])
        target = self._open(fetched_at)
        offset = target.tell()
        kept = [
            (name, value)
            for name, values in headers.items()
            if name.lower() not in _DROPPED_HEADERS
            for value in values
        ]
        kept.append(("Content-Length", str(len(payload))))
        writer = WARCWriter(target, gzip=True)
        writer.write_record(
            writer.create_warc_record(
                url,
                "response",
                payload=BytesIO(payload),
                http_headers=StatusAndHeaders(str(status), kept, protocol="HTTP/1.1"),
                warc_headers_dict={"WARC-Date": fetched_at.strftime("%Y-%m-%dT%H:%M:%SZ")},
            )
        )
        target.flush()
        os.fsync(target.fileno())
        self._index.execute(
            "INSERT OR IGNORE INTO record VALUES (?, ?, ?, ?, ?)",
            (digest, url, self._relative, offset, fetched_at.isoformat()),
        )
        return Evidence(url, digest, fetched_at, self._relative, offset)

    def _open(self, at: datetime) -> BinaryIO:
        if self._file is not None and self._file.tell() < self._rotate_bytes:
            return self._file
        if self._file is not None:
            self._file.close()
        self._relative = f"{FOLDER}/{at:%Y-%m-%d}-{new_id()}.warc.gz"
        self._file = (self._home / self._relative).open("xb")
        return self._file

    def close(self) -> None:
        if self._file is not None:
            self._file.close()
        self._index.close()


def read_evidence(home: Path, evidence: Evidence) -> bytes:
    """Return the payload behind an item; raises CrawlError when it is gone or not what was kept."""
    path = home / evidence.warc_path
    try:
        with path.open("rb") as source:
            source.seek(evidence.warc_offset)
            record = next(iter(ArchiveIterator(source)), None)
            payload = record.content_stream().read() if record is not None else b""
    except OSError as exc:
        raise CrawlError(f"{evidence.warc_path}: {exc.strerror or exc}") from exc
    if sha256(payload).hexdigest() != evidence.sha256:
        raise CrawlError(f"{evidence.warc_path}, byte {evidence.warc_offset}: the hash does not match")
    return bytes(payload)

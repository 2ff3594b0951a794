"""What was fetched before, so that unchanged pages cost a 304 and no body.

Owns: storage of responses in one SQLite file, without pickles. Leaves the rules (RFC 2616
validators, no-store) to Scrapy's policy. A lost cache loses nothing but bandwidth.
"""

from __future__ import annotations

import json
import sqlite3
import time
import zlib
from pathlib import Path
from typing import TYPE_CHECKING

from scrapy.http import Headers, Response
from scrapy.responsetypes import responsetypes

if TYPE_CHECKING:
    from scrapy import Request, Spider
    from scrapy.settings import BaseSettings

KEEP_SECONDS = 30 * 24 * 3600  # pages not met again for 30 days are forgotten
_SCHEMA = """
CREATE TABLE IF NOT EXISTS response (
    request BLOB PRIMARY KEY, url TEXT NOT NULL, status INTEGER NOT NULL, headers TEXT NOT NULL,
    body BLOB NOT NULL, stored_at REAL NOT NULL
) WITHOUT ROWID
"""


class SqliteCacheStorage:
    """Scrapy's cache storage over one file; several spiders of a process may share the file."""

    def __init__(self, settings: BaseSettings) -> None:
        self._path = Path(settings["HTTPCACHE_DIR"]) / "http-cache.db"
        self._connection: sqlite3.Connection | None = None

    def open_spider(self, spider: Spider) -> None:
        assert spider.crawler.request_fingerprinter is not None
        self._fingerprint = spider.crawler.request_fingerprinter.fingerprint
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._connection = sqlite3.connect(self._path, timeout=10, isolation_level=None)
        self._connection.execute("PRAGMA journal_mode=WAL")
        self._connection.execute("PRAGMA synchronous=OFF")
        self._connection.execute(_SCHEMA)
        self._connection.execute("DELETE FROM response WHERE stored_at < ?", (time.time() - KEEP_SECONDS,))

    def close_spider(self, spider: Spider) -> None:
        if self._connection is not None:
            self._connection.close()

    def retrieve_response(self, spider: Spider, request: Request) -> Response | None:
        assert self._connection is not None
        row = self._connection.execute(
            "SELECT url, status, headers, body FROM response WHERE request = ?", (self._fingerprint(request),)
        ).fetchone()
        if row is None:
            return None
        url, status, raw, packed = row
        headers = Headers(
            {name: [v.encode("latin-1") for v in values] for name, values in json.loads(raw).items()}
        )
        body = zlib.decompress(packed)
        kind = responsetypes.from_args(headers=headers, url=url, body=body)
        return kind(url=url, headers=headers, status=status, body=body)

    def store_response(self, spider: Spider, request: Request, response: Response) -> None:
        assert self._connection is not None
        headers = {
            name.decode("latin-1"): [v.decode("latin-1") for v in values]
            for name, values in response.headers.items()
        }
        row = (
            self._fingerprint(request),
            response.url,
            response.status,
            json.dumps(headers),
            zlib.compress(response.body, 1),
            time.time(),
        )
        self._connection.execute("INSERT OR REPLACE INTO response VALUES (?, ?, ?, ?, ?, ?)", row)

"""What was fetched before, so that unchanged pages cost a 304 and no body.

Owns: storage of responses in one SQLite file, without pickles, within a bound of bytes; which
answers are worth storing. Leaves validators to Scrapy. A lost or damaged cache loses nothing
but bandwidth: it is forgotten, told in the log, and the crawl goes on.
"""

from __future__ import annotations

import json
import sqlite3
import time
import zlib
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import structlog
from scrapy.downloadermiddlewares.httpcache import HttpCacheMiddleware
from scrapy.extensions.httpcache import RFC2616Policy
from scrapy.http import Headers, Response
from scrapy.responsetypes import responsetypes

if TYPE_CHECKING:
    from scrapy import Request, Spider
    from scrapy.settings import BaseSettings

KEEP_SECONDS = 30 * 24 * 3600  # pages not met again for 30 days are forgotten
MAX_BYTES = 512 * 1024 * 1024  # of the file: some 20,000 pages of 25 KiB, a month of the shipped sources
MAX_BYTES_SETTING = "KENTONGAN_CACHE_BYTES"
_PAGE_BYTES = 4096
_WAIT_SECONDS = 2.0  # for another process that writes; the crawl stands still meanwhile
_DAMAGED = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})
_VERSION = 2  # of the table; another one is not read but dropped
_SCHEMA = f"""
DROP TABLE IF EXISTS response;
CREATE TABLE response (
    request BLOB PRIMARY KEY, url TEXT NOT NULL, status INTEGER NOT NULL, headers TEXT NOT NULL,
    stored_at REAL NOT NULL, body BLOB NOT NULL
);
CREATE INDEX response_age ON response (stored_at);
PRAGMA user_version = {_VERSION};
"""
_FIND = "SELECT url, status, headers, body FROM response WHERE request = ?"
_STORE = "INSERT OR REPLACE INTO response VALUES (?, ?, ?, ?, ?, ?)"
_FRESHEN = "UPDATE response SET headers = ?, stored_at = ? WHERE request = ?"
# A 64th of the pages at a time: of 15,000 (290 MiB) a third of a second of the crawl's one thread.
_DROP_OLDEST = """
DELETE FROM response WHERE stored_at <= (
    SELECT stored_at FROM response ORDER BY stored_at LIMIT 1 OFFSET (SELECT count(*) / 64 FROM response)
)
"""
log = structlog.get_logger(__name__)


class Validation(HttpCacheMiddleware):
    """Scrapy's cache, but a site that does not answer is never answered for by the cache.

    A robots.txt or list from last week in place of an error would look like health.
    """

    DOWNLOAD_EXCEPTIONS = ()  # type: ignore[assignment]


class OnlyUnchanged(RFC2616Policy):
    """What was stored is used when the site says that it has not changed (304), and only then."""

    def should_cache_response(self, response: Response, request: Request) -> bool:
        # Without a validator it could never be used: every request asks again (max-age=0).
        known = b"ETag" in response.headers or b"Last-Modified" in response.headers
        return response.status == 200 and known and bool(super().should_cache_response(response, request))

    def is_cached_response_valid(
        self, cachedresponse: Response, response: Response, request: Request
    ) -> bool:
        return response.status == 304


class SqliteCacheStorage:
    """Scrapy's cache storage over one file; several spiders of a process may share the file."""

    def __init__(self, settings: BaseSettings) -> None:
        self._path = Path(settings["HTTPCACHE_DIR"]) / "http-cache.db"
        self._max_pages = settings.getint(MAX_BYTES_SETTING, MAX_BYTES) // _PAGE_BYTES
        self._connection: sqlite3.Connection | None = None  # None too where there can be none

    def open_spider(self, spider: Spider) -> None:
        assert spider.crawler.request_fingerprinter is not None
        self._fingerprint = spider.crawler.request_fingerprinter.fingerprint
        try:
            self._connection = self._open()
        except (sqlite3.Error, OSError) as exc:
            self._failed(exc)

    def close_spider(self, spider: Spider) -> None:
        if self._connection is not None:
            with suppress(sqlite3.Error):  # damaged after all: the next crawl will see
                self._connection.close()

    def retrieve_response(self, spider: Spider, request: Request) -> Response | None:
        key = self._fingerprint(request)
        try:
            row = self._connection.execute(_FIND, (key,)).fetchone() if self._connection else None
        except sqlite3.Error as exc:
            self._failed(exc)
            return None
        return None if row is None else self._read(key, *row)

    def store_response(self, spider: Spider, request: Request, response: Response) -> None:
        if self._connection is None:
            return
        key, headers, now = self._fingerprint(request), _packed(response.headers), time.time()
        try:
            if "cached" in response.flags:  # a 304: the body is there already
                self._connection.execute(_FRESHEN, (headers, now, key))
                return
            body = zlib.compress(response.body, 1)
            self._insert(key, response.url, response.status, headers, now, body)
        except sqlite3.Error as exc:
            self._failed(exc)

    def _insert(self, *row: object) -> None:
        """Store a page; while it does not fit, the oldest go."""
        assert self._connection is not None
        while True:
            try:
                self._connection.execute(_STORE, row)
                return
            except sqlite3.OperationalError as exc:
                if exc.sqlite_errorcode != sqlite3.SQLITE_FULL:
                    raise
                if not self._connection.execute(_DROP_OLDEST).rowcount:  # fails itself on a full disk
                    raise

    def _read(self, key: bytes, url: str, status: int, raw: str, packed: bytes) -> Response | None:
        try:
            fields = json.loads(raw).items()
            headers = Headers({name: [v.encode("latin-1") for v in values] for name, values in fields})
            body = zlib.decompress(packed)
            kind = responsetypes.from_args(headers=headers, url=url, body=body)
            return kind(url=url, headers=headers, status=status, body=body)
        except (ValueError, TypeError, AttributeError, zlib.error) as exc:
            log.warning("one page of the http cache forgotten", url=str(url)[:200], error=str(exc))
            return None

    def _open(self) -> sqlite3.Connection:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(self._path, timeout=_WAIT_SECONDS, isolation_level=None)
        try:
            connection.execute(f"PRAGMA page_size = {_PAGE_BYTES}")
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = OFF")
            connection.execute(f"PRAGMA max_page_count = {self._max_pages}")
            if connection.execute("PRAGMA user_version").fetchone() != (_VERSION,):
                connection.executescript(_SCHEMA)
            connection.execute("DELETE FROM response WHERE stored_at < ?", (time.time() - KEEP_SECONDS,))
        except BaseException:
            connection.close()
            raise
        return connection

    def _failed(self, exc: sqlite3.Error | OSError) -> None:
        """Go on with an empty cache where the file is damaged, without one where it cannot be written."""
        if self._connection is not None:
            with suppress(sqlite3.Error):
                self._connection.close()
            self._connection = None
        damaged = getattr(exc, "sqlite_errorcode", 0) & 0xFF in _DAMAGED
        log.warning(
            "http cache forgotten" if damaged else "no http cache in this crawl",
            path=str(self._path),
            error=str(exc),
        )
        if damaged:
            try:
                for end in ("", "-wal", "-shm"):
                    self._path.with_name(self._path.name + end).unlink(missing_ok=True)
                self._connection = self._open()
            except (sqlite3.Error, OSError) as again:
                log.warning("no http cache in this crawl", path=str(self._path), error=str(again))


def _packed(headers: Headers) -> str:
    return json.dumps(
        {
            name.decode("latin-1"): [value.decode("latin-1") for value in values]
            for name, values in headers.items()
        }
    )

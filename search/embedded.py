"""The search engine without a server: SQLite FTS5 and a matrix of vectors, in one folder.

Owns: the `SearchIndex` promises on top of `embedded_files`, `_write` and `_read`. Several
processes may use the folder at once: any number read, one writes at a time.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import islice
from pathlib import Path

from search.embedded_files import BUSY_SECONDS, EmbeddedFiles, check, connect, create, finish, translated
from search.embedded_like import nearest, sharing_words
from search.embedded_read import EmbeddedRankings
from search.embedded_write import next_seq, put_document, remove_document
from search.fusion import fuse, walk
from search.index import Document, Health, IndexNotReady, Kind, Like, Page, Query
from search.plan import plan
from search.vectors import VectorCache

_BATCH = 1_000  # documents a transaction while rebuilding
_IDS = 10_000


class EmbeddedIndex:
    """A `SearchIndex` in `folder`. `wait_seconds`: how long a write waits for another one."""

    def __init__(self, folder: Path) -> None:
        self._files = EmbeddedFiles(folder.absolute())
        self._vectors = VectorCache()
        self.wait_seconds = BUSY_SECONDS

    def prepare(self) -> None:
        folder = self._files.folder
        with translated(folder):
            if not (folder / "current").exists():
                with self._files.writing():
                    if not (folder / "current").exists():
                        path = self._files.new_path()
                        finish(create(path), path)
                        self._files.adopt(path)
            self._files.connection()

    def put(self, documents: Sequence[Document]) -> None:
        with self._writing() as (connection, seq):
            for document in documents:
                put_document(connection, document, seq)

    def remove(self, ids: Sequence[str]) -> None:
        with self._writing() as (connection, seq):
            for id_ in ids:
                remove_document(connection, id_, seq)

    def search(self, query: Query) -> Page:
        planned = plan(query)
        with self._reading() as (connection, path):
            rankings = EmbeddedRankings(connection, path, self._vectors, planned)
            facets = rankings.facets() if query.facets else {}
            walked = walk(planned, rankings)
            hits = rankings.hits(walked.rows)
        return Page(hits, walked.total, walked.cursor, planned.understood, facets)

    def like(self, like: Like) -> list[str]:
        with self._reading() as (connection, path):
            near = nearest(connection, path, self._vectors, like) if like.vector else []
            return list(fuse(sharing_words(connection, like), near))[: like.limit]

    def ids(self, kind: Kind | None = None) -> Iterator[str]:
        last = ""
        while True:
            with self._reading() as (connection, _):
                rows = connection.execute(
                    "SELECT id FROM document WHERE id > ? AND (?2 IS NULL OR kind = ?2) ORDER BY id LIMIT ?",
                    (last, kind, _IDS),
                ).fetchall()
            yield from (id_ for (id_,) in rows)
            if len(rows) < _IDS:
                return
            last = rows[-1][0]

    def rebuild(self, documents: Iterator[Document]) -> int:
        folder = self._files.folder
        with self._files.writing(), translated(folder):
            try:
                kept: Path | None = self._files.current()
            except IndexNotReady:
                kept = None
            self._files.sweep(keep=kept)
            path = self._files.new_path()
            connection = create(path)
            try:
                held = _fill(connection, documents)
                finish(connection, path)
                checked = connect(path)
                check(checked, path)
                checked.close()
            except BaseException:
                connection.close()
                with suppress(OSError):
                    path.unlink()
                raise
            self._files.adopt(path)
        return held

    def health(self) -> Health:
        with self._reading() as (connection, path):
            (documents,) = connection.execute("SELECT count(*) FROM document").fetchone()
            size = path.stat().st_size
        return Health("embedded", documents, f"{path.parent}, {size / 1e6:.1f} MB")

    def close(self) -> None:
        self._files.close()

    @contextmanager
    def _reading(self) -> Iterator[tuple[sqlite3.Connection, Path]]:
        """One moment of the index: everything inside sees the same rows."""
        with translated(self._files.folder):
            connection, path = self._files.connection()
            connection.execute("BEGIN")
            try:
                yield connection, path
            finally:
                _roll_back(connection)

    @contextmanager
    def _writing(self) -> Iterator[tuple[sqlite3.Connection, int]]:
        """One transaction: all of it or, after an error, none."""
        with self._files.writing(self.wait_seconds), translated(self._files.folder):
            connection, _ = self._files.connection()
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection, next_seq(connection)
                connection.execute("COMMIT")
            except BaseException:
                _roll_back(connection)
                raise


def _roll_back(connection: sqlite3.Connection) -> None:
    if connection.in_transaction:  # SQLite ends it by itself after some errors
        connection.execute("ROLLBACK")


def _fill(connection: sqlite3.Connection, documents: Iterator[Document]) -> int:
    while batch := list(islice(documents, _BATCH)):
        connection.execute("BEGIN")
        seq = next_seq(connection)
        for document in batch:
            put_document(connection, document, seq)
        connection.execute("COMMIT")
    connection.execute("INSERT INTO terms (terms) VALUES ('optimize')")
    (held,) = connection.execute("SELECT count(*) FROM document").fetchone()
    return int(held)

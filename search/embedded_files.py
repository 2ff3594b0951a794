"""The folder of the embedded index: which file is current, opening it, replacing it.

Owns: the schema, the pointer file, the writers' lock, and telling a damaged, foreign or
outdated file apart. Leaves what the rows mean to `embedded`.

The folder holds one `archive-*.db` (SQLite, WAL), the file `current` that names it, and
`write.lock`. A rebuild fills another file and then moves the pointer in one step; readers
look at the pointer before each search and go over to the new file by themselves.
"""

import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from weakref import WeakSet

from filelock import FileLock, Timeout

from kentongan.ids import new_id
from search.analysis import fingerprint
from search.index import IndexNotReady, IndexUnavailable, SearchError

APPLICATION_ID = 0x4B454E54  # "KENT"
SCHEMA = 1
BUSY_SECONDS = 10.0
REBUILD = "run `kentongan reindex`"

_TABLES = """
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE document (
    doc INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, published INTEGER NOT NULL,
    priority REAL NOT NULL, source TEXT NOT NULL, platform TEXT NOT NULL, labels TEXT NOT NULL,
    stance TEXT NOT NULL, state TEXT NOT NULL, claim TEXT NOT NULL, place TEXT NOT NULL, tags TEXT NOT NULL);
CREATE INDEX document_newest ON document (kind, published DESC, id);
CREATE INDEX document_priority ON document (kind, priority DESC, published DESC, id);
CREATE TABLE body (
    doc INTEGER PRIMARY KEY, title TEXT NOT NULL, text TEXT NOT NULL, url TEXT NOT NULL, terms BLOB NOT NULL);
CREATE TABLE vector (doc INTEGER PRIMARY KEY, seq INTEGER NOT NULL, kind TEXT NOT NULL, data BLOB NOT NULL);
CREATE INDEX vector_seq ON vector (seq);
CREATE VIRTUAL TABLE terms USING fts5 (
    title_exact, text_exact, title_stem, text_stem, tags, content = '', tokenize = 'ascii');
"""


class Connection(sqlite3.Connection):
    """SQLite's own, but one that can be referred to weakly."""


class EmbeddedFiles:
    """One folder, shared by threads and processes. Each thread has its own connection."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._local = threading.local()
        self._opened: WeakSet[Connection] = WeakSet()  # a thread's connection goes with the thread
        self._lock = threading.Lock()

    def current(self) -> Path:
        """Return the file searches read now. Raises IndexNotReady when there is none."""
        try:
            name = (self.folder / "current").read_text(encoding="utf-8").strip()
        except FileNotFoundError as exc:
            raise IndexNotReady(f"no search index in {self.folder}: {REBUILD}") from exc
        except (OSError, UnicodeDecodeError) as exc:
            raise IndexUnavailable(f"search index {self.folder}: cannot read `current` ({exc})") from exc
        path = self.folder / name
        if path.parent != self.folder or not path.is_file():
            raise IndexNotReady(f"search index {self.folder}: its file {name!r} is missing: {REBUILD}")
        return path

    def connection(self) -> tuple[sqlite3.Connection, Path]:
        """Return this thread's connection to the current file, checked when first opened, and the file."""
        path = self.current()
        if getattr(self._local, "path", None) == path:
            return self._local.connection, path
        self._leave()
        connection = connect(path)
        try:
            check(connection, path)
            # In memory, one a connection: it counts in how many documents a term is.
            connection.execute("CREATE VIRTUAL TABLE temp.vocabulary USING fts5vocab(main, terms, row)")
        except BaseException:
            connection.close()
            raise
        with self._lock:
            self._opened.add(connection)
        self._local.path, self._local.connection = path, connection
        return connection, path

    @contextmanager
    def writing(self, wait_seconds: float = BUSY_SECONDS) -> Iterator[None]:
        """Hold the one writers' lock; a rebuild holds it from its first document to its last."""
        with translated(self.folder):
            self.folder.mkdir(parents=True, exist_ok=True)
            lock = FileLock(self.folder / "write.lock", timeout=wait_seconds)
            try:
                lock.acquire()
            except Timeout as exc:
                raise IndexUnavailable(f"search index {self.folder}: being written or rebuilt now") from exc
        try:
            yield
        finally:
            lock.release()

    def new_path(self) -> Path:
        return self.folder / f"archive-{new_id()}.db"

    def adopt(self, path: Path) -> None:
        """Make `path` the current file in one step, and remove the ones before it."""
        pointer = self.folder / "current.new"
        with pointer.open("w", encoding="utf-8") as handle:
            handle.write(path.name)
            handle.flush()
            os.fsync(handle.fileno())
        os.replace(pointer, self.folder / "current")
        _sync_folder(self.folder)
        self.sweep(keep=path)

    def sweep(self, keep: Path | None) -> None:
        """Remove files of earlier or broken-off builds; those another process holds open may stay."""
        for path in self.folder.glob("archive-*.db*"):
            if keep is None or not path.name.startswith(keep.name):
                with suppress(OSError):
                    path.unlink()

    def close(self) -> None:
        with self._lock:
            for connection in list(self._opened):
                connection.close()
            self._opened.clear()
        self._local = threading.local()

    def _leave(self) -> None:
        connection = getattr(self._local, "connection", None)
        if connection is not None:
            connection.close()
            with self._lock:
                self._opened.discard(connection)
            del self._local.connection, self._local.path


def connect(path: Path) -> Connection:
    """Return a connection in autocommit mode. The file must exist; nothing is created."""
    uri = f"{path.absolute().as_uri()}?mode=rw"
    connection = sqlite3.connect(
        uri, uri=True, timeout=BUSY_SECONDS, check_same_thread=False, isolation_level=None, factory=Connection
    )
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("PRAGMA cache_size = -32000")
    return connection


def create(path: Path) -> sqlite3.Connection:
    """Return a connection to a new, empty index, fit for filling; `finish` makes it fit for use."""
    path.touch(exist_ok=False)
    connection = connect(path)
    connection.execute("PRAGMA journal_mode = OFF")
    connection.execute("PRAGMA synchronous = OFF")
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.executescript(_TABLES)
    meta = {"schema": str(SCHEMA), "analysis": fingerprint(), "seq": "0"}
    connection.executemany("INSERT INTO meta VALUES (?, ?)", meta.items())
    return connection


def finish(connection: sqlite3.Connection, path: Path) -> None:
    """Close a filled index, safe on disk and ready for readers beside a writer."""
    connection.execute("PRAGMA journal_mode = WAL")
    connection.close()
    with path.open("rb") as handle:
        os.fsync(handle.fileno())


def check(connection: sqlite3.Connection, path: Path) -> None:
    """Raise IndexNotReady when the file is not ours, or made by another version."""
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    if application != APPLICATION_ID:
        raise IndexNotReady(f"{path} is not a search index of Kentongan: {REBUILD}")
    meta = dict(connection.execute("SELECT name, value FROM meta"))
    if meta.get("schema") != str(SCHEMA) or meta.get("analysis") != fingerprint():
        raise IndexNotReady(f"search index {path.parent}: made by another version: {REBUILD}")


@contextmanager
def translated(folder: Path) -> Iterator[None]:
    """Turn what SQLite and the file system raise into our errors."""
    try:
        yield
    except SearchError:
        raise
    except sqlite3.OperationalError as exc:
        if "no such table" in str(exc):
            raise IndexNotReady(f"search index {folder}: incomplete ({exc}): {REBUILD}") from exc
        raise IndexUnavailable(f"search index {folder}: {exc}") from exc
    except sqlite3.DatabaseError as exc:
        raise IndexNotReady(f"search index {folder}: damaged ({exc}): {REBUILD}") from exc
    except OSError as exc:
        raise IndexUnavailable(f"search index {folder}: {exc}") from exc


def _sync_folder(folder: Path) -> None:
    if hasattr(os, "O_DIRECTORY"):
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)

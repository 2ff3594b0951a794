"""The folder of the embedded index: which generation is current, opening it, replacing it.

Owns: the pointer file, the lock of writers, and telling a damaged, foreign or outdated folder apart.
Leaves the fields to `embedded_schema` and what is done with an opened generation to its callers.

The folder holds one generation `archive-*/`, the file `current` that names it, and `write.lock`. A
rebuild fills another generation and then moves the pointer in one step; readers look at the pointer
before each search and go over by themselves, and what they hold open they can read to its end.
"""

import json
import os
import re
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import tantivy
from filelock import FileLock, Timeout

from kentongan.ids import new_id
from search.analysis import fingerprint
from search.embedded_damage import find_damage
from search.embedded_schema import SCHEMA, schema
from search.index import IndexNotReady, IndexUnavailable, SearchError
from search.vectors import VectorStore

WAIT_SECONDS = 10.0  # as long as a page may be waited for
REBUILD = "run `kentongan reindex`"
_META = "kentongan.json"
# What the library says, in words, when the machine and not the index is at fault.
_MACHINE = re.compile(
    r"LockBusy|writer was killed|No space|quota|Too many open files|denied|Read-only|allocate memory", re.I
)


@dataclass(frozen=True, slots=True)
class Generation:
    """One whole index, opened: the words in `index`, the vectors beside them."""

    path: Path
    index: tantivy.Index
    schema: tantivy.Schema
    vectors: VectorStore

    def searcher(self) -> tantivy.Searcher:
        """Return the state that was last committed, by any process."""
        self.index.reload()
        return self.index.searcher()

    def committed(self) -> bytes:
        """Return what tells one committed state from any other; nothing where it is gone."""
        try:
            return (self.path / "words" / "meta.json").read_bytes()
        except FileNotFoundError:
            return b""

    def check(self) -> None:
        """Raise IndexNotReady when any byte is not as it was written."""
        if damage := find_damage(self.path / "words", sums=True):
            raise IndexNotReady(f"search index {self.path.parent}: damaged ({damage}): {REBUILD}")

    def size_bytes(self) -> int:
        size = 0
        for path in self.path.rglob("*"):
            with suppress(FileNotFoundError):  # put together with others meanwhile
                size += path.stat().st_size
        return size


class EmbeddedFiles:
    """One folder, shared by threads and processes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._opened: Generation | None = None
        self._lock = threading.Lock()

    def current(self) -> Path:
        """Return the generation searches read now. Raises IndexNotReady when there is none."""
        name = self._pointed_to()
        while True:
            path = self.folder / name
            if path.parent == self.folder and name.startswith("archive-") and path.is_dir():
                return path
            named = self._pointed_to()
            if named == name:  # else a rebuild has just put another in its place
                missing = f"its generation {name!r} is missing"
                raise IndexNotReady(f"search index {self.folder}: {missing}: {REBUILD}")
            name = named

    def _pointed_to(self) -> str:
        try:
            return (self.folder / "current").read_text(encoding="utf-8").strip()
        except FileNotFoundError as exc:
            raise IndexNotReady(f"no search index in {self.folder}: {REBUILD}") from exc
        except UnicodeDecodeError as exc:
            raise IndexNotReady(f"search index {self.folder}: `current` is damaged: {REBUILD}") from exc
        except OSError as exc:
            raise IndexUnavailable(f"search index {self.folder}: cannot read `current` ({exc})") from exc

    def open(self) -> Generation:
        """Return the current generation, checked when it is first opened."""
        path = self.current()
        opened = self._opened
        if opened is not None and opened.path == path:
            return opened
        with self._lock:
            if self._opened is None or self._opened.path != path:
                opened = open_generation(path)
                self._leave()
                self._opened = opened
            return self._opened

    @contextmanager
    def writing(self, wait_seconds: float = WAIT_SECONDS) -> Iterator[None]:
        """Hold the one writers' lock."""
        with self._holding("write.lock", wait_seconds, "being written now"):
            yield

    @contextmanager
    def rebuilding(self, wait_seconds: float = 0.0) -> Iterator[None]:
        """Hold the lock of rebuilds, from the first document to the last; writers go on meanwhile."""
        with self._holding("rebuild.lock", wait_seconds, "being rebuilt now"):
            yield

    @contextmanager
    def _holding(self, name: str, wait_seconds: float, told: str) -> Iterator[None]:
        with translated(self.folder):
            self.folder.mkdir(parents=True, exist_ok=True)
            lock = FileLock(self.folder / name, timeout=wait_seconds)
            try:
                lock.acquire()
            except Timeout as exc:
                raise IndexUnavailable(f"search index {self.folder}: {told}") from exc
        try:
            yield
        finally:
            lock.release()

    def create(self) -> Generation:
        """Return a new, empty generation; `adopt` makes it the current one."""
        path = self.folder / f"archive-{new_id()}"
        (path / "words").mkdir(parents=True)
        tantivy.Index(schema(), path=str(path / "words"))
        meta = {"schema": SCHEMA, "analysis": fingerprint()}
        (path / _META).write_text(json.dumps(meta), encoding="utf-8")
        return open_generation(path)

    def adopt(self, path: Path) -> None:
        """Make a generation the current one in one step, and remove those before it."""
        for each in (path, path / "words"):
            _sync(each)
        _sync(path / _META)
        pointer = self.folder / "current.new"
        pointer.write_text(path.name, encoding="utf-8")
        _sync(pointer)
        os.replace(pointer, self.folder / "current")
        _sync(self.folder)
        self.sweep(keep=path)

    def sweep(self, keep: Path | None) -> None:
        """Remove earlier generations and those of broken-off builds."""
        for path in self.folder.glob("archive-*"):
            if path != keep:
                if path.is_dir() and not path.is_symlink():
                    shutil.rmtree(path, ignore_errors=True)
                else:
                    path.unlink(missing_ok=True)

    def close(self) -> None:
        with self._lock:
            self._leave()

    def _leave(self) -> None:
        if self._opened is not None:
            self._opened.vectors.close()
            self._opened = None


def open_generation(path: Path) -> Generation:
    """Return the generation opened. Raises IndexNotReady when it is not ours, or of another version."""
    with translated(path.parent):
        try:
            meta = json.loads((path / _META).read_text(encoding="utf-8"))
        except (FileNotFoundError, ValueError) as exc:
            raise IndexNotReady(f"{path} is not a search index of Kentongan: {REBUILD}") from exc
        if meta != {"schema": SCHEMA, "analysis": fingerprint()}:
            raise IndexNotReady(f"search index {path.parent}: made by another version: {REBUILD}")
        if damage := find_damage(path / "words", sums=False):
            raise IndexNotReady(f"search index {path.parent}: damaged ({damage}): {REBUILD}")
        index = tantivy.Index.open(str(path / "words"))
        index.config_reader("manual", 0)
        return Generation(path, index, index.schema, VectorStore(path / "vectors"))


@contextmanager
def translated(folder: Path) -> Iterator[None]:
    """Turn what the library and the file system raise into our errors."""
    try:
        yield
    except SearchError:
        raise
    except OSError as exc:
        raise IndexUnavailable(f"search index {folder}: {exc}") from exc
    except ValueError as exc:
        raise _told(folder, exc) from exc
    except BaseException as exc:
        if type(exc).__name__ != "PanicException":  # how a library in Rust says that its data make no sense
            raise
        raise _told(folder, exc) from exc


def _told(folder: Path, exc: BaseException) -> SearchError:
    if _MACHINE.search(str(exc)):
        return IndexUnavailable(f"search index {folder}: {exc}")
    return IndexNotReady(f"search index {folder}: damaged ({exc}): {REBUILD}")


def _sync(path: Path) -> None:
    """Make sure that the file, or the names in the folder, are on the disk."""
    if path.is_dir() and not hasattr(os, "O_DIRECTORY"):
        return
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

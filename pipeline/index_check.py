"""Whether the index holds what it should: its ids against those of the record.

Owns: the comparison, in memory that does not grow with the archive: the ids lie in a temporary file.
A document is missed or too many only where no job waits for it and the index did not refuse it.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from uuid import UUID

from kentongan.store import Store
from search.index import SearchIndex

_BATCH = 5_000
_KEPT = 10_000  # ids of each kind that are looked at a second time
_NAMED = 20


@dataclass(frozen=True, slots=True)
class Compared:
    """How many documents are missing from the index and too many in it, and some of them.

    Past 10,000 of either it is no longer counted: the index has to be made anew.
    """

    missing: int = 0
    extra: int = 0
    missing_ids: tuple[str, ...] = ()
    extra_ids: tuple[str, ...] = ()

    @property
    def same(self) -> bool:
        return not self.missing and not self.extra


def compare_index(store: Store, index: SearchIndex) -> Compared:
    """Return how the index differs from the record. Raises IndexUnavailable, IndexNotReady.

    What differs is looked at twice, since a worker may be telling the index in between.
    """
    missing, extra = _differences(store, index)
    if missing or extra:
        again_missing, again_extra = _differences(store, index)
        missing, extra = _both(missing, again_missing), _both(extra, again_extra)
    return Compared(
        len(missing),
        len(extra),
        tuple(missing[:_NAMED]),
        tuple(extra[:_NAMED]),
    )


def _differences(store: Store, index: SearchIndex) -> tuple[list[str], list[str]]:
    with closing(_Ids()) as held:
        held.add(index.ids())
        missing: list[str] = []
        for expected in _batches(_expected(store)):
            absent = held.take(expected)
            if len(missing) < _KEPT:
                missing += _unexplained(store, absent)
        extra: list[str] = []
        for some in _batches(held.left()):
            if len(extra) < _KEPT:
                extra += _unexplained(store, some)
    return missing[:_KEPT], extra[:_KEPT]


def _expected(store: Store) -> Iterator[str]:
    yield from map(str, store.items.all_ids(grouped_only=True))
    yield from (str(check.id) for check in store.fact_checks.all())


def _unexplained(store: Store, ids: Sequence[str]) -> list[str]:
    keys = {id_: key for id_ in ids if (key := _uuid(id_)) is not None}
    if not keys:
        return list(ids)
    known = store.outbox.among(keys.values()) | store.refusals.among(keys.values())
    return [id_ for id_ in ids if keys.get(id_) not in known]


def _uuid(id_: str) -> UUID | None:
    try:
        return UUID(id_)
    except ValueError:
        return None


def _both(first: Sequence[str], second: Sequence[str]) -> list[str]:
    again = set(second)
    return [id_ for id_ in first if id_ in again]


def _batches(ids: Iterable[str]) -> Iterator[list[str]]:
    rest = iter(ids)
    while batch := list(islice(rest, _BATCH)):
        yield batch


class _Ids:
    """Ids in a database that SQLite keeps in a temporary file once it is large."""

    def __init__(self) -> None:
        self._connection = sqlite3.connect("", isolation_level=None)
        self._connection.execute("PRAGMA journal_mode = OFF")
        self._connection.execute("CREATE TABLE held (id TEXT PRIMARY KEY) WITHOUT ROWID")

    def add(self, ids: Iterable[str]) -> None:
        for batch in _batches(ids):
            self._connection.executemany("INSERT OR IGNORE INTO held VALUES (?)", [(id_,) for id_ in batch])

    def take(self, ids: Sequence[str]) -> list[str]:
        """Take the ids out; return those that were not there."""
        taken = "DELETE FROM held WHERE id = ?"
        return [id_ for id_ in ids if not self._connection.execute(taken, (id_,)).rowcount]

    def left(self) -> Iterator[str]:
        for (id_,) in self._connection.execute("SELECT id FROM held ORDER BY id"):
            yield id_

    def close(self) -> None:
        self._connection.close()

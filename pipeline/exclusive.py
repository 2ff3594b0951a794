"""Who may work the record: one process on SQLite, any number on PostgreSQL."""

from collections.abc import Iterator
from contextlib import contextmanager

from filelock import FileLock, Timeout

from kentongan.errors import KentonganError
from kentongan.store import Store


class AlreadyWorking(KentonganError):
    """Another process works this record; on SQLite there is one at a time."""


@contextmanager
def sole_worker(store: Store) -> Iterator[None]:
    """On SQLite, hold the record's worker lock and give back what a dead worker had leased.

    On PostgreSQL many may work at once and leases of the dead run out: nothing to hold.
    Raises AlreadyWorking.
    """
    if not store.database.is_sqlite:
        yield
        return
    lock = FileLock(f"{store.database.url.database}.work.lock", timeout=0)  # beside the record
    try:
        lock.acquire()
    except Timeout as exc:
        raise AlreadyWorking(f"another worker already works the record (lock {lock.lock_file})") from exc
    try:
        store.conveyor.end_leases()
        yield
    finally:
        lock.release()

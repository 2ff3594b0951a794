"""What the index has still to be told. A row is written in the transaction of the change
it tells of, and taken away only when the index has it."""

import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from filelock import FileLock, Timeout
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from kentongan.store.database import Database, batched, now
from kentongan.store.rebuilds import keep_told, under_way
from kentongan.store.refusals import Refusal, settle
from kentongan.store.schema import OutboxRow

_SYNC_LOCK = 7_203_420
_LOOK_EVERY_SECONDS = 0.1
ITEM, FACT_CHECK = "item", "fact_check"


@dataclass(frozen=True, slots=True)
class Job:
    """Tell the index what the record now says of this document; absent there, remove it."""

    id: int
    kind: str
    document_id: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many jobs wait, and since when the oldest one does."""

    jobs: int
    since: datetime | None

    @property
    def seconds(self) -> float:
        """How old the index is: it shows what the record held so long ago."""
        return max(0.0, (now() - self.since).total_seconds()) if self.since else 0.0


def enqueue(session: Session, kind: str, *document_ids: UUID) -> None:
    """Queue documents for the index within the session's transaction."""
    queued_at = now()
    session.add_all(OutboxRow(kind=kind, document_id=key, queued_at=queued_at) for key in document_ids)


class Outbox:
    def __init__(self, database: Database) -> None:
        self._database = database

    def pending(self, limit: int) -> Sequence[Job]:
        """Return up to `limit` jobs, oldest first."""
        with self._database.read() as session:
            rows = session.scalars(select(OutboxRow).order_by(OutboxRow.id).limit(limit))
            return [Job(row.id, row.kind, str(row.document_id)) for row in rows]

    def done(self, job_ids: Iterable[int], refused: Sequence[Refusal] = ()) -> None:
        """Take away jobs that the index has carried out; keep what it refused, each with its reason.

        While another index is being filled, the jobs are kept to be done again on that one.
        """
        with self._database.write() as session:
            told: list[tuple[str, UUID]] = []
            for ids in batched(job_ids):
                gone = delete(OutboxRow).where(OutboxRow.id.in_(ids))
                rows = session.execute(gone.returning(OutboxRow.kind, OutboxRow.document_id))
                told.extend((kind, key) for kind, key in rows)
            if under_way(session):
                keep_told(session, self._database, told)
            settle(session, {key for _, key in told}, refused)

    @contextmanager
    def exclusive(self, wait_seconds: float = 0.0) -> Iterator[bool]:
        """Yield whether we alone may carry jobs out now; held until the end of the block.

        Free again when its holder dies: PostgreSQL and the system's file locks see to that.
        """
        if self._database.is_sqlite:
            with _locked_beside(self._database, wait_seconds) as ours:
                yield ours
            return
        deadline = time.monotonic() + wait_seconds
        with self._database.read() as session:
            while not (ours := bool(session.scalar(select(func.pg_try_advisory_xact_lock(_SYNC_LOCK))))):
                if time.monotonic() >= deadline:
                    break
                time.sleep(_LOOK_EVERY_SECONDS)
            yield ours

    def size(self) -> int:
        """Return how many jobs wait."""
        return self.waiting().jobs

    def waiting(self) -> Waiting:
        """Return how many jobs wait, and how long."""
        with self._database.read() as session:
            jobs, since = session.execute(select(func.count(), func.min(OutboxRow.queued_at))).one()
            return Waiting(jobs, since)

    def among(self, ids: Iterable[UUID]) -> set[UUID]:
        """Return those of the documents that a job waits for."""
        column = OutboxRow.document_id
        with self._database.read() as session:
            return {
                key
                for some in batched(ids)
                for key in session.scalars(select(column).where(column.in_(some)))
            }


@contextmanager
def _locked_beside(database: Database, wait_seconds: float) -> Iterator[bool]:
    """Yield whether the lock file beside a SQLite record is ours."""
    lock = FileLock(f"{database.url.database}.sync.lock", timeout=wait_seconds, thread_local=False)
    try:
        lock.acquire()
    except Timeout:
        yield False
        return
    try:
        yield True
    finally:
        lock.release()

"""What the index has still to be told. A row is written in the transaction of the change
it tells of, and taken away only when the index has it."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from kentongan.store.database import Database, batched, now
from kentongan.store.schema import OutboxRow

_SYNC_LOCK = 7_203_420
ITEM, FACT_CHECK = "item", "fact_check"


@dataclass(frozen=True, slots=True)
class Job:
    """Tell the index what the record now says of this document; absent there, remove it."""

    id: int
    kind: str
    document_id: str


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

    def done(self, job_ids: Iterable[int]) -> None:
        """Take away jobs that the index has carried out."""
        with self._database.write() as session:
            for ids in batched(job_ids):
                session.execute(delete(OutboxRow).where(OutboxRow.id.in_(ids)))

    @contextmanager
    def exclusive(self) -> Iterator[bool]:
        """Yield whether we alone may carry jobs out now; held until the end of the block.

        PostgreSQL keeps the lock for us and frees it when we die; on SQLite there is one worker.
        """
        if self._database.is_sqlite:
            yield True
            return
        with self._database.read() as session:
            yield bool(session.scalar(select(func.pg_try_advisory_xact_lock(_SYNC_LOCK))))

    def size(self) -> int:
        """Return how many jobs wait."""
        with self._database.read() as session:
            return session.scalar(select(func.count()).select_from(OutboxRow)) or 0

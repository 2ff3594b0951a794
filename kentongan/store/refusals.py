"""What the index would not take, and why: kept apart until it is taken, so that nothing is dropped.

Written by the outbox, in the transaction that ends the job, and by a rebuild.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from kentongan.store.database import Database, batched, now
from kentongan.store.schema_index import IndexRefusalRow

MOST_REASON_CHARACTERS = 1_000  # a server may repeat the whole document in its reason


@dataclass(frozen=True, slots=True)
class Refusal:
    """A document that the index would not take as it is."""

    kind: str
    document_id: UUID
    reason: str


@dataclass(frozen=True, slots=True)
class KeptRefusal:
    refusal: Refusal
    tries: int
    first_at: datetime
    last_at: datetime


class Refusals:
    def __init__(self, database: Database) -> None:
        self._database = database

    def size(self) -> int:
        """Return how many documents the index would not take."""
        with self._database.read() as session:
            return session.scalar(select(func.count()).select_from(IndexRefusalRow)) or 0

    def newest(self, limit: int = 20) -> list[KeptRefusal]:
        """Return the refusals of last time first."""
        with self._database.read() as session:
            order = (IndexRefusalRow.last_at.desc(), IndexRefusalRow.document_id)
            return [
                _kept(row) for row in session.scalars(select(IndexRefusalRow).order_by(*order).limit(limit))
            ]

    def among(self, ids: Iterable[UUID]) -> set[UUID]:
        """Return those of the documents that the index would not take."""
        column = IndexRefusalRow.document_id
        with self._database.read() as session:
            return {
                key
                for some in batched(ids)
                for key in session.scalars(select(column).where(column.in_(some)))
            }


def settle(session: Session, told: Iterable[UUID], refused: Sequence[Refusal]) -> None:
    """Keep what was refused of the documents told, and forget what was kept of the others."""
    reasons = {refusal.document_id: refusal for refusal in refused}
    moment = now()
    for some in batched(told):
        kept = {
            row.document_id: row
            for row in session.scalars(select(IndexRefusalRow).where(IndexRefusalRow.document_id.in_(some)))
        }
        taken = [key for key in kept if key not in reasons]
        if taken:
            session.execute(delete(IndexRefusalRow).where(IndexRefusalRow.document_id.in_(taken)))
        for key in some:
            if key in reasons:
                _keep(session, kept.get(key), reasons[key], moment)


def _keep(session: Session, row: IndexRefusalRow | None, refusal: Refusal, moment: datetime) -> None:
    reason = refusal.reason[:MOST_REASON_CHARACTERS]
    if row is None:
        session.add(
            IndexRefusalRow(
                document_id=refusal.document_id,
                kind=refusal.kind,
                reason=reason,
                tries=1,
                first_at=moment,
                last_at=moment,
            )
        )
    else:
        row.reason, row.tries, row.last_at = reason, row.tries + 1, moment


def _kept(row: IndexRefusalRow) -> KeptRefusal:
    return KeptRefusal(Refusal(row.kind, row.document_id, row.reason), row.tries, row.first_at, row.last_at)

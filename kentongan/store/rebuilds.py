"""A rebuild of the index under way, so that what happens meanwhile is not lost to the new one.

Owns: who rebuilds, and what the old index is told in the meantime. The outbox asks here, within the
transaction that ends a job, whether the job has to be done again once the new index is there.
"""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import delete, insert, literal, select, update
from sqlalchemy.orm import Session

from kentongan.errors import KentonganError
from kentongan.ids import new_id
from kentongan.store.database import Database, batched, now
from kentongan.store.refusals import Refusal, settle
from kentongan.store.schema import OutboxRow, UtcDateTime
from kentongan.store.schema_index import IndexRebuildRow, IndexRefusalRow, IndexRetoldRow

DEAD_AFTER = timedelta(minutes=2)  # twelve beats of ten seconds: a machine that swaps still beats in that


class RebuildUnderWay(KentonganError):
    """Another process is rebuilding the index."""


class RebuildLost(KentonganError):
    """The rebuild was silent for so long that it counted as dead: what was told since then is not kept."""

    def __init__(self) -> None:
        super().__init__(
            "the rebuild was silent for too long and counts as dead; run `kentongan reindex` again"
        )


class Rebuilds:
    def __init__(self, database: Database) -> None:
        self._database = database

    def begin(self) -> UUID:
        """From now on keep what the old index is told. Raises RebuildUnderWay."""
        key, moment = new_id(), now()
        values = {"only": True, "id": key, "began_at": moment, "beat_at": moment}
        with self._database.write() as session:
            made = None
            if not under_way(session):
                fresh = self._database.insert_new(IndexRebuildRow).values(**values)
                made = session.scalar(fresh.returning(IndexRebuildRow.id))
            if made is None:
                raise RebuildUnderWay("another process is rebuilding the index; try again when it is done")
        return key

    def beat(self, key: UUID) -> None:
        """Say that the rebuild lives. Raises RebuildLost."""
        with self._database.write() as session:
            ours = update(IndexRebuildRow).where(IndexRebuildRow.id == key).values(beat_at=now())
            if session.scalar(ours.returning(IndexRebuildRow.id)) is None:
                raise RebuildLost

    def finish(self, key: UUID, refused: Sequence[Refusal]) -> None:
        """Queue for the new index what the old one was told, and keep what the new one refused.

        Raises RebuildLost.
        """
        with self._database.write() as session:
            if not _end(session, key):
                raise RebuildLost
            _tell_again(session)
            before = session.scalars(select(IndexRefusalRow.document_id)).all()
            settle(session, {*before, *(refusal.document_id for refusal in refused)}, refused)

    def abandon(self, key: UUID) -> None:
        """End the rebuild without knowing which index answers now: it is told everything again."""
        with self._database.write() as session:
            if _end(session, key):
                _tell_again(session)

    def end_dead(self) -> None:
        """End a rebuild that died likewise; it may have died right after going over to the new index."""
        with self._database.read() as session:
            beat_at = session.scalar(select(IndexRebuildRow.beat_at))
        if beat_at is not None and beat_at <= now() - DEAD_AFTER:
            with self._database.write() as session:
                under_way(session)


def under_way(session: Session) -> bool:
    """Tell whether an index is being filled; a rebuild that died is ended."""
    beat_at = session.scalar(select(IndexRebuildRow.beat_at))
    if beat_at is None or beat_at > now() - DEAD_AFTER:
        return beat_at is not None
    session.execute(delete(IndexRebuildRow))
    _tell_again(session)
    return False


def keep_told(session: Session, database: Database, told: Iterable[tuple[str, UUID]]) -> None:
    """Keep that these documents were told to the old index."""
    rows = [{"kind": kind, "document_id": key} for kind, key in told]
    for some in batched(rows):
        session.execute(database.insert_new(IndexRetoldRow), some)


def _end(session: Session, key: UUID) -> bool:
    ours = delete(IndexRebuildRow).where(IndexRebuildRow.id == key).returning(IndexRebuildRow.id)
    return session.scalar(ours) is not None


def _tell_again(session: Session) -> None:
    again = select(IndexRetoldRow.kind, IndexRetoldRow.document_id, literal(now(), UtcDateTime()))
    session.execute(insert(OutboxRow).from_select(["kind", "document_id", "queued_at"], again))
    session.execute(delete(IndexRetoldRow))

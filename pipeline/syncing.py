"""The record's outbox, as the index's sync wants to see it."""

from collections.abc import Sequence
from uuid import UUID

import structlog

from kentongan.store import Store
from kentongan.store.refusals import Refusal
from pipeline.documents import RecordDocuments
from search.index import Kind, Refused, SearchIndex
from search.sync import Job, LoadDocuments, sync_outbox

BATCH = 500
LATE_SECONDS = 600.0  # an index so old is no longer what the team decided; a round of work takes seconds
_LOGGED = 20  # refusals of one batch told one by one; the record has all of them
log = structlog.get_logger(__name__)


class _RecordOutbox:
    def __init__(self, store: Store) -> None:
        self._store = store

    def pending(self, limit: int) -> list[Job]:
        return [Job(j.id, Kind(j.kind), j.document_id) for j in self._store.outbox.pending(limit)]

    def done(self, ids: Sequence[int], refused: Sequence[Refused]) -> None:
        self._store.outbox.done(ids, as_refusals(refused))


def sync_index(store: Store, index: SearchIndex, load: LoadDocuments | None = None) -> int:
    """Tell the index everything that waits and return how many changes that was.

    One process at a time syncs, or a slow one could put an older text over a newer; 0 is
    returned when another is at it. Raises IndexUnavailable, IndexNotReady; what was not
    told still waits.
    """
    with store.outbox.exclusive() as ours:
        if not ours:
            return 0
        store.rebuilds.end_dead()
        return sync_held(store, index, load or RecordDocuments(store).load)


def sync_held(store: Store, index: SearchIndex, load: LoadDocuments) -> int:
    """Do the same for who holds the outbox already."""
    return sync_outbox(_RecordOutbox(store), load, index, BATCH)


def as_refusals(refused: Sequence[Refused]) -> list[Refusal]:
    """Return what the index refused as the record keeps it, and say so in the log."""
    for one in refused[:_LOGGED]:
        log.warning("index_refused", kind=one.kind.value, document=one.id, reason=one.reason)
    if len(refused) > _LOGGED:
        log.warning("index_refused", more=len(refused) - _LOGGED)
    return [Refusal(one.kind.value, UUID(one.id), one.reason) for one in refused]

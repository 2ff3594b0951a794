"""The record's outbox, as the index's sync wants to see it."""

from collections.abc import Sequence

from kentongan.store import Store
from pipeline.documents import RecordDocuments
from search.index import Kind, SearchIndex
from search.sync import Job, sync_outbox

BATCH = 500


class _RecordOutbox:
    def __init__(self, store: Store) -> None:
        self._store = store

    def pending(self, limit: int) -> list[Job]:
        return [Job(j.id, Kind(j.kind), j.document_id) for j in self._store.outbox.pending(limit)]

    def done(self, ids: Sequence[int]) -> None:
        self._store.outbox.done(ids)


def sync_index(store: Store, index: SearchIndex) -> int:
    """Tell the index everything that waits and return how many changes that was.

    One process at a time syncs, or a slow one could put an older text over a newer; 0 is
    returned when another is at it. Raises IndexUnavailable, IndexNotReady; what was not
    told still waits.
    """
    with store.outbox.exclusive() as ours:
        return sync_outbox(_RecordOutbox(store), RecordDocuments(store).load, index, BATCH) if ours else 0

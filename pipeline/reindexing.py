"""The index made anew from the record while everything else goes on.

Owns: that nothing is lost meanwhile. From the first moment the record keeps what the old index is
told. When every document has been handed over, telling stops for the seconds in which the engine goes
over to the new index, and the new one is told what was kept. Items that come in while the rebuild runs
are searchable as soon as ever where the engine takes writes then (Elasticsearch); otherwise their jobs
wait in the outbox. Leaves the exchange itself to the engines.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from threading import Event, Thread
from uuid import UUID

import structlog

from kentongan.errors import KentonganError
from kentongan.store import Store
from kentongan.store.rebuilds import RebuildLost
from pipeline.documents import RecordDocuments
from pipeline.syncing import as_refusals, sync_held
from search.index import Document, Rebuilt, SearchIndex
from search.reindex import reindex
from search.sync import LoadDocuments

_BEAT_SECONDS = 10.0
_WAIT_SECONDS = 600.0  # for a worker that is telling the index; a batch takes seconds, a backlog minutes
_TELL_EVERY = 500  # documents
log = structlog.get_logger(__name__)


class OutboxBusy(KentonganError):
    """Another process told the index without end; the old index stays."""


def reindex_record(
    store: Store,
    index: SearchIndex,
    documents: RecordDocuments | None = None,
    load: LoadDocuments | None = None,
    progress: Callable[[int], None] = lambda done: None,
) -> Rebuilt:
    """Rebuild the index, beside a running worker, and return what became of it.

    `load` makes the documents of the outbox's jobs, where that is more than reading `documents`;
    `progress` is told how many documents were handed over. Raises RebuildUnderWay, RebuildLost,
    OutboxBusy, and what the engine raises; then the old index stays as it is.
    """
    documents = documents or RecordDocuments(store)
    key = store.rebuilds.begin()
    try:
        with _beating(store, key), ExitStack() as held:
            rebuilt = reindex(index, _handing_over(store, key, documents, held, progress))
            store.rebuilds.finish(key, as_refusals(rebuilt.refused))
            sync_held(store, index, load or documents.load)
    except BaseException:
        store.rebuilds.abandon(key)
        raise
    return rebuilt


def _handing_over(
    store: Store, key: UUID, documents: RecordDocuments, held: ExitStack, progress: Callable[[int], None]
) -> Iterator[Document]:
    """Yield every document, then hold the outbox until `held` is closed."""
    number = 0
    for number, document in enumerate(documents.everything(), start=1):
        yield document
        if number % _TELL_EVERY == 0:
            progress(number)
    progress(number)
    if not held.enter_context(store.outbox.exclusive(_WAIT_SECONDS)):
        raise OutboxBusy(f"another process told the index for {_WAIT_SECONDS:.0f} seconds; try again")
    store.rebuilds.beat(key)


@contextmanager
def _beating(store: Store, key: UUID) -> Iterator[None]:
    """Say every few seconds that the rebuild lives, until the block ends."""
    ended = Event()

    def beat() -> None:
        while not ended.wait(_BEAT_SECONDS):
            try:
                store.rebuilds.beat(key)
            except RebuildLost:
                return  # seen before the engine goes over
            except KentonganError as exc:
                log.warning("rebuild_beat_failed", problem=str(exc))

    thread = Thread(target=beat, name="rebuild", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()

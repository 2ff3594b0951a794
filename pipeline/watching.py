"""Every item that goes into the index, held against every saved search.

Owns: which searches stand now, and telling the record what each document is a hit of. Leaves matching
to `search.percolate`, keeping to `store.saved_hits`. Runs where the outbox is carried into the index,
so that each version of an item is seen at least once; seeing it again changes nothing.
"""

from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from uuid import UUID

from kentongan.domain import ItemId
from kentongan.errors import Conflict, NotFound
from kentongan.saved import SavedId, SavedSearch, read_topics
from kentongan.store import Store
from pipeline.documents import RecordDocuments
from pipeline.saving import Rules, standing_of
from search.index import Document, Kind
from search.percolate import Percolator
from search.sync import Job, LoadDocuments

_TRIES = 8  # while people keep changing searches; a batch takes well under a second


def watched_loader(store: Store, rules: Rules) -> LoadDocuments:
    """Return what makes documents of the outbox's jobs and holds each against the saved searches.

    Before the index has them: with the index down they wait and are held again, which changes nothing.
    """
    documents, watch = RecordDocuments(store, rules.calendar, rules.zone), Watcher(store, rules)

    def load(jobs: Sequence[Job]) -> list[Document]:
        loaded = documents.load(jobs)
        watch(loaded)
        return loaded

    return load


class Watcher:
    """Holds documents against the saved searches, compiled anew whenever one has changed."""

    def __init__(self, store: Store, rules: Rules) -> None:
        self._store, self._rules = store, rules
        self._versions: dict[SavedId, int] | None = None
        self._standing: dict[SavedId, SavedSearch] = {}
        self._percolator: Percolator[SavedId] = Percolator([])

    def __call__(self, documents: Sequence[Document]) -> int:
        """Keep which saved searches find each item now; return how many hits are new.

        What is paused or over is not asked. Raises Conflict when searches changed at every try.
        """
        items = [document for document in documents if document.kind is Kind.ITEM]
        if not items:
            return 0
        for _ in range(_TRIES):
            asked = self._stand(datetime.now(UTC))
            found = {
                ItemId(UUID(document.id)): asked.intersection(self._percolator.match(document))
                for document in items
            }
            try:
                return self._store.saved_hits.record(found, asked, self._versions or {})
            except Conflict:
                self._versions = None
        raise Conflict("saved searches were changed while items were held against them")

    def _stand(self, at: datetime) -> frozenset[SavedId]:
        """Return the searches to ask at that moment, ready to be asked."""
        if self._versions is None:
            self._store.saved.keep_topics(read_topics())
        versions = dict(self._store.saved.versions())
        if versions != self._versions:
            self._compile(at)
        return frozenset(key for key, search in self._standing.items() if not search.is_over(at))

    def _compile(self, at: datetime) -> None:
        searches = [self._ended(search, at) for search in self._store.saved.all()]
        self._versions = {search.id: search.version for search in searches}
        self._standing = {s.id: s for s in searches if not s.paused and not s.is_over(at)}
        zone = self._rules.zone
        self._percolator = Percolator(
            (key, standing_of(search.wanted, zone)) for key, search in self._standing.items()
        )

    def _ended(self, search: SavedSearch, at: datetime) -> SavedSearch:
        """Give a search its end where a candidate whom it names was declared after it was made."""
        ends = self._rules.ends_at(search.wanted, at) if search.expires_at is None else None
        with suppress(NotFound):  # removed just now; the record will say that searches were changed
            return self._store.saved.end(search.id, ends) if ends else search
        return search

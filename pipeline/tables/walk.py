"""Every row that a query finds, one after the other, never all at once.

Owns: the walk by cursor and the joining of each page with the record. The index says which rows
there are, the record what they hold; what the record holds no more is skipped and counted.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from uuid import UUID

from kentongan.gazetteer import Place
from kentongan.store import Store
from kentongan.store.decided import last_decisions
from pipeline.tables.rows import Addresses, Row, row_of_check, row_of_item
from search.index import Hit, Kind, Page, Query, SearchIndex

PAGE = 500  # rows asked of the index at a time
BATCH = 100  # whole texts held at a time: of at most a million characters each


class Walk:
    """The rows of one query, to be gone through once. `total` is how many there were at its beginning."""

    def __init__(
        self,
        store: Store,
        index: SearchIndex,
        query: Query,
        *,
        places: Mapping[str, Place],
        addresses: Addresses,
    ) -> None:
        """Ask the first page. Raises what `SearchIndex.search` raises, before anything is written."""
        self._store = store
        self._index = index
        self._places = {code: f"{place.name} ({code})" for code, place in places.items()}
        self._addresses = addresses
        self._query = replace(query, limit=PAGE, cursor="", facets=False, histogram=None, snippets=False)
        self._first = index.search(self._query)
        self.total = self._first.total
        self.understood = self._first.understood
        self.found = 0
        self.skipped = 0
        self.models: Counter[str] = Counter()  # that assessed the rows, with how many

    def __iter__(self) -> Iterator[Row]:
        page: Page = self._first
        while True:
            for start in range(0, len(page.hits), BATCH):
                hits = page.hits[start : start + BATCH]
                rows = self._rows(hits)
                self.skipped += len(hits) - len(rows)
                for row in rows:
                    self.found += 1
                    if row.model:
                        self.models[row.model] += 1
                    yield row
            if not page.cursor:
                return
            page = self._index.search(replace(self._query, cursor=page.cursor))

    def _rows(self, hits: Sequence[Hit]) -> list[Row]:
        items = [UUID(hit.id) for hit in hits if hit.kind is Kind.ITEM]
        checks = [UUID(hit.id) for hit in hits if hit.kind is Kind.FACT_CHECK]
        made = self._items(items) if items else {}
        if checks:
            made |= {str(c.id): row_of_check(c) for c in self._store.fact_checks.get_many(checks)}
        return [made[hit.id] for hit in hits if hit.id in made]

    def _items(self, keys: Sequence[UUID]) -> dict[str, Row]:
        views = self._store.items.views(keys)
        about = {view.item.claim_id for view in views if view.item.claim_id}
        claims = {claim.id: claim for claim in self._store.claims.get_many(about)}
        decided = last_decisions(self._store.database, about)
        return {
            str(view.item.id): row_of_item(
                view,
                claims.get(view.item.claim_id) if view.item.claim_id else None,
                decided.get(view.item.claim_id) if view.item.claim_id else None,
                self._places,
                self._addresses,
            )
            for view in views
        }

"""From the record to what the index holds.

Press items carry no labels into the index: nobody can list the press as hoaxes (R9).
There is no author in it: nobody can be looked up (R5).
"""

from collections.abc import Iterator, Sequence
from uuid import UUID

from kentongan.domain import Claim, FactCheck, SourceKind
from kentongan.store import Store
from kentongan.store.items import ItemView
from search.index import Document, Kind
from search.sync import Job

_PAGE = 200


class RecordDocuments:
    """Makes index documents from the record, for the outbox and for rebuilding."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def load(self, jobs: Sequence[Job]) -> list[Document]:
        """Return a document for each job whose item or fact-check is ready to be searched."""
        items = [UUID(job.document_id) for job in jobs if job.kind is Kind.ITEM]
        checks = [UUID(job.document_id) for job in jobs if job.kind is Kind.FACT_CHECK]
        return [*self._items(items), *(_of_fact_check(c) for c in self._store.fact_checks.get_many(checks))]

    def everything(self) -> Iterator[Document]:
        """Yield every document that the index should hold."""
        yield from (_of_fact_check(check) for check in self._store.fact_checks.all())
        page: list[UUID] = []
        for key in self._store.items.all_ids(grouped_only=True):
            page.append(key)
            if len(page) == _PAGE:
                yield from self._items(page)
                page = []
        yield from self._items(page)

    def _items(self, keys: Sequence[UUID]) -> list[Document]:
        views = [view for view in self._store.items.views(keys) if view.item.claim_id]
        claims = {
            c.id: c for c in self._store.claims.get_many({v.item.claim_id for v in views if v.item.claim_id})
        }
        return [_of_item(v, claims[v.item.claim_id]) for v in views if v.item.claim_id in claims]


def _of_item(view: ItemView, claim: Claim) -> Document:
    item, assessment = view.item, view.assessment
    press = item.source_kind is SourceKind.PRESS
    return Document(
        id=str(item.id),
        kind=Kind.ITEM,
        title=item.title,
        text=item.text,
        url=item.url,
        source=item.source,
        platform=item.platform.value,
        published_at=item.published_at or item.first_seen_at,
        labels=() if press else tuple(sorted(label.value for label in view.labels)),
        stance=assessment.stance.value if assessment else "",
        state=claim.state.value,
        claim_id=str(claim.id),
        place=view.places,
        priority=0.0 if press else claim.priority,
        vector=assessment.embedding if assessment else b"",
    )


def _of_fact_check(check: FactCheck) -> Document:
    return Document(
        id=str(check.id),
        kind=Kind.FACT_CHECK,
        title=check.title,
        text=check.claim,
        url=check.url,
        source=check.publisher,
        platform="factcheck",
        published_at=check.published_at or check.first_seen_at,
        state=check.verdict.value,
        vector=check.embedding,
    )

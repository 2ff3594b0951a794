"""From the record to what the index holds.

Press items carry no labels into the index: nobody can list the press as hoaxes (R9).
There is no author in it: nobody can be looked up (R5).
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, tzinfo
from uuid import UUID

from kentongan.domain import FactCheck
from kentongan.elections import Calendar, stages_of
from kentongan.store import Store
from kentongan.store.archived import ArchivedItem, all_archived, archived_items
from search.index import Document, Kind
from search.sync import Job

_NO_CALENDAR = Calendar()


class RecordDocuments:
    """Makes index documents from the record, for the outbox and for rebuilding.

    `calendar` gives each its stages of elections, by its day in `zone`, the region's.
    """

    def __init__(self, store: Store, calendar: Calendar = _NO_CALENDAR, zone: tzinfo = UTC) -> None:
        self._store = store
        self._calendar = calendar
        self._zone = zone

    def load(self, jobs: Sequence[Job]) -> list[Document]:
        """Return a document for each job whose item or fact-check is ready to be searched."""
        items = [UUID(job.document_id) for job in jobs if job.kind is Kind.ITEM]
        checks = [UUID(job.document_id) for job in jobs if job.kind is Kind.FACT_CHECK]
        return [
            *map(self._of_item, archived_items(self._store.database, items)),
            *map(self._of_fact_check, self._store.fact_checks.get_many(checks)),
        ]

    def everything(self) -> Iterator[Document]:
        """Yield every document that the index should hold."""
        yield from map(self._of_fact_check, self._store.fact_checks.all())
        yield from map(self._of_item, all_archived(self._store.database))

    def _of_item(self, item: ArchivedItem) -> Document:
        published_at = item.published_at or item.first_seen_at
        return Document(
            id=str(item.id),
            kind=Kind.ITEM,
            title=item.title,
            text=item.text,
            url=item.url,
            source=item.source,
            platform=item.platform,
            published_at=published_at,
            labels=() if item.press else tuple(sorted(label.value for label in item.labels)),
            stance=item.stance,
            state=item.state,
            claim_id=str(item.claim_id),
            place=item.places,
            stage=stages_of(self._calendar, published_at.astimezone(self._zone).date()),
            priority=0.0 if item.press else item.priority,
            vector=item.embedding,
        )

    def _of_fact_check(self, check: FactCheck) -> Document:
        published_at = check.published_at or check.first_seen_at
        return Document(
            id=str(check.id),
            kind=Kind.FACT_CHECK,
            title=check.title,
            text=check.claim,
            url=check.url,
            source=check.publisher,
            platform="factcheck",
            published_at=published_at,
            state=check.verdict.value,
            stage=stages_of(self._calendar, published_at.astimezone(self._zone).date()),
            vector=check.embedding,
        )

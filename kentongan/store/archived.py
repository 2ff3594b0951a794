"""What the archive's index is told of each item, read in few and narrow queries.

Owns: those queries. A whole record is read through in minutes, where the views of the pages, which also
bring matches, spans and probabilities, would take many times as long. Leaves documents to `pipeline`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from kentongan.domain import Label
from kentongan.store.database import Database, batched
from kentongan.store.schema import AssessmentRow, ClaimRow, ItemPlaceRow, ItemRow

_PAGE = 1_000
_LABELS = tuple(Label)


@dataclass(frozen=True, slots=True)
class ArchivedItem:
    """An item that belongs to a claim; others are not in the archive."""

    id: UUID
    press: bool
    source: str
    platform: str
    url: str
    title: str
    text: str
    published_at: datetime | None
    first_seen_at: datetime
    labels: tuple[Label, ...]  # those it bears
    stance: str  # empty before it is assessed
    embedding: bytes
    claim_id: UUID
    state: str
    priority: float  # of its claim
    places: tuple[str, ...]  # as in ItemView


def archived_items(database: Database, keys: Sequence[UUID]) -> Iterator[ArchivedItem]:
    """Yield those of the items that belong to a claim, in the order of `keys`."""
    for some in batched(keys):
        with database.read() as session:
            found = {item.id: item for item in _read(session, ItemRow.id.in_(some), len(some))}
        yield from (found[key] for key in some if key in found)


def all_archived(database: Database) -> Iterator[ArchivedItem]:
    """Yield every item that belongs to a claim, by id, a page at a time."""
    after = UUID(int=0)
    while True:
        with database.read() as session:
            page = _read(session, ItemRow.id > after, _PAGE)
        yield from page
        if len(page) < _PAGE:
            return
        after = page[-1].id


def _read(session: Session, wanted: ColumnElement[bool], most: int) -> list[ArchivedItem]:
    rows = session.execute(
        select(
            ItemRow.id,
            ItemRow.press,
            ItemRow.source,
            ItemRow.platform,
            ItemRow.url,
            ItemRow.title,
            ItemRow.text,
            ItemRow.published_at,
            ItemRow.first_seen_at,
            AssessmentRow.stance,
            AssessmentRow.embedding,
            ItemRow.claim_id,
            ClaimRow.state,
            ClaimRow.priority,
            *(getattr(ItemRow, label.value) for label in _LABELS),
        )
        .join(ClaimRow, ClaimRow.id == ItemRow.claim_id)
        .outerjoin(AssessmentRow, AssessmentRow.id == ItemRow.assessment_id)
        .where(wanted)
        .order_by(ItemRow.id)
        .limit(most)
    ).all()
    places: dict[UUID, list[str]] = {}
    if rows:
        named = (
            select(ItemPlaceRow.item_id, ItemPlaceRow.place)
            .where(ItemPlaceRow.item_id.in_([row.id for row in rows]))
            .order_by(ItemPlaceRow.votes.desc(), ItemPlaceRow.place)
        )
        for item_id, place in session.execute(named):
            places.setdefault(item_id, []).append(place)
    return [
        ArchivedItem(
            id=row.id,
            press=row.press,
            source=row.source,
            platform=row.platform,
            url=row.url,
            title=row.title,
            text=row.text,
            published_at=row.published_at,
            first_seen_at=row.first_seen_at,
            labels=tuple(label for label in _LABELS if row._mapping[label.value]),
            stance=row.stance or "",
            embedding=row.embedding or b"",
            claim_id=row.claim_id,
            state=row.state,
            priority=row.priority,
            places=tuple(places.get(row.id, ())),
        )
        for row in rows
    ]

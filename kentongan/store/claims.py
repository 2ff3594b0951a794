"""Claims: the queue, one claim with everything around it, and keeping its summary true."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from kentongan.domain import Claim, ClaimId, ClaimState, Decision, Label, Lane, Review, SourceKind
from kentongan.errors import BadInput, NotFound
from kentongan.ids import new_id
from kentongan.store.database import Database
from kentongan.store.items import ItemView, view_items
from kentongan.store.reviewed import reviews_of
from kentongan.store.rows import claim_of, labels_in
from kentongan.store.schema import ClaimRow, ItemRow, SourceRow
from kentongan.triage import Sighting, decisions_for, lane_of, priority

MAX_ITEMS_SHOWN = 50


@dataclass(frozen=True, slots=True)
class QueueRow:
    """A claim in the queue, with the item that speaks for it: the flagged one of highest risk."""

    claim: Claim
    lead: ItemView
    decisions: frozenset[Decision]  # what may be decided now


@dataclass(frozen=True, slots=True)
class QueuePage:
    rows: tuple[QueueRow, ...]
    total: int
    cursor: str  # for the next page; empty after the last


@dataclass(frozen=True, slots=True)
class ClaimView:
    claim: Claim
    items: tuple[ItemView, ...]  # flagged first, then oldest first; at most MAX_ITEMS_SHOWN
    reviews: tuple[Review, ...]  # newest first
    decisions: frozenset[Decision]  # what may be decided now


class Claims:
    def __init__(self, database: Database) -> None:
        self._database = database

    def queue(
        self, lane: Lane, *, label: Label | None = None, cursor: str = "", limit: int = 25
    ) -> QueuePage:
        """Return a page of a lane, highest priority first. Raises BadInput for a bad cursor."""
        wanted = [ClaimRow.lane == lane.value]
        if label is not None:
            wanted.append(getattr(ClaimRow, label.value))
        page = list(wanted)
        if cursor:
            top, key = _read_cursor(cursor)
            page.append(or_(ClaimRow.priority < top, and_(ClaimRow.priority == top, ClaimRow.id > key)))
        with self._database.read() as session:
            total = session.scalar(select(func.count()).select_from(ClaimRow).where(*wanted)) or 0
            query = (
                select(ClaimRow).where(*page).order_by(ClaimRow.priority.desc(), ClaimRow.id).limit(limit + 1)
            )
            found = list(session.scalars(query))
            rows = tuple(_queue_row(session, row) for row in found[:limit])
        after = f"{found[limit - 1].priority!r}_{found[limit - 1].id}" if len(found) > limit else ""
        return QueuePage(rows, total, after)

    def lane_counts(self) -> Mapping[Lane, int]:
        """Return how many claims lie on each pile; empty piles are 0."""
        with self._database.read() as session:
            counts = dict(session.execute(select(ClaimRow.lane, func.count()).group_by(ClaimRow.lane)).all())
        return {lane: counts.get(lane.value, 0) for lane in Lane}

    def count(self) -> int:
        with self._database.read() as session:
            return session.scalar(select(func.count()).select_from(ClaimRow)) or 0

    def get(self, key: ClaimId) -> Claim:
        """Return one; raises NotFound."""
        found = self.get_many([key])
        if not found:
            raise NotFound("claim", key)
        return found[0]

    def get_many(self, keys: Iterable[UUID]) -> list[Claim]:
        """Return those that exist, in no order."""
        with self._database.read() as session:
            return [
                claim_of(row) for row in session.scalars(select(ClaimRow).where(ClaimRow.id.in_(list(keys))))
            ]

    def view(self, key: ClaimId) -> ClaimView:
        """Return a claim with its items, matches and history; raises NotFound."""
        with self._database.read() as session:
            row = session.get(ClaimRow, key)
            if row is None:
                raise NotFound("claim", key)
            items = session.scalars(
                select(ItemRow.id)
                .where(ItemRow.claim_id == key)
                .order_by(*_SPEAKS_FIRST)
                .limit(MAX_ITEMS_SHOWN)
            ).all()
            return ClaimView(
                claim=claim_of(row),
                items=tuple(view_items(session, items)),
                reviews=tuple(reviews_of(session, key)),
                decisions=decisions_for(ClaimState(row.state), sightings_of(session, key)),
            )


# The item that speaks for a claim: flagged before unflagged, riskiest, then the first seen.
_SPEAKS_FIRST = (ItemRow.risk.desc(), ItemRow.first_seen_at, ItemRow.id)


def _queue_row(session: Session, row: ClaimRow) -> QueueRow:
    offered = decisions_for(ClaimState(row.state), sightings_of(session, row.id))
    return QueueRow(claim_of(row), _lead(session, row.id), offered)


def _lead(session: Session, claim_id: UUID) -> ItemView:
    key = session.scalars(
        select(ItemRow.id).where(ItemRow.claim_id == claim_id).order_by(*_SPEAKS_FIRST).limit(1)
    ).one()
    return view_items(session, [key])[0]


def _read_cursor(cursor: str) -> tuple[float, UUID]:
    top, _, key = cursor.partition("_")
    try:
        return float(top), UUID(key)
    except ValueError as exc:
        raise BadInput(f"cursor {cursor!r} is not one that a page gave") from exc


def new_claim(session: Session, item: ItemRow, headline: str) -> ClaimId:
    """Add a claim for an item that is like no other; the caller refreshes it."""
    seen = item.published_at or item.first_seen_at
    row = ClaimRow(
        id=new_id(),
        headline=headline,
        lane=Lane.UNFLAGGED.value,
        state=ClaimState.NEW.value,
        priority=0.0,
        hoax=False,
        black_campaign=False,
        identity_politics=False,
        item_count=0,
        source_count=0,
        first_seen_at=seen,
        last_seen_at=seen,
        version=1,
    )
    session.add(row)
    session.flush()
    return ClaimId(row.id)


def refresh_claim(session: Session, claim: ClaimRow) -> None:
    """Bring a claim's summary up to date with its items, within the session's transaction."""
    sightings = sightings_of(session, claim.id)
    if not sightings:
        return
    for label in Label:
        setattr(claim, label.value, any(label in s.labels for s in sightings))
    claim.item_count, claim.source_count = len(sightings), len({s.source for s in sightings})
    seen = func.coalesce(ItemRow.published_at, ItemRow.first_seen_at)
    times = select(seen).where(ItemRow.claim_id == claim.id)
    claim.first_seen_at = session.scalars(times.order_by(seen).limit(1)).one()
    claim.last_seen_at = session.scalars(times.order_by(seen.desc()).limit(1)).one()
    claim.lane = lane_of(ClaimState(claim.state), sightings).value
    claim.priority = priority(sightings)


def sightings_of(session: Session, claim_id: UUID) -> list[Sighting]:
    """Return what triage needs to know of a claim's items."""
    rows = session.execute(
        select(ItemRow, SourceRow.kind).join(SourceRow).where(ItemRow.claim_id == claim_id)
    )
    return [
        Sighting(row.source, SourceKind(kind), labels_in(row), row.risk, row.refuted) for row, kind in rows
    ]

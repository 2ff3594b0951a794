"""Claims: the queue, and one claim with everything around it. Leaves their summaries to `summary`."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import Session

from kentongan.domain import Claim, ClaimId, ClaimState, Decision, Label, Lane, Review, SourceKind
from kentongan.errors import BadInput, NotFound
from kentongan.store.database import Database
from kentongan.store.items import ItemView, view_items
from kentongan.store.reviewed import reviews_of
from kentongan.store.rows import claim_of
from kentongan.store.schema import ClaimRow, ItemRow, SourceRow, TallyRow
from kentongan.store.spread import items_of
from kentongan.store.summary import leading, sightings_of
from kentongan.triage import decisions_for, speakers

MAX_ITEMS_SHOWN = 50


@dataclass(frozen=True, slots=True)
class QueueRow:
    """A claim in the queue, with the item that speaks for it: the flagged one of highest risk."""

    claim: Claim
    lead: ItemView
    checked: ItemView | None  # of the items that speak, the one with the surest match to a check
    refuted: bool  # a check refutes one of the items that speak
    decisions: frozenset[Decision]  # what may be decided now


@dataclass(frozen=True, slots=True)
class QueuePage:
    rows: tuple[QueueRow, ...]
    total: int
    cursor: str  # for the next page; empty after the last


@dataclass(frozen=True, slots=True)
class ClaimView:
    claim: Claim
    items: tuple[ItemView, ...]  # the one that speaks for the claim first; at most MAX_ITEMS_SHOWN
    checked: ItemView | None  # of the items that speak, the one with the surest match to a check
    refuted: bool  # a check refutes one of the items that speak
    reviews: tuple[Review, ...]  # newest first
    decisions: frozenset[Decision]  # what may be decided now


class Claims:
    def __init__(self, database: Database) -> None:
        self._database = database

    def queue(
        self, lane: Lane, *, label: Label | None = None, cursor: str = "", limit: int = 25
    ) -> QueuePage:
        """Return a page of a lane, highest priority first. Raises BadInput for a bad cursor.

        Outside the lane of the press, a label lists only claims that a public item bears it in (R9).
        """
        wanted: list[ColumnElement[bool]] = [ClaimRow.lane == lane.value]
        if label is not None:
            wanted.append(getattr(ClaimRow, label.value))
            if lane is not Lane.PRESS:
                wanted.append(_borne_in_public(label))
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
            rows = tuple(shown for row in found[:limit] if (shown := _queue_row(session, row)))
        after = f"{found[limit - 1].priority!r}_{found[limit - 1].id}" if len(found) > limit else ""
        return QueuePage(rows, total, after)

    def lane_counts(self) -> Mapping[Lane, int]:
        """Return how many claims lie on each pile; empty piles are 0."""
        with self._database.read() as session:
            counts = dict(session.execute(select(ClaimRow.lane, func.count()).group_by(ClaimRow.lane)).all())
        return {lane: counts.get(lane.value, 0) for lane in Lane}

    def count(self) -> int:
        """Return how many there are, those merged into another left out."""
        with self._database.read() as session:
            standing = select(func.count()).where(ClaimRow.merged_into.is_(None))
            return session.scalar(standing) or 0

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
            views = tuple(view_items(session, leading(session, key, MAX_ITEMS_SHOWN)))
            sightings = sightings_of(session, key)
            return ClaimView(
                claim=claim_of(row),
                items=views,
                checked=_surest(session, views[0]) if views else None,
                refuted=any(s.refuted for s in speakers(sightings)),
                reviews=tuple(reviews_of(session, key)),
                decisions=decisions_for(ClaimState(row.state), sightings),
            )


def _queue_row(session: Session, row: ClaimRow) -> QueueRow | None:
    """Return the row of a claim; None when its items went into another one this moment."""
    sightings, lead = sightings_of(session, row.id), _lead(session, row.id)
    if lead is None:
        return None
    return QueueRow(
        claim=claim_of(row),
        lead=lead,
        checked=_surest(session, lead),
        refuted=any(s.refuted for s in speakers(sightings)),
        decisions=decisions_for(ClaimState(row.state), sightings),
    )


def _lead(session: Session, claim_id: UUID) -> ItemView | None:
    return next(iter(view_items(session, leading(session, claim_id, 1))), None)


def _surest(session: Session, lead: ItemView) -> ItemView | None:
    """Return the item with the surest match, of those that speak for the claim as `lead` does.

    What the press wrote and what others posted are never judged by each other's checks (R9).
    """
    assert lead.item.claim_id is not None
    press = lead.item.source_kind is SourceKind.PRESS
    key = session.scalars(
        items_of(lead.item.claim_id, ItemRow.id)
        .where(ItemRow.press.is_(press), ItemRow.surest > 0)
        .order_by(ItemRow.surest.desc(), ItemRow.id)
        .limit(1)
    ).first()
    return view_items(session, [key])[0] if key else None


def _borne_in_public(label: Label) -> ColumnElement[bool]:
    return exists().where(
        TallyRow.claim_id == ClaimRow.id,
        TallyRow.source == SourceRow.name,
        SourceRow.kind != SourceKind.PRESS.value,
        getattr(TallyRow, label.value),
    )


def _read_cursor(cursor: str) -> tuple[float, UUID]:
    top, _, key = cursor.partition("_")
    try:
        return float(top), UUID(key)
    except ValueError as exc:
        raise BadInput(f"cursor {cursor!r} is not one that a page gave") from exc

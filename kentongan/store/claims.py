"""Claims: the queue, one claim with everything around it, and keeping its summary true."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import compress
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, or_, select
from sqlalchemy.orm import Session

from kentongan.domain import Claim, ClaimId, ClaimState, Decision, Label, Lane, Review, SourceKind
from kentongan.errors import BadInput, NotFound
from kentongan.headline import headline_of
from kentongan.ids import new_id
from kentongan.store.database import Database
from kentongan.store.items import ItemView, view_items
from kentongan.store.outbox import ITEM, enqueue
from kentongan.store.reviewed import reviews_of
from kentongan.store.rows import claim_of
from kentongan.store.schema import ClaimRow, ItemRow, MatchRow, SourceRow, UtcDateTime
from kentongan.triage import Sighting, decisions_for, lane_of, last_return, priority, speakers

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
            items = session.scalars(_in_order(key, ItemRow.id).limit(MAX_ITEMS_SHOWN)).all()
            views = tuple(view_items(session, items))
            sightings = sightings_of(session, key)
            return ClaimView(
                claim=claim_of(row),
                items=views,
                checked=_surest(session, views[0]) if views else None,
                refuted=any(s.refuted for s in speakers(sightings)),
                reviews=tuple(reviews_of(session, key)),
                decisions=decisions_for(ClaimState(row.state), sightings),
            )


_PRIORITY_STEPS = 2  # the index is told anew when the priority passes half a point


def _in_order(claim_id: UUID, *columns: Any) -> Select[Any]:
    """Return a query for a claim's items, the one that speaks for it first.

    Flagged before unflagged, public before press (R9), the riskiest, then the first seen.
    """
    public, flagged = SourceRow.kind != SourceKind.PRESS.value, ItemRow.risk > 0
    standing = case((and_(flagged, public), 0), (flagged, 1), (public, 2), else_=3)
    order = (standing, ItemRow.risk.desc(), ItemRow.first_seen_at, ItemRow.id)
    return (
        select(*columns)
        .select_from(ItemRow)
        .join(SourceRow)
        .where(ItemRow.claim_id == claim_id)
        .order_by(*order)
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
    key = session.scalars(_in_order(claim_id, ItemRow.id).limit(1)).first()
    return view_items(session, [key])[0] if key else None


def _surest(session: Session, lead: ItemView) -> ItemView | None:
    """Return the item with the surest match, of those that speak for the claim as `lead` does.

    What the press wrote and what others posted are never judged by each other's checks (R9).
    """
    press = SourceKind.PRESS.value
    same = SourceRow.kind == press if lead.item.source_kind is SourceKind.PRESS else SourceRow.kind != press
    key = session.scalars(
        select(ItemRow.id)
        .join(SourceRow)
        .join(MatchRow, MatchRow.item_id == ItemRow.id)
        .where(ItemRow.claim_id == lead.item.claim_id, same)
        .order_by(MatchRow.confirmed.desc(), MatchRow.probability.desc(), ItemRow.id)
        .limit(1)
    ).first()
    return view_items(session, [key])[0] if key else None


def _borne_in_public(label: Label) -> ColumnElement[bool]:
    return exists().where(
        ItemRow.claim_id == ClaimRow.id,
        ItemRow.source == SourceRow.name,
        SourceRow.kind != SourceKind.PRESS.value,
        getattr(ItemRow, label.value),
    )


def _read_cursor(cursor: str) -> tuple[float, UUID]:
    top, _, key = cursor.partition("_")
    try:
        return float(top), UUID(key)
    except ValueError as exc:
        raise BadInput(f"cursor {cursor!r} is not one that a page gave") from exc


def new_claim(session: Session, item: ItemRow) -> ClaimId:
    """Add a claim for an item that is like no other; the caller refreshes it."""
    seen = item.published_at or item.first_seen_at
    row = ClaimRow(
        id=new_id(),
        headline="",
        lane=Lane.UNFLAGGED.value,
        state=ClaimState.NEW.value,
        priority=0.0,
        hoax=False,
        black_campaign=False,
        identity_politics=False,
        item_count=0,
        source_count=0,
        voice_count=0,
        first_seen_at=seen,
        last_seen_at=seen,
        version=1,
    )
    session.add(row)
    session.flush()
    return ClaimId(row.id)


def refresh_claim(session: Session, claim: ClaimRow) -> bool:
    """Bring a claim's summary up to date with its items, within the session's transaction.

    Tells whether its lane or priority changed enough for all its items to be indexed anew.
    A claim that lost its last item keeps its reviews and leaves the queue.
    """
    before = (claim.lane, round(claim.priority * _PRIORITY_STEPS))
    sightings = sightings_of(session, claim.id)
    speaking = speakers(sightings)
    for label in Label:
        setattr(claim, label.value, any(label in s.labels for s in speaking))
    claim.item_count, claim.source_count = sum(s.items for s in sightings), len({s.source for s in sightings})
    claim.voice_count = len({s.voice for s in sightings})
    claim.lane = (lane_of(ClaimState(claim.state), sightings) if sightings else Lane.UNFLAGGED).value
    claim.priority = priority(sightings)
    if sightings:
        days = _days_seen(session, claim.id)
        claim.first_seen_at, claim.last_seen_at = days[0][1], max(last for _, _, last in days)
        claim.resurfaced_at = last_return([(day, first) for day, first, _ in days])
        title, text = session.execute(_in_order(claim.id, ItemRow.title, ItemRow.text).limit(1)).one()
        claim.headline = headline_of(f"{title}\n{text}" if title else text)
    return before != (claim.lane, round(claim.priority * _PRIORITY_STEPS))


def refresh_and_tell(session: Session, claim_id: UUID, *changed: UUID) -> None:
    """Refresh a claim and queue its `changed` items for the index; all of its items where they
    would now be found otherwise."""
    if refresh_claim(session, session.get_one(ClaimRow, claim_id, with_for_update=True)):
        enqueue(session, ITEM, *session.scalars(select(ItemRow.id).where(ItemRow.claim_id == claim_id)))
    else:
        enqueue(session, ITEM, *changed)


def sightings_of(session: Session, claim_id: UUID) -> list[Sighting]:
    """Return what triage needs to know of a claim's items, those alike to it as one; no texts are read."""
    flags = [getattr(ItemRow, label.value) for label in Label]
    kinds = (ItemRow.source, SourceRow.kind, ItemRow.voice, ItemRow.refuted, *flags)
    rows = session.execute(
        select(func.count(), func.max(ItemRow.risk), *kinds)
        .select_from(ItemRow)
        .join(SourceRow)
        .where(ItemRow.claim_id == claim_id)
        .group_by(*kinds)
        .order_by(*kinds)
    )
    return [
        Sighting(
            source, SourceKind(kind), frozenset(compress(Label, marks)), risk, refuted, voice or source, count
        )
        for count, risk, source, kind, voice, refuted, *marks in rows
    ]


def _days_seen(session: Session, claim_id: UUID) -> list[tuple[date, datetime, datetime]]:
    """Return the days on which a claim was seen, in order, with the first and last sighting of each."""
    seen = func.coalesce(ItemRow.published_at, ItemRow.first_seen_at)
    first, last = func.min(seen, type_=UtcDateTime()), func.max(seen, type_=UtcDateTime())
    rows = session.execute(
        select(first, last).where(ItemRow.claim_id == claim_id).group_by(func.date(seen)).order_by(first)
    )
    return [(first.date(), first, last) for first, last in rows]

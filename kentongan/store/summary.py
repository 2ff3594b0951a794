"""A claim's summary, kept true: what its row says of its items, at a cost that does not grow with them.

Owns: reading the tallies that the database keeps (`TallyRow`), the items that speak for a claim, and
writing the claim's row from them. What is read is bounded by the claim's sources, not by its items.
"""

from collections.abc import Sequence
from datetime import datetime
from itertools import compress
from math import log
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import Session

from kentongan.domain import ClaimId, ClaimState, Label, Lane, Platform, SourceKind, Stance
from kentongan.headline import headline_of
from kentongan.ids import new_id
from kentongan.sampling import is_drawn
from kentongan.store.database import now
from kentongan.store.marks import marks_of, place_bits
from kentongan.store.outbox import ITEM, enqueue
from kentongan.store.samples import keep_draw
from kentongan.store.schema import AssessmentRow, ClaimRow, ItemRow, SourceRow, TallyRow
from kentongan.store.schema_queue import ClaimPlaceRow
from kentongan.store.spread import SEEN, items_of
from kentongan.triage import SILENCE, Sighting, lane_of, priority, speakers
from kentongan.urgency import is_about_election

_GROWTH = 1.2  # items are indexed anew when their claim's priority grew or fell by about so much


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
        parted=False,
        laned_at=now(),
    )
    session.add(row)
    session.flush()
    return ClaimId(row.id)


def refresh_claim(session: Session, claim: ClaimRow) -> bool:
    """Bring a claim's summary up to date with its items, within the session's transaction.

    Tells whether its lane or priority changed enough for all its items to be indexed anew.
    A claim that lost its last item keeps its reviews and leaves the queue.
    """
    before = (claim.lane, _step(claim.priority))
    sightings = sightings_of(session, claim.id)
    labels = frozenset().union(*(s.labels for s in speakers(sightings)))
    for label in Label:
        setattr(claim, label.value, label in labels)
    claim.item_count, claim.source_count = sum(s.items for s in sightings), len({s.source for s in sightings})
    claim.voice_count = len({s.voice for s in sightings})
    claim.priority = 0.0
    claim.lead_id, claim.checked_id, claim.marks, claim.election = None, None, 0, False
    claim.place_bits = place_bits(
        session.scalars(select(ClaimPlaceRow.place).where(ClaimPlaceRow.claim_id == claim.id))
    )
    if sightings:
        lead = session.get_one(ItemRow, leading(session, claim.id, 1)[0])
        claim.lead_id, claim.checked_id = lead.id, _surest(session, lead)
        claim.marks = _marks(session, claim, lead, sightings, labels)
        claim.election = Label.BLACK_CAMPAIGN in labels or is_about_election(f"{lead.title}\n{lead.text}")
        claim.priority = priority(lead.risk, sightings)
        claim.headline = headline_of(f"{lead.title}\n{lead.text}" if lead.title else lead.text)
        claim.first_seen_at = session.execute(_seen(claim.id, SEEN)).scalar_one()
        claim.last_seen_at = session.execute(_seen(claim.id, SEEN.desc())).scalar_one()
        claim.resurfaced_at = _last_return(session, claim.id, claim.last_seen_at)
    _put_into_lane(session, claim, sightings)
    return before != (claim.lane, _step(claim.priority))


def refresh_lane(session: Session, claim: ClaimRow) -> bool:
    """Bring only a claim's lane up to date, after a decision or a vote: its items are as they were.

    Tells whether it is another one, so that all its items are to be indexed anew.
    """
    before = claim.lane
    _put_into_lane(session, claim, sightings_of(session, claim.id))
    return before != claim.lane


def refresh_and_tell(session: Session, claim_id: UUID, *changed: UUID) -> None:
    """Refresh a claim and queue its `changed` items for the index; all of its items where they
    would now be found otherwise."""
    if refresh_claim(session, session.get_one(ClaimRow, claim_id, with_for_update=True)):
        enqueue(session, ITEM, *session.scalars(select(ItemRow.id).where(ItemRow.claim_id == claim_id)))
    else:
        enqueue(session, ITEM, *changed)


def _put_into_lane(session: Session, claim: ClaimRow, sightings: Sequence[Sighting]) -> None:
    lane = lane_of(ClaimState(claim.state), sightings, waits=claim.waits) if sightings else Lane.UNFLAGGED
    if sightings and lane is Lane.UNFLAGGED and is_drawn(claim.id):
        lane = Lane.SAMPLE
    if claim.lane != lane.value:
        claim.lane, claim.laned_at = lane.value, now()
        if claim.queued_at is None and lane in (Lane.NEW, Lane.PRESS):
            claim.queued_at = claim.laned_at
    keep_draw(session, claim)


def sightings_of(session: Session, claim_id: UUID) -> list[Sighting]:
    """Return what triage needs to know of a claim's items, those alike to it as one; no items are read."""
    key = (TallyRow.source, TallyRow.voice, TallyRow.refuted, *(getattr(TallyRow, x.value) for x in Label))
    rows = session.execute(
        select(SourceRow.kind, TallyRow.items, *key)
        .join(SourceRow, SourceRow.name == TallyRow.source)
        .where(TallyRow.claim_id == claim_id)
        .order_by(*key)
    )
    return [
        Sighting(source, SourceKind(kind), frozenset(compress(Label, marks)), refuted, voice or source, items)
        for kind, items, source, voice, refuted, *marks in rows
    ]


def leading(session: Session, claim_id: UUID, limit: int) -> list[UUID]:
    """Return up to `limit` of a claim's items, the one that speaks for it first.

    Flagged before unflagged, public before press (R9), the riskiest, then the first seen.
    """
    found: list[tuple[bool, bool, UUID]] = []
    for press in (False, True):
        rows = session.execute(
            items_of(claim_id, ItemRow.risk, ItemRow.id)
            .where(ItemRow.press.is_(press))
            .order_by(ItemRow.risk.desc(), ItemRow.first_seen_at, ItemRow.id)
            .limit(limit)
        )
        found += [(risk == 0, press, key) for risk, key in rows]
    return [key for _, _, key in sorted(found, key=lambda item: item[:2])[:limit]]


def _surest(session: Session, lead: ItemRow) -> UUID | None:
    """Return the item with the surest match, of those that speak for the claim as `lead` does.

    What the press wrote and what others posted are never judged by each other's checks (R9).
    """
    assert lead.claim_id is not None
    return session.scalars(
        items_of(lead.claim_id, ItemRow.id)
        .where(ItemRow.press.is_(lead.press), ItemRow.surest > 0)
        .order_by(ItemRow.surest.desc(), ItemRow.id)
        .limit(1)
    ).first()


def _marks(
    session: Session, claim: ClaimRow, lead: ItemRow, sightings: list[Sighting], labels: frozenset[Label]
) -> int:
    stance = session.scalar(select(AssessmentRow.stance).where(AssessmentRow.id == lead.assessment_id))
    of = items_of(claim.id, ItemRow.id)
    there = select(*(of.where(ItemRow.platform == platform.value).exists() for platform in Platform))
    platforms = compress(Platform, session.execute(there).one())
    kinds = {s.source_kind for s in sightings}
    press = {s.source_kind for s in speakers(sightings)} == {SourceKind.PRESS}
    stances = [Stance(stance)] if stance else []
    checked = claim.checked_id is not None
    return marks_of([*labels, *stances, *platforms, *kinds], press=press, checked=checked)


def _step(weight: float) -> int:
    return round(log(1 + weight, _GROWTH))


def _last_return(session: Session, claim_id: UUID, last: datetime) -> datetime | None:
    """Return when a claim was last seen again after `SILENCE`; None when it never was silent so long.

    Walks back from the `last` sighting by at least SILENCE a step, whatever lies between.
    """
    while True:
        near = _seen(claim_id, SEEN).where(last - SILENCE < SEEN, last >= SEEN)
        start = session.execute(near).scalar_one()
        before = session.execute(_seen(claim_id, SEEN.desc()).where(start > SEEN)).scalar_one_or_none()
        if before is None:
            return None
        if start - before >= SILENCE:
            found: datetime = start
            return found
        last = before


def _seen(claim_id: UUID, order: ColumnElement[Any]) -> Select[Any]:
    """Return a query for one end of when a claim was seen: as `min` and `max`, PostgreSQL would read all
    in between where it does not know how many there are."""
    return items_of(claim_id, SEEN).order_by(order).limit(1)

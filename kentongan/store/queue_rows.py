"""What rows of the queue show of their claims, for a page at once; the cost does not grow with items."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import compress
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kentongan.domain import Claim, ClaimState, Decision, Label, SourceKind
from kentongan.queueing import SPREAD_DAYS, Asked
from kentongan.store.items import ItemView, view_items
from kentongan.store.rows import claim_of
from kentongan.store.schema import ClaimRow, SourceRow, TallyRow
from kentongan.store.schema_queue import ClaimHourRow, ClaimPlaceRow
from kentongan.triage import Sighting, decisions_for, needs_two, speakers

PLACES_SHOWN = 3
_DAY = 24  # hours


@dataclass(frozen=True, slots=True)
class QueueRow:
    """A claim in the queue, with the item that speaks for it: the flagged one of highest risk."""

    claim: Claim
    lead: ItemView
    checked: ItemView | None  # of the items that speak, the one with the surest match to a check
    refuted: bool  # a check refutes one of the items that speak
    decisions: frozenset[Decision]  # what may be decided now
    needs_two: bool  # a decision is one of two votes
    days: tuple[int, ...]  # items seen on each of SPREAD_DAYS days, today last
    places: tuple[tuple[str, int], ...]  # code and how many items speak of it: PLACES_SHOWN, most first


def read_rows(session: Session, keys: Sequence[UUID], asked: Asked) -> tuple[QueueRow, ...]:
    """Read all that the rows show in a fixed number of queries, whatever their claims hold."""
    if not keys:
        return ()
    claims = {row.id: row for row in session.scalars(select(ClaimRow).where(ClaimRow.id.in_(keys)))}
    items = {key for row in claims.values() for key in (row.lead_id, row.checked_id) if key}
    views = {view.item.id: view for view in view_items(session, list(items))}
    sightings, days = _sightings(session, keys), _days(session, keys, asked)
    places = _places(session, keys)
    found = []
    for key in keys:
        row = claims.get(key)
        lead = views.get(row.lead_id) if row and row.lead_id else None  # type: ignore[call-overload]
        if row is None or lead is None or lead.item.claim_id != key:
            continue  # its items went into another claim this moment
        seen = sightings.get(key, [])
        found.append(
            QueueRow(
                claim=claim_of(row),
                lead=lead,
                checked=views.get(row.checked_id) if row.checked_id else None,  # type: ignore[call-overload]
                refuted=any(s.refuted for s in speakers(seen)),
                decisions=decisions_for(ClaimState(row.state), seen),
                needs_two=needs_two(seen, special=row.special),
                days=days.get(key, (0,) * SPREAD_DAYS),
                places=tuple(places.get(key, [])[:PLACES_SHOWN]),
            )
        )
    return tuple(found)


def _sightings(session: Session, keys: Iterable[UUID]) -> Mapping[UUID, list[Sighting]]:
    """Return what tells what may be decided: of sources of one kind and with the same labels, one for all."""
    marked = (TallyRow.refuted, *(getattr(TallyRow, label.value) for label in Label))
    query = (
        select(TallyRow.claim_id, SourceRow.kind, *marked)
        .join(SourceRow, SourceRow.name == TallyRow.source)
        .where(TallyRow.claim_id.in_(keys))
        .distinct()
    )
    found: dict[UUID, list[Sighting]] = {}
    for claim_id, kind, refuted, *labels in session.execute(query):
        sighting = Sighting(kind, SourceKind(kind), frozenset(compress(Label, labels)), refuted)
        found.setdefault(claim_id, []).append(sighting)
    return found


def _days(session: Session, keys: Iterable[UUID], asked: Asked) -> Mapping[UUID, tuple[int, ...]]:
    day = (ClaimHourRow.hour - asked.first_hour) // _DAY
    query = (
        select(ClaimHourRow.claim_id, day.label("day"), func.sum(ClaimHourRow.items))
        .where(
            ClaimHourRow.claim_id.in_(keys),
            ClaimHourRow.hour >= asked.first_hour,
            ClaimHourRow.hour < asked.first_hour + SPREAD_DAYS * _DAY,
        )
        .group_by(ClaimHourRow.claim_id, "day")
    )
    found: dict[UUID, list[int]] = {}
    for key, number, items in session.execute(query):
        found.setdefault(key, [0] * SPREAD_DAYS)[int(number)] = int(items)
    return {key: tuple(days) for key, days in found.items()}


def _places(session: Session, keys: Iterable[UUID]) -> Mapping[UUID, list[tuple[str, int]]]:
    found: dict[UUID, list[tuple[str, int]]] = {}
    for key, place, items in session.execute(
        select(ClaimPlaceRow.claim_id, ClaimPlaceRow.place, ClaimPlaceRow.items)
        .where(ClaimPlaceRow.claim_id.in_(keys))
        .order_by(ClaimPlaceRow.items.desc(), ClaimPlaceRow.place)
    ):
        found.setdefault(key, []).append((place, items))
    return found


def first_hour(midnight: datetime) -> int:
    """Return the hour of UTC since 1970 in which the oldest day of the small charts begins.

    `midnight`: of today, in the city's zone, which lies whole hours from UTC.
    """
    return int((midnight - timedelta(days=SPREAD_DAYS - 1)).timestamp()) // 3600

"""Finding claims in a lane: in order, page by page, filtered and counted, at a cost that is bounded.

The order is priority x lift, and only claims about elections are lifted: so a lane is two streams, each in
the order of one index, and a page is merged from the heads of both. A cursor names the last row shown and the
lift its walk began with, so that a walk over midnight keeps its order.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from heapq import merge
from itertools import islice, product
from math import isfinite
from uuid import UUID

from sqlalchemy import ColumnElement, ScalarSelect, and_, exists, func, literal, or_, select, true
from sqlalchemy.orm import Session, aliased

from kentongan.domain import ClaimId, Lane
from kentongan.errors import BadInput
from kentongan.queueing import Asked, Holding, Wanted
from kentongan.store import marks
from kentongan.store.database import Database
from kentongan.store.queue_rows import QueueRow, read_rows
from kentongan.store.schema import ClaimRow
from kentongan.store.schema_leases import LeaseRow
from kentongan.store.schema_queue import ClaimPlaceRow
from kentongan.urgency import MOST_LIFT

_SLACK = 1 + 1e-9  # a bound for the index is a little wide; what is exact is asked beside it
_MOST_LIFT = 1 + MOST_LIFT
ANSWERED = 1024.0
"""What an answer from the field adds to a weight: more than any priority, lifted as it may be."""


@dataclass(frozen=True, slots=True)
class QueuePage:
    rows: tuple[QueueRow, ...]
    total: int  # of all pages; COUNTED at most
    cursor: str  # for the next page; empty after the last


@dataclass(frozen=True, slots=True)
class Pulse:
    """What became of a page since it was shown."""

    counts: Mapping[Lane, int]
    arrived: int  # claims that came into the lane since and meet its filters; ARRIVED_COUNTED at most
    left: tuple[ClaimId, ...]  # of those on the page, that lie in the lane no more


ARRIVED_COUNTED = 100
COUNTED = 10_000
"""Claims of a lane, or of what it is narrowed to, are counted so far: closed ones only ever become more."""


@dataclass(frozen=True, slots=True)
class _Cursor:
    """The last row shown; `weight` is its priority x lift."""

    lane: Lane
    lift: float
    weight: float
    key: UUID

    def __str__(self) -> str:
        return f"{self.lane.value}_{self.lift!r}_{self.weight!r}_{self.key}"


def read_page(
    database: Database, lane: Lane, wanted: Wanted, asked: Asked, *, cursor: str, limit: int
) -> QueuePage:
    """Return a page of a lane. Raises BadInput for a cursor that no page gave, Illegal."""
    wanted.check(lane, asked.user_id)
    where, after = _where(lane, wanted, asked), _read_cursor(cursor, lane) if cursor else None
    lift = after.lift if after else asked.lift
    with database.read() as session:
        found = _first(session, where, wanted, lift, after, limit + 1, answered=lane is Lane.VERIFICATION)
        total = _count(session, where)
        rows = read_rows(session, [key for _, key in found[:limit]], asked)
    onward = str(_Cursor(lane, lift, *found[limit - 1])) if len(found) > limit else ""
    return QueuePage(rows, total, onward)


def read_pulse(
    database: Database,
    lane: Lane,
    wanted: Wanted,
    asked: Asked,
    *,
    since: datetime,
    shown: Sequence[ClaimId],
) -> Pulse:
    """Return what is new in a lane since a page of it was shown. Raises Illegal."""
    wanted.check(lane, asked.user_id)
    arrived = (
        select(ClaimRow.id)
        .where(*_where(lane, wanted, asked), ClaimRow.laned_at > since)
        .limit(ARRIVED_COUNTED)
        .subquery()
    )
    with database.read() as session:
        there = session.execute(select(ClaimRow.id, ClaimRow.lane).where(ClaimRow.id.in_(shown)))
        still = {key for key, name in there if name == lane.value}
        return Pulse(
            counts=count_lanes(session),
            arrived=session.scalar(select(func.count()).select_from(arrived)) or 0,
            left=tuple(key for key in shown if key not in still),
        )


def count_lanes(session: Session) -> Mapping[Lane, int]:
    """Return how many claims lie in each lane of the queue, COUNTED at most; the unflagged are left out."""
    lanes = [lane for lane in Lane if lane is not Lane.UNFLAGGED]
    counts = session.execute(select(*(_counted([ClaimRow.lane == lane.value]) for lane in lanes))).one()
    return dict(zip(lanes, counts, strict=True))


def rows_of(database: Database, keys: Sequence[ClaimId], asked: Asked) -> tuple[QueueRow, ...]:
    """Return the rows of these claims, in their order; those whose items went into another are left out."""
    with database.read() as session:
        return read_rows(session, keys, asked)


def _where(lane: Lane, wanted: Wanted, asked: Asked) -> list[ColumnElement[bool]]:
    where: list[ColumnElement[bool]] = [ClaimRow.lane == lane.value]
    bits = marks.Wanted()
    for value in (wanted.label, wanted.stance, wanted.platform, wanted.kind):
        if value is not None:
            bits = bits.having(marks.bit_of(value))
    if wanted.label is not None and lane is not Lane.PRESS:
        bits = bits.lacking(marks.PRESS)  # what the press wrote is found by no label elsewhere (R9)
    if wanted.checked is not None:
        bits = bits.having(marks.CHECKED) if wanted.checked else bits.lacking(marks.CHECKED)
    if bits.mask:
        where.append(ClaimRow.marks.bitwise_and(bits.mask) == bits.value)
    if wanted.election is not None:
        where.append(ClaimRow.election.is_(wanted.election))
    if wanted.age is not None:
        since, until = wanted.age.span(asked.at)
        where += [ClaimRow.first_seen_at >= since] if since else []
        where += [ClaimRow.first_seen_at < until] if until else []
    if wanted.places:
        where.append(ClaimRow.place_bits.bitwise_and(marks.place_bits(wanted.places)) != 0)
        where.append(
            exists().where(ClaimPlaceRow.claim_id == ClaimRow.id, ClaimPlaceRow.place.in_(wanted.places))
        )
    if wanted.held is not None:
        held = select(LeaseRow.claim_id).where(LeaseRow.until > asked.at)
        mine = held.where(LeaseRow.user_id == asked.user_id)
        where.append(ClaimRow.id.in_(mine) if wanted.held is Holding.ME else ClaimRow.id.not_in(held))
    return where


def _first(
    session: Session,
    where: Sequence[ColumnElement[bool]],
    wanted: Wanted,
    lift: float,
    after: _Cursor | None,
    limit: int,
    *,
    answered: bool,
) -> list[tuple[float, UUID]]:
    """Return weight and id of the first claims after a row: the heaviest first, of equals the newest.

    With `answered`, what the field has answered comes before all else.
    """
    streams = [True, False] if wanted.election is None else [wanted.election]
    parts: list[tuple[float, ColumnElement[bool]]] = [(0.0, true())]
    if answered:  # these are few, and an index of their own has them
        other = aliased(ClaimRow)
        those = select(other.id).where(other.answered_at.is_not(None))
        parts = [(ANSWERED, ClaimRow.answered_at.is_not(None)), (0.0, ClaimRow.id.not_in(those))]
    heads = []
    for election, (ahead, part) in product(streams, parts):
        factor = lift if election else 1.0
        query = select(ClaimRow.id, ClaimRow.priority).where(*where, ClaimRow.election.is_(election), part)
        if after is not None:
            weight = ClaimRow.priority * factor + ahead
            query = query.where(
                ClaimRow.priority <= (after.weight - ahead) / factor * _SLACK,
                or_(weight < after.weight, and_(weight == after.weight, ClaimRow.id < after.key)),
            )
        query = query.order_by(ClaimRow.priority.desc(), ClaimRow.id.desc()).limit(limit)
        heads.append([(priority * factor + ahead, key) for key, priority in session.execute(query)])
    return list(islice(merge(*heads, reverse=True), limit))


def _count(session: Session, where: Sequence[ColumnElement[bool]]) -> int:
    return session.scalar(select(_counted(where))) or 0


def _counted(where: Sequence[ColumnElement[bool]]) -> ScalarSelect[int]:
    found = select(literal(1)).select_from(ClaimRow).where(*where).limit(COUNTED).subquery()
    return select(func.count()).select_from(found).scalar_subquery()


def _read_cursor(cursor: str, lane: Lane) -> _Cursor:
    """Return what a page of this lane gave; raises BadInput."""
    try:
        name, lift, weight, key = cursor.split("_")
        read = _Cursor(Lane(name), float(lift), float(weight), UUID(key))
    except ValueError as exc:
        raise BadInput(f"cursor {cursor!r} is not one that a page gave") from exc
    if not (read.lane is lane and isfinite(read.weight) and 1 <= read.lift <= _MOST_LIFT):
        raise BadInput(f"cursor {cursor!r} is not one that a page gave")
    return read

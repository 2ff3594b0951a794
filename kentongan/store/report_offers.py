"""Which claims a report may be made of: decided on, seen in its days, spoken of in its area."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, case, exists, func, select

from kentongan.domain import Claim, ClaimId, ClaimState, Lane
from kentongan.reports.drafting import REPORTABLE
from kentongan.reports.kinds import Period
from kentongan.store.database import Database
from kentongan.store.rows import claim_of
from kentongan.store.schema import ClaimRow
from kentongan.store.schema_queue import ClaimHourRow, ClaimPlaceRow

OFFERED = 60
_FIRST = (ClaimState.ESCALATED, ClaimState.NEEDS_VERIFICATION, ClaimState.WATCHING, ClaimState.NOTED)
_LANES = (Lane.ESCALATED, Lane.VERIFICATION, Lane.WATCHING, Lane.PRESS, Lane.CLOSED, Lane.SECOND)
_HOUR = 3600  # seconds


@dataclass(frozen=True, slots=True)
class Offer:
    """Claims to choose from, the most pressing first; `total` counts those left out too."""

    claims: tuple[Claim, ...]
    total: int


def offer(database: Database, places: Sequence[str], period: Period, zone: ZoneInfo) -> Offer:
    """Return the claims of a period in these places (codes; none: everywhere), OFFERED at most."""
    where = _where(places, period, zone)
    order = case({state.value: place for place, state in enumerate(_FIRST)}, value=ClaimRow.state)
    query = select(ClaimRow).where(*where).order_by(order, ClaimRow.priority.desc(), ClaimRow.id)
    with database.read() as session:
        total = session.scalar(select(func.count()).select_from(ClaimRow).where(*where)) or 0
        return Offer(tuple(claim_of(row) for row in session.scalars(query.limit(OFFERED))), total)


def within(
    database: Database, keys: Iterable[ClaimId], places: Sequence[str], period: Period, zone: ZoneInfo
) -> frozenset[ClaimId]:
    """Return which of these claims lie in the places and days."""
    asked, where = list(keys), _where(places, period, zone)
    if not asked:
        return frozenset()
    with database.read() as session:
        found = session.scalars(select(ClaimRow.id).where(ClaimRow.id.in_(asked), *where))
        return frozenset(ClaimId(key) for key in found)


def _where(places: Sequence[str], period: Period, zone: ZoneInfo) -> list[ColumnElement[bool]]:
    begins, ends = (
        datetime.combine(day, time(), zone).astimezone(UTC)
        for day in (period.since, period.until + timedelta(days=1))
    )
    seen = exists().where(
        ClaimHourRow.claim_id == ClaimRow.id,
        ClaimHourRow.hour >= int(begins.timestamp()) // _HOUR,
        ClaimHourRow.hour < int(ends.timestamp()) // _HOUR,
    )
    found = [
        ClaimRow.last_seen_at >= begins,  # said beside `seen`: by these the index finds the few of those days
        ClaimRow.first_seen_at < ends,
        ClaimRow.lane.in_([lane.value for lane in _LANES]),
        ClaimRow.state.in_([state.value for state in REPORTABLE]),
        ClaimRow.merged_into.is_(None),
        seen,
    ]
    if places:
        found.append(exists().where(ClaimPlaceRow.claim_id == ClaimRow.id, ClaimPlaceRow.place.in_(places)))
    return found

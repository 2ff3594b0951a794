"""When a claim's items were seen: counted by hour, day or week of the city's zone.

The zones of Indonesia are whole hours from UTC and have no summer time: every step is
equally long.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ColumnElement, Select, cast, extract, func, select
from sqlalchemy.orm import Session

from kentongan.store.database import Database
from kentongan.store.schema import ItemRow, SourceRow
from kentongan.store.schema_queue import ClaimHourRow

MAX_BUCKETS = 72
EARLIEST_READ = 500
_HOUR = 3600  # seconds

SEEN = func.coalesce(ItemRow.published_at, ItemRow.first_seen_at, type_=ItemRow.first_seen_at.type)
"""When an item was published, or first seen where that is unknown."""


class Step(StrEnum):
    """How long one bar of the spread is."""

    HOUR = "hour"
    DAY = "day"
    WEEK = "week"


LENGTH = {Step.HOUR: timedelta(hours=1), Step.DAY: timedelta(days=1), Step.WEEK: timedelta(weeks=1)}


@dataclass(frozen=True, slots=True)
class Spread:
    """How many items were seen in each step, without gaps, in the city's zone.

    The newest MAX_BUCKETS weeks at most; `before` is how many items are older.
    """

    step: Step
    starts: tuple[datetime, ...]  # aware, in the city's zone
    counts: tuple[int, ...]
    before: int


def buckets(first: datetime, last: datetime) -> tuple[Step, datetime, int]:
    """Return the step, the first bucket's start and how many there are up to `last`.

    Hours while they are MAX_BUCKETS at most, then days, then weeks; of those the newest.
    """
    for step in Step:
        start = _start_of(first, step)
        count = (last - start) // LENGTH[step] + 1
        if count <= MAX_BUCKETS:
            return step, start, count
    return Step.WEEK, start + (count - MAX_BUCKETS) * LENGTH[Step.WEEK], MAX_BUCKETS


def _start_of(moment: datetime, step: Step) -> datetime:
    if step is Step.HOUR:
        return moment.replace(minute=0, second=0, microsecond=0)
    midnight = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight - timedelta(days=midnight.weekday()) if step is Step.WEEK else midnight


def items_of(claim_id: UUID, *columns: Any) -> Select[Any]:
    """Return a query over a claim's items."""
    return select(*columns).select_from(ItemRow).where(ItemRow.claim_id == claim_id)


def spread_of(hours: Mapping[datetime, int], first: datetime, last: datetime) -> Spread:
    """Return how a claim's items lie between the first and the last, both in the city's zone.

    `hours` are all of its items by the beginning of their hour, in any zone.
    """
    step, start, count = buckets(first, last)
    found: Counter[int] = Counter()
    for at, items in hours.items():
        found[(at - start) // LENGTH[step]] += items
    return Spread(
        step,
        tuple(start + n * LENGTH[step] for n in range(count)),
        tuple(found[n] for n in range(count)),
        before=sum(items for n, items in found.items() if n < 0),
    )


def claim_hours(session: Session, claim_id: UUID) -> Mapping[datetime, int]:
    """Return how many items of a claim were seen in each hour of UTC, as the record keeps count."""
    rows = session.execute(
        select(ClaimHourRow.hour, ClaimHourRow.items).where(ClaimHourRow.claim_id == claim_id)
    )
    return {datetime.fromtimestamp(hour * _HOUR, UTC): items for hour, items in rows}


def hours_of(session: Session, database: Database, which: ColumnElement[bool]) -> Mapping[datetime, int]:
    """Return how many of these items were seen in each hour of UTC; hours without any are left out."""
    epoch: ColumnElement[Any] = extract("epoch", SEEN)
    if not database.is_sqlite:  # which has whole seconds already
        epoch = cast(func.floor(epoch), BigInteger)
    hour = (epoch // _HOUR).label("hour")
    rows = session.execute(select(hour, func.count()).select_from(ItemRow).where(which).group_by("hour"))
    return {datetime.fromtimestamp(int(at) * _HOUR, UTC): count for at, count in rows}


def first_sightings(session: Session, claim_id: UUID, limit: int) -> list[tuple[str, datetime]]:
    """Return the sources that had a claim first, by their titles, and when; the first one first.

    Fewer than there are where some had it after EARLIEST_READ items of others.
    """
    earliest = items_of(claim_id, ItemRow.source, SEEN.label("seen")).order_by(SEEN).limit(EARLIEST_READ)
    found: dict[str, datetime] = {}
    for source, at in session.execute(earliest):
        found.setdefault(source, at)
        if len(found) == limit:
            break
    titles = dict(
        session.execute(select(SourceRow.name, SourceRow.title).where(SourceRow.name.in_(list(found)))).all()
    )
    return [(titles[source], at) for source, at in found.items()]

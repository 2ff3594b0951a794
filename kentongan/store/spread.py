"""When a claim's items were seen: counted by hour, day or week of the city's zone.

The zones of Indonesia are whole hours from UTC and have no summer time: every step is
equally long.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ColumnElement, Select, cast, extract, func, select
from sqlalchemy.orm import Session

from kentongan.store.database import Database
from kentongan.store.schema import ItemRow

MAX_BUCKETS = 72

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


def read_spread(
    session: Session, database: Database, claim_id: UUID, first: datetime, last: datetime
) -> Spread:
    """Return how a claim's items lie between the first and the last, both in the city's zone."""
    step, start, count = buckets(first, last)
    epoch: ColumnElement[Any] = extract("epoch", SEEN)
    if not database.is_sqlite:  # which has whole seconds already
        epoch = cast(func.floor(epoch), BigInteger)
    number = (epoch - int(start.timestamp())) // int(LENGTH[step].total_seconds())
    query = items_of(claim_id, number.label("number"), func.count()).where(start <= SEEN).group_by("number")
    found = {int(number): items for number, items in session.execute(query)}
    before = session.scalar(items_of(claim_id, func.count()).where(start > SEEN)) or 0
    starts = tuple(start + n * LENGTH[step] for n in range(count))
    return Spread(step, starts, tuple(found.get(n, 0) for n in range(count)), before)

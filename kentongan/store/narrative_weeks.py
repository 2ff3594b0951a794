"""How much of a narrative is seen by week, in the city's zone, and whether that grows or fades."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import case, distinct, func, select
from sqlalchemy.orm import Session

from kentongan.store.database import batched
from kentongan.store.schema import ClaimRow
from kentongan.store.schema_queue import ClaimHourRow

WEEKS_COMPARED = 4  # the last one against the mean of those before
_RISING, _FADING, _ENOUGH = 1.5, 0.5, 3
_HOUR = 3600  # seconds


class Trend(StrEnum):
    """Whether more or less of a narrative was seen in the last seven days than before."""

    NEW = "new"  # nothing in the three weeks before
    RISING = "rising"
    STEADY = "steady"
    FADING = "fading"
    QUIET = "quiet"  # nothing in these four weeks


@dataclass(frozen=True, slots=True)
class Week:
    """Seven days in the city's zone: the claims of which items were seen, and those items."""

    begins: datetime
    claims: int
    items: int


def trend_of(items: Sequence[int]) -> Trend:
    """Return the trend of items a week, oldest first: the last against the mean of those before.

    Fewer than three items never rise: one shared post is no movement.
    """
    *before, last = items
    mean = sum(before) / len(before)
    if not mean:
        return Trend.NEW if last else Trend.QUIET
    if last >= _ENOUGH and last >= _RISING * mean:
        return Trend.RISING
    return Trend.FADING if last <= _FADING * mean else Trend.STEADY


def count_weeks(
    session: Session, keys: Iterable[UUID], zone: ZoneInfo, at: datetime
) -> Mapping[UUID, tuple[Week, ...]]:
    """Return WEEKS_COMPARED weeks for each narrative, oldest first; the last ends with the day of `at`."""
    begins = week_starts(zone, at)
    weeks = range(WEEKS_COMPARED)
    hours = [int(begin.timestamp()) // _HOUR for begin in begins]  # zones lie whole hours from UTC
    number = case(*((ClaimHourRow.hour < hours[week + 1], week) for week in weeks)).label("week")
    counted: dict[UUID, dict[int, tuple[int, int]]] = {key: {} for key in keys}
    for some in batched(counted):
        by_week = (
            select(
                ClaimRow.narrative_id,
                number,
                func.count(distinct(ClaimHourRow.claim_id)),
                func.sum(ClaimHourRow.items),
            )
            .join(ClaimHourRow, ClaimHourRow.claim_id == ClaimRow.id)
            .where(
                ClaimRow.narrative_id.in_(some),
                ClaimRow.last_seen_at >= begins[0],  # most claims of a narrative are older
                ClaimHourRow.hour >= hours[0],
                ClaimHourRow.hour < hours[-1],
            )
            .group_by(ClaimRow.narrative_id, "week")
        )
        for key, week, claims, of_items in session.execute(by_week):
            counted[key][int(week)] = (claims, int(of_items))
    return {
        key: tuple(Week(begins[week], *found.get(week, (0, 0))) for week in weeks)
        for key, found in counted.items()
    }


def week_starts(zone: ZoneInfo, at: datetime) -> list[datetime]:
    """Return where the weeks begin, and where the last ends: with the day of `at` in the zone."""
    tomorrow = at.astimezone(zone).date() + timedelta(days=1)
    days = [tomorrow - timedelta(weeks=number) for number in range(WEEKS_COMPARED, -1, -1)]
    return [datetime.combine(day, time(), zone) for day in days]

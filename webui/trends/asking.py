"""What of the trends was asked for, and who sees aggregates only."""

from dataclasses import dataclass
from datetime import date

from flask import abort, request

from kentongan.domain import Role
from kentongan.trends.values import Dimension
from kentongan.trends.weeks import CHOICES, Weeks, election_weeks, finished_weeks, voting_days
from webui import sessions, times
from webui.parts import the_parts
from webui.queue.order import the_calendar

EARLIER, YEAR_EARLIER = "sebelumnya", "tahun-lalu"
FOR_AGGREGATES = tuple(dimension for dimension in Dimension if dimension is not Dimension.PLATFORM)
"""Platforms cut across kinds of sources: from both, what is withheld in one could be worked out."""


@dataclass(frozen=True, slots=True)
class Asked:
    """`period` is a number of weeks or an election; `against` what it is compared with, or empty."""

    dimension: Dimension
    period: str
    weeks: Weeks
    against: str
    other: Weeks | None


def sees_aggregates_only() -> bool:
    """Tell whether the person who looks sees weekly aggregates only (R18)."""
    return sessions.current().role is Role.LIAISON


def dimensions() -> tuple[Dimension, ...]:
    """Return by what this person may tell items apart."""
    return FOR_AGGREGATES if sees_aggregates_only() else tuple(Dimension)


def elections() -> list[str]:
    """Return the elections that have weeks which are over, the newest first."""
    return [name for name, day in voting_days(the_calendar()).items() if _around(day) is not None]


def read_asked() -> Asked:
    """Return what the address asks for; answers 400 for what there is not, or not for this person."""
    try:
        dimension = Dimension(request.args.get("menurut", Dimension.LABEL.value))
    except ValueError:
        abort(400)
    if dimension not in dimensions():
        abort(400)
    period, against = request.args.get("periode", str(CHOICES[0])), request.args.get("banding", "")
    weeks = _weeks(period)
    if not against:
        other = None
    elif against == EARLIER:
        other = weeks.earlier()
    elif against == YEAR_EARLIER:
        other = weeks.a_year_earlier()
    else:
        other = _weeks(against)
    return Asked(dimension, period, weeks, against, other)


def _weeks(period: str) -> Weeks:
    if period in map(str, CHOICES):
        return finished_weeks(times.today(), int(period), the_parts().region.time_zone)
    day = voting_days(the_calendar()).get(period)
    weeks = None if day is None else _around(day)
    if weeks is None:
        abort(400)
    return weeks


def _around(day: date) -> Weeks | None:
    return election_weeks(day, times.today(), the_parts().region.time_zone)

"""How the queue is looked at now: by whom, on which day of the region, and how near an election stage is.

Owns: reading the calendar when its file changed, and saying the order in words. Leaves the rules to
`kentongan.urgency`. A calendar that cannot be read lifts nothing and is told: the queue goes on.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

from flask_babel import gettext, ngettext

from kentongan.domain import UserId
from kentongan.elections import CALENDAR_FILE, Calendar, read_calendar
from kentongan.errors import BadInput
from kentongan.queueing import Asked
from kentongan.store.queue_rows import first_hour
from kentongan.urgency import Nearness, nearness
from webui.parts import the_parts
from webui.times import day_begins, today

_TOLD_FROM = 1.05  # a smaller lift orders nothing that anybody would notice


@dataclass(frozen=True, slots=True)
class Order:
    """`near`: the stage in words, such as "3 days before masa tenang"; empty where none is near."""

    asked: Asked
    lift: float
    near: str
    election: str
    problem: str = ""  # with the deployment's calendar


def order_for(user_id: UserId | None) -> Order:
    """Return how this person looks at the queue now."""
    day, problem = today(), ""
    try:
        found = nearness(the_calendar(), day)
    except BadInput as exc:
        found, problem = Nearness(), str(exc)
    asked = Asked(datetime.now(UTC), first_hour(day_begins(day)), found.lift, user_id)
    told = found.stage is not None and found.lift >= _TOLD_FROM
    return Order(
        asked,
        found.lift,
        say_nearness(found) if told else "",
        found.stage.election if told and found.stage else "",
        problem,
    )


def say_nearness(found: Nearness) -> str:
    """Return a stage and how near its beginning is, in words; empty for none."""
    if found.stage is None:
        return ""
    stage = found.stage.name
    if found.days > 0:
        said = ngettext(
            "%(num)s day before %(stage)s", "%(num)s days before %(stage)s", found.days, stage=stage
        )
    elif found.stage.first == found.stage.last:
        said = gettext("today: %(stage)s", stage=stage)
    else:
        length = (found.stage.last - found.stage.first).days + 1
        said = gettext("%(stage)s, day %(day)s of %(days)s", stage=stage, day=1 - found.days, days=length)
    return str(said)


def the_calendar() -> Calendar:
    """Return the election calendar of the region, the deployment's own stages among it."""
    parts = the_parts()
    path = parts.settings.home / CALENDAR_FILE
    return _read(parts.region.name, path, path.stat().st_mtime_ns if path.exists() else 0)


@lru_cache(maxsize=8)
def _read(region: str, path: Path, _changed: int) -> Calendar:
    return read_calendar(region, path)

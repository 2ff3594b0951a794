"""Rounds beside everything else: standing orders open theirs, and who has sent nothing is reminded.

Owns: when it is looked at, and the words of a reminder. It names a place and a time, never a person.
"""

from datetime import datetime

import structlog

from kentongan.alerting.rules import NewAlert
from kentongan.alerting.values import About, Kind
from kentongan.gazetteer import read_gazetteer
from kentongan.region import Region
from kentongan.reports.drafting import moment_text
from kentongan.rounds.values import CITY
from kentongan.store import Store
from kentongan.store.round_reminders import Reminder
from pipeline.reports.setting import place_names

log = structlog.get_logger(__name__)


def look_at_rounds(store: Store, region: Region, at: datetime) -> tuple[int, int]:
    """Open what is due and raise reminders; return how many of each. Idempotent."""
    opened = store.rounds.open_due(kelurahan_of(region), region.time_zone, at)
    for one in opened:
        log.info("round opened", round=str(one.id), until=str(one.until))
    names = place_names(region)
    due = [_alert(one, names, region) for one in store.round_reminders.due(at)]
    raised = store.alerts.raise_all(due, at, region.time_zone) if due else []
    return len(opened), len(raised)


def kelurahan_of(region: Region) -> list[str]:
    """Return the codes of all kelurahan of a region."""
    return [code for code, place in read_gazetteer(region.name).places.items() if place.is_kelurahan]


def _alert(one: Reminder, names: dict[str, str], region: Region) -> NewAlert:
    place = one.place
    name = region.title if place == CITY else names.get(place, place)
    until = moment_text(one.round.due_of(place), region.time_zone)
    path = f"putaran/{one.round.id}"
    link = f"/laporan/{path}" if place == CITY else f"/lapangan/{path}/{place}"
    title = f"{name}, ditunggu paling lambat {until}"
    figures = {"late": float(one.late)}
    return NewAlert(Kind.ROUND, About.ROUND, one.subject, title, link, figures, one.user_id)

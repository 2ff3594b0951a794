"""Noting each morning what lies at the top of the queue, so that it can be said later how good the order was.

Owns: when. A morning that nobody noted in time stays a hole: what lies on top an hour later is another queue.
"""

from datetime import datetime
from pathlib import Path

import structlog

from kentongan.elections import CALENDAR_FILE, read_calendar
from kentongan.errors import BadInput
from kentongan.queueing import Asked
from kentongan.region import Region
from kentongan.store import Store
from kentongan.store.queue_rows import first_hour
from kentongan.teamwork.periods import MORNING, TOO_LATE
from kentongan.teamwork.values import TOP, TOP_LANE
from kentongan.urgency import nearness

log = structlog.get_logger(__name__)


def note_morning(store: Store, region: Region, home: Path, at: datetime) -> bool:
    """Note the top of the queue if it is time and nobody has; tell whether that was done. Idempotent.

    In the order that people see, the nearness of an election stage considered; a calendar that cannot be read
    lifts nothing, as on the page.
    """
    local = at.astimezone(region.time_zone)
    if not MORNING <= local.time() < TOO_LATE or store.mornings.is_noted(local.date()):
        return False
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
    try:
        lift = nearness(read_calendar(region.name, home / CALENDAR_FILE), local.date()).lift
    except BadInput as exc:
        log.warning("calendar", problem=str(exc))
        lift = 1.0
    page = store.claims.queue(TOP_LANE, asked=Asked(at, first_hour(midnight), lift), limit=TOP)
    return store.mornings.note(local.date(), at, [row.claim.id for row in page.rows], page.total)

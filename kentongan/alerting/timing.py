"""When an alert is one event, and when a message about it may go out. Pure functions.

The zones of Indonesia have no summer time, so a clock time is one moment each day.
"""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

COOL_DOWN = timedelta(hours=72)
"""An event is over when its rule has not held for so long; only then is the same subject told of again."""

_RETRIES = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=15),
    timedelta(hours=1),
    timedelta(hours=4),
)
MAX_TRIES = len(_RETRIES) + 1


@dataclass(frozen=True, slots=True)
class Quiet:
    """From and until which clock time nothing is sent; over midnight where it ends earlier than it begins."""

    begins: time
    ends: time

    def holds(self, at: time) -> bool:
        """Tell whether a clock time lies within; the end does not. Never where both are the same."""
        if self.begins <= self.ends:
            return self.begins <= at < self.ends
        return at >= self.begins or at < self.ends


def due_at(at: datetime, zone: ZoneInfo, *, digest: time | None, quiet: Quiet | None) -> datetime:
    """Return when a message about something of the moment `at` is sent: at once, or with the next digest.

    A moment within the quiet hours is put off until they end. The result bears the zone of the region.
    """
    moment = at.astimezone(zone)
    if digest is not None:
        moment = _next(moment, digest)
    if quiet is not None and quiet.holds(moment.time()):
        moment = _next(moment, quiet.ends)
    return moment


def _next(after: datetime, clock: time) -> datetime:
    today = datetime.combine(after.date(), clock, after.tzinfo)
    return today if today > after else today + timedelta(days=1)


def next_try(at: datetime, tries: int) -> datetime | None:
    """Return when to try again after so many failures, or None when that was the last one."""
    return at + _RETRIES[tries - 1] if tries <= len(_RETRIES) else None


def is_over(held_at: datetime, at: datetime) -> bool:
    """Tell whether an event that last held then is over, so that the next is told as a new one."""
    return at - held_at >= COOL_DOWN

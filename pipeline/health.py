"""The health of every source, asked of the record; and the watch that raises and ends alarms.

Owns: what is asked, how far back, and telling of alarms. Leaves judging to `kentongan.health`,
keeping to `store.alarms`. Whoever crawls calls `watch` after crawls and every few minutes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock

import structlog

from kentongan.domain import Source, SourceKind
from kentongan.health.judge import RECENT, Known, judge
from kentongan.health.rhythm import Rhythm, learn
from kentongan.health.values import Health, Interval, PageCounts
from kentongan.store import Store
from kentongan.store.alarms import Alarm

HISTORY = timedelta(weeks=8)  # long enough for each hour of the week to come eight times
PAUSE = timedelta(minutes=2)  # between two looks: each reads eight weeks of every source

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Examined:
    """A source with its health and what that rests on."""

    source: Source
    health: Health
    rhythm: Rhythm
    intervals: Sequence[Interval]


def examine(store: Store, at: datetime) -> list[Examined]:
    """Return the health of every source of the record that is crawled at a moment, by name."""
    sources = [source for source in store.items.sources() if source.kind is not SourceKind.FIELD]
    active = [source for source in sources if source.active]
    intervals = store.yields.intervals(active, at - HISTORY)
    runs = store.yields.runs(active, at, RECENT)
    pages = store.yields.pages(at - HISTORY, at - RECENT)
    successes = store.yields.last_success()
    dues = {slot.source: slot.due_at for slot in store.schedule.slots()}
    examined = []
    for source in sources:
        watched = intervals.get(source.name, [])
        rhythm = learn(source, watched)
        known = Known(
            source=source,
            rhythm=rhythm,
            intervals=watched,
            runs=runs.get(source.name, []),
            past_pages=pages.get(source.name, PageCounts()),
            due_at=dues.get(source.name),
            last_success_at=successes.get(source.name),
        )
        examined.append(Examined(source, judge(known, at), rhythm, watched))
    return examined


class Outlook:
    """The health of every source as of at most two minutes ago; safe to ask from several threads."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = Lock()
        self._seen_at: datetime | None = None
        self._seen: list[Examined] = []

    def examine(self, at: datetime) -> list[Examined]:
        with self._lock:
            if self._seen_at is None or not timedelta() <= at - self._seen_at < PAUSE:
                self._seen, self._seen_at = examine(self._store, at), at
            return self._seen


class Watch:
    """Watches when it is asked to, though not more often than every two minutes."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._looked_at: datetime | None = None

    def look(self, at: datetime) -> list[Alarm]:
        """Watch, unless that was done just now; return what changed."""
        if self._looked_at is not None and timedelta() <= at - self._looked_at < PAUSE:
            return []
        self._looked_at = at
        return watch(self._store, at)


def watch(store: Store, at: datetime) -> list[Alarm]:
    """Raise and end alarms by the health of every source; return what changed. Idempotent.

    Sources that are no longer active have none: their alarms end.
    """
    found = {one.source.name: one.health.findings for one in examine(store, at)}
    changed = store.alarms.settle(found, at)
    for alarm in changed:
        say = log.warning if alarm.ended_at is None else log.info
        say(
            "source alarm raised" if alarm.ended_at is None else "source alarm ended",
            source=alarm.source,
            trouble=alarm.trouble.value,
            since=alarm.since.isoformat(),
            detail=alarm.detail,
        )
    return changed

"""When a source is due, and which of those due may be read now: rules alone, as values.

Owns: intervals with their jitter, what follows downtime, a death or a clock that jumps, and the
choice among the sources that are due. Leaves rows and leases to `store.schedule`, running to
`pipeline.scheduling`. Times are aware and UTC.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

JITTER = 0.1  # of the interval, to either side: sources of one interval drift apart
REST = 0.1  # of the interval, after a crawl that took longer than that: others get at its host
SPREAD = timedelta(minutes=5)  # over which a hundred new sources begin
STEP = timedelta(seconds=2)  # between the beginnings of a few new ones
BACKOFF = tuple(timedelta(minutes=minutes) for minutes in (1, 4, 16, 64, 256))
"""Until the next try after so many deaths in a row: one may be an accident, five are a page or a
feed that ends every process; a try each four hours finds out when it is mended."""


@dataclass(frozen=True, slots=True)
class Slot:
    """A source's place in the schedule."""

    source: str
    hosts: frozenset[str]
    due_at: datetime
    leased: bool  # somebody is reading it


def first_dues(count: int, at: datetime, random: Random) -> list[datetime]:
    """Return when so many new sources are due: one of them now, the others soon, in any order."""
    step = min(STEP, SPREAD / max(1, count))
    dues = [at + step * number for number in range(count)]
    random.shuffle(dues)
    return dues


def next_due(every: timedelta, began: datetime, ended: datetime, random: Random) -> datetime:
    """Return when a source is due that was read from `began` to `ended`.

    However long nobody read it: what was missed was made up for by this one crawl.
    """
    jitter = random.uniform(1 - JITTER, 1 + JITTER)
    return max(began + every * jitter, ended + every * REST)


def backoff(deaths: int) -> timedelta:
    """Return how long a source waits after its crawl died so many times in a row."""
    return BACKOFF[min(deaths, len(BACKOFF)) - 1] if deaths else timedelta()


def latest_due(every: timedelta, at: datetime, deaths: int = 0) -> datetime:
    """Return the latest moment that can rightly stand as due: what is later, a wrong clock has set."""
    return at + max(every * (1 + JITTER), backoff(deaths))


def choose(slots: Sequence[Slot], known: Collection[str], at: datetime, room: int) -> list[str]:
    """Return the known sources to read now, at most `room`, longest due first.

    No two of them, and none and one that is being read, share a host. A source that waits for a host keeps
    those that became due later off all of its own: so it waits for crawls under way, never for others.
    """
    busy = {host for slot in slots if slot.leased for host in slot.hosts}
    due = [slot for slot in slots if not slot.leased and slot.source in known and slot.due_at <= at]
    chosen: list[str] = []
    for slot in sorted(due, key=lambda slot: (slot.due_at, slot.source)):
        if len(chosen) >= room:
            break
        if busy.isdisjoint(slot.hosts):
            chosen.append(slot.source)
        busy |= slot.hosts
    return chosen

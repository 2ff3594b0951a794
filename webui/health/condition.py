"""How record and index are at this moment, for probes and metrics.

Owns: what is down and what is only degraded. Down is what stops people: a record or an index that
does not answer. Degraded is an index that answers, but is late, read-only, or lacks what it refused.
"""

from dataclasses import dataclass
from enum import StrEnum

from kentongan.errors import StoreError
from kentongan.store import Store
from kentongan.store.outbox import Waiting
from pipeline.syncing import LATE_SECONDS
from search.index import Health, SearchError, SearchIndex
from search.troubles import troubles


class State(StrEnum):
    OK = "ok"
    DEGRADED = "degraded"
    DOWN = "down"


@dataclass(frozen=True, slots=True)
class Condition:
    """What was seen; `problems` are lines for the log, `None` is what did not answer."""

    waiting: Waiting | None
    refused: int
    health: Health | None
    troubles: tuple[str, ...]
    problems: tuple[str, ...]

    @property
    def state(self) -> State:
        if self.waiting is None or self.health is None:
            return State.DOWN
        late = self.waiting.seconds >= LATE_SECONDS
        return State.DEGRADED if late or self.troubles or self.refused else State.OK

    @property
    def version(self) -> str:
        """The engine's name and version, where it has one, without paths and counts."""
        if self.health is None or self.health.engine == "embedded":
            return ""
        return self.health.detail.partition(",")[0]


def look(store: Store, index: SearchIndex) -> Condition:
    """Return how both are; never raises."""
    waiting: Waiting | None = None
    health: Health | None = None
    refused, found, problems = 0, [], []
    try:
        refused, waiting = store.refusals.size(), store.outbox.waiting()
    except StoreError as exc:
        problems.append(str(exc))
    try:
        health = index.health()
    except SearchError as exc:
        problems.append(str(exc))
    if health is not None:
        found = _troubles(index)
    if waiting and waiting.seconds >= LATE_SECONDS:
        problems.append(f"{waiting.jobs} changes wait for the index, the oldest {waiting.seconds:.0f} s")
    if refused:
        problems.append(f"the index refused {refused} documents; see `kentongan doctor`")
    return Condition(waiting, refused, health, tuple(found), (*problems, *found))


def _troubles(index: SearchIndex) -> list[str]:
    try:
        return troubles(index)
    except SearchError as exc:  # it answers searches, but not this: that is one
        return [str(exc)]

"""What was counted in one state of the index, remembered for as long as the state is the newest.

Owns: telling one state from the next, and how much is remembered. A state never changes, so a count
made in it stays true: the pages of one walk, and everybody who looks at the archive between two
writes, are told the same totals, facets and days without going through the rows again.
"""

import threading
from collections import OrderedDict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tantivy import Searcher

from search.embedded_files import Generation

MOST = 32  # questions of each state; what was counted for one over ten years of days has 400 kB


@dataclass(frozen=True, slots=True)
class Counted:
    """How many rows match; how many have each value of each field, and each day, where that was asked."""

    total: int
    facets: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    days: Sequence[tuple[float, int]] = ()  # microseconds when the day begins, in order


class Counts:
    """What was counted in one state; safe among threads."""

    def __init__(self) -> None:
        self.latest: int | None = None  # microseconds: the newest row, once somebody looked
        self._lock = threading.Lock()
        self._kept: OrderedDict[Hashable, Counted] = OrderedDict()

    def known(self, question: Hashable) -> Counted | None:
        """Return what was counted for the question, if it is remembered."""
        with self._lock:
            found = self._kept.pop(question, None)
            if found is not None:
                self._kept[question] = found
            return found

    def keep(self, question: Hashable, counted: Counted) -> None:
        with self._lock:
            self._kept[question] = counted
            while len(self._kept) > MOST:
                self._kept.popitem(last=False)


@dataclass(frozen=True, slots=True)
class State:
    """One state, and what was counted in it."""

    searcher: Searcher
    counts: Counts = field(default_factory=Counts)


class Newest:
    """The state that was last committed, by any process; safe among threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._held: tuple[Path, bytes, State] | None = None

    def of(self, generation: Generation) -> State:
        """Return the state; the same one as long as nothing was committed."""
        with self._lock:
            # Told before it is opened: what is committed between the two is opened once more.
            path, committed = generation.path, generation.committed()
            if self._held is None or self._held[:2] != (path, committed):
                self._held = None  # else its files were kept open beside the next ones
                self._held = path, committed, State(generation.searcher())
            return self._held[2]

    def clear(self) -> None:
        with self._lock:
            self._held = None

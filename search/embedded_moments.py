"""States of the embedded index that walks by relevance go on in, kept for a while.

Owns: how many and how long, and the ranking of each as far as it was walked. Scores shift with every
item that is added, so a walk has neither gap nor repeat only within one state. One that is gone is no
error: the walk goes on at the same place of the present state.
"""

import threading
import time
from collections import OrderedDict
from dataclasses import dataclass, field
from uuid import uuid4

import numpy as np
from numpy.typing import NDArray
from tantivy import DocAddress, Query, Searcher

from search.embedded_counts import Counts
from search.embedded_files import Generation
from search.embedded_match import how_many

MOST = 32  # states: each keeps files open that were since put together with others
SECONDS = 600.0  # between two pages; about as long as someone reads one
MOST_ROWS = 8_000_000  # of all rankings together: about 100 MB
_FURTHER = 4  # times as far, when a ranking is walked past what is known of it


@dataclass(slots=True)
class Moment:
    """One state, and the ranking of one query in it."""

    generation: Generation
    searcher: Searcher
    counts: Counts = field(default_factory=Counts)
    token: str = field(default_factory=lambda: uuid4().hex)
    total: int | None = None
    lock: threading.Lock = field(default_factory=threading.Lock)
    _rows: NDArray[np.uint64] = field(default_factory=lambda: np.zeros(0, np.uint64))
    _scores: NDArray[np.float32] = field(default_factory=lambda: np.zeros(0, np.float32))
    _whole: bool = False

    def ranking(self, query: Query, start: int, end: int) -> list[tuple[float, DocAddress]]:
        """Return (score, address) of the rows from `start` to `end`, best first.

        What was ranked once keeps its place: scores are sums whose last bit depends on how far is asked.
        """
        most = (
            self.searcher.num_docs
        )  # the library makes room for all that is asked for, and a cursor can ask for anything
        start, end = max(0, min(start, most)), min(end, most)
        with self.lock:
            if end > len(self._rows) and not self._whole:
                further = max(end, min(_FURTHER * len(self._rows), most))
                self._rank(query, further)
            found = zip(self._scores[start:end].tolist(), self._rows[start:end].tolist(), strict=True)
            return [(score, DocAddress(row >> 32, row & 0xFFFFFFFF)) for score, row in found]

    def __len__(self) -> int:
        return len(self._rows)

    def _rank(self, query: Query, depth: int) -> None:
        found = self.searcher.search(query, depth)
        self.total = how_many(found)
        self._whole = len(found.hits) < depth
        rows = np.fromiter((at.segment_ord << 32 | at.doc for _, at in found.hits), np.uint64)
        scores = np.fromiter((score for score, _ in found.hits), np.float32)
        new = ~np.isin(rows, self._rows)
        self._rows = np.concatenate([self._rows, rows[new]])
        self._scores = np.concatenate([self._scores, scores[new]])


class Moments:
    """The states kept by one process; safe among threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, tuple[float, Moment]] = OrderedDict()

    def find(self, token: str) -> Moment | None:
        with self._lock:
            self._forget()
            found = self._kept.pop(token, None)
            if found is None:
                return None
            self._kept[token] = (time.monotonic(), found[1])
            return found[1]

    def keep(self, moment: Moment) -> None:
        with self._lock:
            self._kept.pop(moment.token, None)
            self._kept[moment.token] = (time.monotonic(), moment)
            self._forget()

    def clear(self) -> None:
        with self._lock:
            self._kept.clear()

    def _forget(self) -> None:
        oldest_allowed = time.monotonic() - SECONDS
        rows = sum(len(moment) for _, moment in self._kept.values())
        while self._kept:
            token, (used, moment) = next(iter(self._kept.items()))
            alone = len(self._kept) == 1
            if used >= oldest_allowed and len(self._kept) <= MOST and (rows <= MOST_ROWS or alone):
                return
            rows -= len(moment)
            del self._kept[token]

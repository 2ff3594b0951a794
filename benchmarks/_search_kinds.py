"""The ten kinds of query that searching is measured by, for every engine and for plain FTS5."""

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from benchmarks._search_texts import Words
from search.index import Interval, Query, Sort

ROUNDS = 5  # of each question; the first besides is not counted


@dataclass(frozen=True, slots=True)
class Asked:
    """One question: as our engines are asked, and as plain FTS5 is, where it can be."""

    query: Query
    match: str | None


def questions(words: Words, vector: bytes) -> dict[str, list[Asked]]:
    """Return the questions of each kind; every one asks for facets, and hits bear their highlights."""
    rare, middle, common = words.rare, words.middle, words.common
    kinds: dict[str, list[tuple[Query, str | None]]] = {
        "a rare word": [(Query(a), f'"{a}"') for a in rare],
        "a common word": [(Query(a), f'"{a}"') for a in common],
        "two words": [(Query(f"{a} {b}"), f'"{a}" "{b}"') for a, b in zip(common, middle, strict=False)],
        "a phrase": [(Query(f'"{p}"'), f'"{p}"') for p in words.phrases],
        "or": [
            (Query(f"{a} OR {b} OR {c}"), f'"{a}" OR "{b}" OR "{c}"')
            for a, b, c in zip(rare, middle, common, strict=False)
        ],
        "not": [(Query(f"{b} -{a}"), f'"{b}" NOT "{a}"') for a, b in zip(common, middle, strict=False)],
        "prefix": [(Query(f"{a[:4]}*"), f'"{a[:4]}" *') for a in middle],
        "newest of all": [(Query("", sort=Sort.NEWEST), None)] * 3,
        "word, filters, priority": [
            (
                Query(a, filters={"state": ["new"], "platform": ["post"]}, sort=Sort.PRIORITY),
                None,
            )
            for a in common
        ],
        "hybrid": [(Query(a, vector=vector), None) for a in middle],
    }
    asked = {kind: [Asked(replace(q, facets=True), m) for q, m in rows] for kind, rows in kinds.items()}
    asked["with a histogram"] = [Asked(Query(a, facets=True, histogram=Interval.MONTH), None) for a in common]
    return asked


def measure(ask: Callable[[Asked], object], asked: Sequence[Asked]) -> dict[str, float]:
    """Return milliseconds: the median, the 95th percentile, and that of the processor's time."""
    times: list[float] = []
    processor: list[float] = []
    for one in asked:
        ask(one)
        for _ in range(ROUNDS):
            start, began = time.perf_counter(), time.process_time()
            ask(one)
            processor.append((time.process_time() - began) * 1_000)
            times.append((time.perf_counter() - start) * 1_000)
    last = int(0.95 * len(times))
    return {
        "p50_ms": round(statistics.median(times), 2),
        "p95_ms": round(sorted(times)[last], 2),
        "p95_cpu_ms": round(sorted(processor)[last], 2),
    }

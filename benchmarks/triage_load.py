"""What fifty analysts at once wait for: the page of a claim with its lease, the queue, and a decision.

Run: `python -m benchmarks triage_load`. The site runs in a process of its own, on the server and with the
threads that people get; its record is a SQLite file with `synchronous=FULL` and, where the programs are, a
PostgreSQL server of the benchmark's own (without fsync). Each analyst has cookies and a connection.
"paced": each takes a claim every twelve seconds, by turns from its page and from the queue by key, which
is the goal's own pace; "at once": everybody without any pause, so that what is measured is how much the
server can do. Beside it a page read by one analyst alone, and by a head of office, who takes no lease; and
a bare Flask and
SQLAlchemy application that does the same optimistic update, without people, forms checked, audit log,
index jobs or a summary. Milliseconds are wall-clock, the processor's are those of the server's process.
"""

import json
import os
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks._triage_load_sites import HEAD
from tests import postgres
from tests.functional.analysts import Analyst, Answer

ANALYSTS, CLAIMS = 50, 600
PACE_SECONDS, PACED_SECONDS, AT_ONCE = 12.0, 72.0, 4
GOAL_MS = 200


@dataclass
class Served:
    """A site in its process."""

    process: "subprocess.Popen[str]"
    port: int
    claims: list[str]
    names: list[str]

    def processor_seconds(self) -> float:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        print("?", file=self.process.stdin, flush=True)
        return float(json.loads(self.process.stdout.readline())["processor_seconds"])

    def end(self) -> int:
        """Stop it and return how many decisions it kept twice."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.close()
        return int(json.loads(self.process.stdout.readline())["twice"])


@dataclass
class Watch:
    """How long each kind of request took, in milliseconds; safe from several threads."""

    took: dict[str, list[float]] = field(default_factory=dict)
    conflicts: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def ask(self, kind: str, what: Callable[[], Answer]) -> Answer:
        began = time.perf_counter()
        answer = what()
        ms = (time.perf_counter() - began) * 1000
        assert answer.status in (200, 303, 409), (kind, answer.status)
        with self.lock:
            self.took.setdefault(kind, []).append(ms)
            self.conflicts += answer.status == 409
        return answer

    def figures(self) -> dict[str, dict[str, float]]:
        return {kind: _spread(ms) for kind, ms in sorted(self.took.items())}


def main() -> dict[str, Any]:
    """Return what each kind of request took, ours on each database and the peers, and print them."""
    result: dict[str, Any] = {"load_before": os.getloadavg()[0], "sqlite": _ours()}
    programs = postgres.find_programs()
    if programs is None:
        print("postgresql: left out, no server programs here")
    else:
        with postgres.run_server(programs) as url:
            result["postgresql"] = _ours(url)
    result["bare"] = _bare()
    slowest = max(row["p95_ms"] for row in result["sqlite"]["paced"]["kinds"].values())
    result["slowest_p95_ms"] = slowest
    print(f"slowest p95 at the pace of people, on SQLite: {slowest} ms (goal {GOAL_MS})", flush=True)
    return result


def _ours(url: str = "") -> dict[str, Any]:
    name = "postgresql" if url else "sqlite"
    with _serving("ours", *([url] if url else [])) as served:
        people, queue = [Analyst(person, served.port) for person in served.names], _Queue(served.claims)
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(Analyst.log_in, people))
        figures: dict[str, Any] = {
            "paced": _measure(f"{name}, paced", served, people, lambda p, w: _paced(p, w, queue)),
            "at_once": _measure(f"{name}, at once", served, people, lambda p, w: _unpaced(p, w, queue)),
        }
        head = Analyst(HEAD, served.port)
        head.log_in()
        for who, person in (("one analyst", people[0]), ("one reader, no lease", head)):
            figures[who] = _measure(
                f"{name}, {who}", served, [person], lambda p, w: _reading(p, w, served.claims)
            )
        figures["decided_twice"] = served.end()
    print(f"{name}: decided twice: {figures['decided_twice']}", flush=True)
    return figures


def _bare() -> dict[str, Any]:
    with _serving("bare") as served:
        people = [Analyst(person, served.port) for person in served.names]
        queue = _Queue(served.claims)
        figures: dict[str, Any] = {
            "at_once": _measure(
                "bare, at once", served, people, lambda p, w: _unpaced(p, w, queue, lanes=False)
            ),
        }
        figures["decided_twice"] = served.end()
    return figures


class _Queue:
    """What is still to be decided; several people are handed the same claim now and then."""

    def __init__(self, claims: list[str]) -> None:
        self._claims, self._chance, self._lock = list(claims), random.Random(3), threading.Lock()

    def next(self) -> str:
        with self._lock:
            return self._claims[0] if self._chance.random() < 0.05 else self._claims.pop(0)


def _paced(person: Analyst, watch: Watch, queue: _Queue) -> None:
    chance = random.Random(person.name)
    time.sleep(chance.uniform(0, PACE_SECONDS))
    until, number = time.monotonic() + PACED_SECONDS, chance.randint(0, 1)
    while time.monotonic() < until:
        _take(person, watch, queue, chance.uniform(0.5, 1.5) * PACE_SECONDS, by_page=number % 2 == 0)
        number += 1


def _unpaced(person: Analyst, watch: Watch, queue: _Queue, *, lanes: bool = True) -> None:
    for number in range(AT_ONCE):
        _take(person, watch, queue, 0.0, by_page=number % 2 == 0 or not lanes)


def _take(person: Analyst, watch: Watch, queue: _Queue, seconds: float, *, by_page: bool) -> None:
    claim = queue.next()
    if by_page:
        watch.ask("claim page", lambda: person.get(f"/claims/{claim}"))
    else:
        watch.ask("queue page", lambda: person.get("/queue/new"))
    time.sleep(seconds)
    path, form = f"/claims/{claim}/decisions", {"decision": "watch", "version": 1, "back": "/queue/new"}
    watch.ask("decision", lambda: person.post(path, **form))


def _reading(person: Analyst, watch: Watch, claims: list[str]) -> None:
    for claim in claims[-100:]:
        watch.ask("claim page", lambda claim=claim: person.get(f"/claims/{claim}"))  # type: ignore[misc]


def _measure(
    name: str, served: Served, people: list[Analyst], work: Callable[[Analyst, Watch], None]
) -> dict[str, Any]:
    for person in people:  # the server closes what was idle for a minute
        person.close()
    watch, before, began = Watch(), served.processor_seconds(), time.perf_counter()
    with ThreadPoolExecutor(len(people)) as pool:
        list(pool.map(lambda person: work(person, watch), people))
    wall, used = time.perf_counter() - began, served.processor_seconds() - before
    kinds, asked = watch.figures(), sum(map(len, watch.took.values()))
    figures = {
        "kinds": kinds,
        "requests_per_second": round(asked / wall, 1),
        "processor_ms_a_request": round(used / asked * 1000, 1),
        "processor_share": round(used / wall, 2),
        "conflicts": watch.conflicts,
    }
    print(f"{name}: {figures['requests_per_second']} requests a second, processor"
          f" {figures['processor_ms_a_request']} ms a request, {watch.conflicts} conflicts")  # fmt: skip
    for kind, row in kinds.items():
        print(f"  {kind:<12}{row['count']:>6}  p50 {row['p50_ms']} ms, p95 {row['p95_ms']} ms", flush=True)
    return figures


@contextmanager
def _serving(which: str, *more: str) -> Iterator[Served]:
    module = "benchmarks._triage_load_sites"
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", module, which, folder, str(CLAIMS), str(ANALYSTS), *more]
        process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[1]
        )
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            if not line:
                raise RuntimeError(f"the site ended before it was served: {process.wait(timeout=60)}")
            told = json.loads(line)
            yield Served(process, told["port"], told["claims"], told["names"])
        finally:
            if process.stdin and not process.stdin.closed:
                process.stdin.close()
            process.wait(timeout=60)


def _spread(ms: list[float]) -> dict[str, float]:
    ordered = sorted(ms)
    return {
        "count": len(ordered),
        "p50_ms": round(ordered[len(ordered) // 2], 1),
        "p95_ms": round(ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))], 1),
    }


if __name__ == "__main__":
    print(json.dumps(main()))

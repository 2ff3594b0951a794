"""One way of finding the nearest, in a process of its own so that its memory can be told.

Run by `vectors`: `python -m benchmarks._vectors_one build|ask|further WAY FOLDER`; prints a JSON object.
`further` is what only ours has: filters, one more vector, and many threads at once.
"""

import json
import resource
import sys
import threading
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks._vectors_peers import WAYS, Ours

LIMIT = 200
ROUNDS = 3
SHARES = (0.01, 0.1)  # of all, that a filter allows
_ADDED, _THREADS = 20, 8


def build(name: str, folder: Path, many: NDArray[np.float16]) -> dict[str, Any]:
    began, used = time.perf_counter(), time.process_time()
    WAYS[name](folder).build(many)
    size = sum(path.stat().st_blocks * 512 for path in folder.rglob("*") if path.is_file())
    return {
        "build_s": round(time.perf_counter() - began, 1),
        "build_cpu_s": round(time.process_time() - used, 1),
        "build_peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        "disk_mb": round(size / 1e6),
    }


def ask(name: str, folder: Path, asked: NDArray[np.float16]) -> dict[str, Any]:
    """Return how long asking takes in a fresh process, and the rows found."""
    before = memory()
    began = time.perf_counter()
    way = WAYS[name](folder)
    way.nearest(asked[0], LIMIT)
    opened = time.perf_counter() - began
    used, passed = timed([partial(way.nearest, vector, LIMIT) for vector in asked] * ROUNDS)
    after = memory()
    return {
        "open_ms": round(opened * 1000),
        "cpu_ms": used,
        "wall_ms": passed,
        "private_mb": after["RssAnon"] - before["RssAnon"],
        "mapped_mb": after["RssFile"] - before["RssFile"],
        "found": [way.nearest(vector, LIMIT) for vector in asked],
    }


def further(folder: Path, asked: NDArray[np.float16]) -> dict[str, Any]:
    store = Ours(folder).store
    size = store.size()
    before = memory()["RssAnon"]
    store.nearest(asked[0].tobytes(), LIMIT)
    result: dict[str, Any] = {"allowed": {}}
    for share in SHARES:
        allowed = np.flatnonzero(allowed_of(size, share)).astype(np.uint64)
        cpu, _ = timed([partial(store.nearest, vector.tobytes(), LIMIT, allowed) for vector in asked])
        found = [store.nearest(vector.tobytes(), LIMIT, allowed) for vector in asked]
        result["allowed"][str(share)] = {"cpu_ms": cpu, "found": found}
    high, done = [0], threading.Event()

    def watch() -> None:
        while not done.wait(0.002):
            high[0] = max(high[0], memory()["RssAnon"])

    def work() -> None:
        for vector in asked[:30]:
            store.nearest(vector.tobytes(), LIMIT)

    watcher = threading.Thread(target=watch)
    watcher.start()
    workers = [threading.Thread(target=work) for _ in range(_THREADS)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    done.set()
    watcher.join()
    result["private_mb_of_8_threads"] = high[0] - before
    added: list[float] = []
    after: list[float] = []
    for number in range(size, size + _ADDED):
        vector = asked[number % len(asked)].tobytes()
        began = time.perf_counter()
        store.append([(number, vector)])
        added.append(time.perf_counter() - began)
        began = time.process_time()
        store.nearest(vector, LIMIT)
        after.append(time.process_time() - began)
    result["add_one_wall_ms"] = round(float(np.median(added)) * 1000, 1)
    result["ask_after_adding_cpu_ms"] = round(float(np.median(after)) * 1000, 1)
    return result


def allowed_of(size: int, share: float) -> NDArray[np.bool_]:
    """Return which rows a filter allows that lets `share` of all through."""
    return np.asarray(np.random.default_rng(5).random(size) < share)


def memory() -> dict[str, int]:
    """Return megabytes of this process's own, and of files it has mapped."""
    lines = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
    rows = [line.split() for line in lines if line.startswith(("RssAnon", "RssFile"))]
    return {name.rstrip(":"): int(kilobytes) // 1024 for name, kilobytes, *_ in rows}


def timed(works: Sequence[Callable[[], object]]) -> tuple[list[float], list[float]]:
    """Return [median, p95] of processor time and of wall time, milliseconds."""
    used, passed = [], []
    for work in works:
        began, at = time.perf_counter(), time.process_time()
        work()
        used.append(time.process_time() - at)
        passed.append(time.perf_counter() - began)
    return _spread(used), _spread(passed)


def _spread(seconds: Sequence[float]) -> list[float]:
    return [round(float(np.quantile(seconds, part)) * 1000, 1) for part in (0.5, 0.95)]


def main(step: str, name: str, folder: Path) -> dict[str, Any]:
    if step == "build":
        return build(name, folder / name, np.load(folder / "many.npy", mmap_mode="r"))
    asked = np.load(folder / "asked.npy")
    return further(folder / name, asked) if step == "further" else ask(name, folder / name, asked)


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1], sys.argv[2], Path(sys.argv[3]))))

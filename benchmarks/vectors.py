"""How fast, how large and how sure finding the nearest vectors is, beside other ways of doing it.

Run: `python -m benchmarks.vectors [sizes]`, as `10000 100000 1000000`; the last takes a quarter of an hour
and 5 GB of disk. Libraries that are not installed are skipped with a line. The vectors and those
asked for: `_vectors_made`. Everything is done by one thread in a process of its own; times are
processor time, so that other work on the machine counts little, wall time beside it.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks._vectors_made import exactly, few, parted, write_many
from benchmarks._vectors_one import LIMIT, SHARES, allowed_of
from benchmarks._vectors_peers import WAYS
from kentongan.settings import PROJECT_ROOT

SIZES = (10_000, 100_000)
_ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")


def main(sizes: Sequence[int] = SIZES) -> dict[str, Any]:
    """Return the measurements by size and way, and print them as a table."""
    vectors, origin = few()
    base, asked = parted(vectors)
    result: dict[str, Any] = {"vectors": origin}
    for size in sizes:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            write_many(base, size, folder / "many.npy")
            np.save(folder / "asked.npy", asked.astype(np.float16))
            result[str(size)] = _measure(folder, asked, size)
    return result


def _measure(folder: Path, asked: NDArray[np.float32], size: int) -> dict[str, Any]:
    print(f"{size} vectors: ms a question (cpu median/p95, wall p95), recall at 20/{LIMIT}, MB")
    expected = exactly(folder / "many.npy", asked, LIMIT)
    rows: dict[str, Any] = {}
    for name in WAYS:
        (folder / name).mkdir()
        try:
            rows[name] = _run("build", name, folder) | _run("ask", name, folder)
        except ModuleNotFoundError as exc:
            print(f"{name:<20} skipped: {exc}")
            continue
        rows[name] |= _recall(rows[name].pop("found"), expected)
        if name == "ours":
            rows[name] |= _further(folder, asked, size)
        _print(name, rows[name])
    return rows


def _further(folder: Path, asked: NDArray[np.float32], size: int) -> dict[str, Any]:
    result = _run("further", "ours", folder)
    for share in SHARES:
        row = result["allowed"][str(share)]
        few_enough = min(LIMIT, int(size * share) // 2)
        expected = exactly(folder / "many.npy", asked, few_enough, allowed_of(size, share))
        row |= _recall([found[:few_enough] for found in row.pop("found")], expected)
    return result


def _run(step: str, name: str, folder: Path) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks._vectors_one", step, name, str(folder)],
        cwd=PROJECT_ROOT,
        env=os.environ | _ONE_THREAD,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        last = done.stderr.strip().splitlines()[-1]
        if last.startswith("ModuleNotFoundError"):
            raise ModuleNotFoundError(last)
        raise RuntimeError(f"{name}, {step}: {done.stderr}")
    measured: dict[str, Any] = json.loads(done.stdout)
    return measured


def _recall(found: Sequence[Sequence[int]], expected: NDArray[np.intp]) -> dict[str, float]:
    recalls = {}
    for limit in (20, expected.shape[1]):
        pairs = zip(found, expected.tolist(), strict=True)
        shares = [len(set(got[:limit]) & set(wanted[:limit])) / limit for got, wanted in pairs]
        recalls["recall_20" if limit == 20 else "recall_all"] = round(float(np.mean(shares)), 4)
    return recalls


def _print(name: str, row: dict[str, Any]) -> None:
    cpu, wall = row["cpu_ms"], row["wall_ms"]
    print(
        f"{name:<18}{cpu[0]:>7} /{cpu[1]:>7} ({wall[1]})  {row['recall_20']:.3f} / {row['recall_all']:.3f}"
        f"  private {row['private_mb']}, mapped {row['mapped_mb']}, disk {row['disk_mb']}"
        f"  built in {row['build_cpu_s']} s, opened in {row['open_ms']} ms",
        flush=True,
    )
    for share, asked in row.get("allowed", {}).items():
        cpu = asked["cpu_ms"]
        recalls = f"{asked['recall_20']:.3f} / {asked['recall_all']:.3f}"
        print(f"  {float(share):.0%} allowed: {cpu[0]} / {cpu[1]}  {recalls}")
    if "add_one_wall_ms" in row:
        print(
            f"  one more {row['add_one_wall_ms']} ms, asked after it {row['ask_after_adding_cpu_ms']} ms;"
            f" 8 threads at once: private {row['private_mb_of_8_threads']}",
            flush=True,
        )


if __name__ == "__main__":
    print(json.dumps(main([int(size) for size in sys.argv[1:]] or SIZES)))

"""How fast the archive is built and searched, at growing sizes, beside plain FTS5 and a server.

Run: `python -m benchmarks.search [documents ...]`, for a million `python -m benchmarks.search 10000
100000 1000000` (forty minutes, 5 GB of disk). What the texts are is said in
`_search_texts`. Every question asks for facets and every hit bears highlights; each is asked while nothing
counted is remembered, and again while it is (`search.embedded_counts`). Plain FTS5 has one table of
title and text, its own tokeniser, bm25 and a count, and neither filters, facets, stems nor highlights:
the ratios say what those promises cost. KENTONGAN_TEST_ELASTICSEARCH_URL names a server; else noida-db
is tried, which is no Elasticsearch: its times say little of one. Milliseconds are
wall-clock; the processor's are given beside, for a machine that does other things.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from benchmarks._search_texts import origin
from tests.noida import NoServer, running_noida

SIZES = (10_000, 100_000)
GOAL_MS, GOAL_GROWTH, GOAL_MB, GOAL_RATE = 50, 4, 1_500, 2_000
_SERVER_SIZE = 10_000
_RECORD = 20_000  # items of the record that a whole reindex is measured on


def main(sizes: tuple[int, ...] = SIZES) -> dict[str, Any]:
    """Return the measurements of each size, and print them as tables."""
    print(f"texts: {origin()}", file=sys.stderr)
    result: dict[str, Any] = {"texts": origin(), "sizes": {}}
    for size in sizes:
        measured = _measure(size)
        result["sizes"][str(size)] = measured
        _print(size, measured)
    smallest, largest = (result["sizes"][str(size)]["ask"] for size in (min(sizes), max(sizes)))
    result["slowest_p95_ms"] = max(row["p95_ms"] for row in largest["kinds"].values())
    for name, asked in (("growth", "kinds"), ("growth_again", "again")):
        result[name] = {
            kind: round(largest[asked][kind]["p95_ms"] / row["p95_ms"], 1)
            for kind, row in smallest[asked].items()
        }
    print(
        f"slowest p95 at {max(sizes)}: {result['slowest_p95_ms']} ms (goal {GOAL_MS}); from {min(sizes)} on"
        f" p95 grows (goal {GOAL_GROWTH} x) {result['growth']}, asked again {result['growth_again']}",
        file=sys.stderr,
    )
    return result


def _measure(size: int) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        measured = {
            "build": _run("build", size, folder / "words"),
            "build_with_vectors": _run("build-vectors", size, folder / "index"),
            "ask": _run("ask", size, folder / "index"),
            "walk": _run("walk", size, folder / "index"),
            "reindex": _run("record", min(size, _RECORD), folder),
            "plain": _run("plain", size, folder),
        }
        if size <= _SERVER_SIZE:
            measured["server"] = _ask_server(size, folder)
    return measured


def _ask_server(size: int, folder: Path) -> dict[str, Any]:
    given = os.environ.get("KENTONGAN_TEST_ELASTICSEARCH_URL")
    if given:
        return _run("elastic", size, folder, given)
    try:
        with running_noida(folder / "noida") as url:
            return {"noida": True, **_run("elastic", size, folder, url)}
    except NoServer as exc:
        return {"none": str(exc)}
    except subprocess.CalledProcessError:
        return {"none": "noida-db ended while it was asked"}


def _run(part: str, size: int, folder: Path, *more: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks._search_one", part, str(size), str(folder), *more]
    quiet = subprocess.DEVNULL if part == "elastic" else None  # what its client says of a server that went
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, stderr=quiet)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _print(size: int, measured: dict[str, Any]) -> None:
    build, both, ask, plain = (measured[name] for name in ("build", "build_with_vectors", "ask", "plain"))
    server = measured.get("server", {})
    reindex = measured["reindex"]
    print(
        f"{reindex['held']} items of a record reindexed: {reindex['per_second']} a second (goal {GOAL_RATE})",
        file=sys.stderr,
    )
    print(
        f"{size} documents: {build['per_second']} a second, {both['per_second']} with"
        f" vectors, plain FTS5 {plain['per_second']}; {build['words_megabytes']} MB of words,"
        f" {both['megabytes']} MB with vectors, plain {plain['megabytes']} MB; memory {build['peak_mb']} MB"
        f" building, {ask['peak_mb']} MB searching, of it its own {ask['own_mb']} MB (goal {GOAL_MB})",
        file=sys.stderr,
    )
    walk = measured["walk"]
    print(
        f"  walked while documents were put: {walk['walks']}; {walk['puts']} single puts, median"
        f" {walk['put_p50_ms']} ms, slowest {walk['put_slowest_ms']},"
        f" at most {walk['most_segments']} segments",
        file=sys.stderr,
    )
    for kind, row in ask["kinds"].items():
        line = f"  {kind:<24}{row['p50_ms']:>9} ms  p95 {row['p95_ms']:>9} (processor {row['p95_cpu_ms']:>7})"
        line += f" again {ask['again'][kind]['p95_ms']:>9}"
        if kind in plain["kinds"]:
            peer = plain["kinds"][kind]
            line += f"   plain {peer['p50_ms']:>9} p95 {peer['p95_ms']:>9}"
        if "kinds" in server:
            peer = server["kinds"][kind]
            line += f"   {'noida-db' if server.get('noida') else 'server'} {peer['p50_ms']:>9}"
        print(line, file=sys.stderr)


if __name__ == "__main__":
    print(json.dumps(main(tuple(map(int, sys.argv[1:])) or SIZES)))

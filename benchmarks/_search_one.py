"""One part of the measurement of searching, in a process of its own so that its memory is its own.

Run by `benchmarks.search`: `python -m benchmarks._search_one PART DOCUMENTS FOLDER [URL]`; prints JSON.
Parts: `build` and `build-vectors` (the embedded index), `ask` (what was built with vectors), `walk` (it
walked to its last row while documents are put), `record` (a record read and built from, as `kentongan
reindex` does), `plain` (FTS5 built and asked), `elastic` (a server filled and asked).
"""

import json
import resource
import sqlite3
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import uuid4

from elasticsearch import Elasticsearch
from sqlalchemy import update

from benchmarks._search_kinds import Asked, measure, questions
from benchmarks._search_texts import documents, query_vector, texts, words
from benchmarks.exporting import _BATCH, _add_items, _add_sources
from kentongan.store import open_store
from kentongan.store.schema import ItemRow
from pipeline.reindexing import reindex_record
from search import embedded_counts
from search.elastic import ElasticIndex
from search.embedded import EmbeddedIndex
from search.index import Kind, Query, SearchIndex, Sort

_PAGE = 1_000


def build(number: int, folder: Path, vectors: bool) -> dict[str, Any]:
    making = _making(number, vectors)
    index = EmbeddedIndex(folder)
    seconds = _seconds(lambda: index.rebuild(documents(number, vectors))) - making
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    words_only = sum(path.stat().st_size for path in folder.rglob("words/*"))
    index.close()
    return {
        "per_second": round(number / seconds),
        "megabytes": round(size / 1e6, 1),
        "words_megabytes": round(words_only / 1e6, 1),
        **_memory(),
    }


def record(number: int, folder: Path) -> dict[str, Any]:
    store = open_store(f"sqlite:///{folder / 'record.db'}")
    _add_sources(store)
    for start in range(0, number, _BATCH):
        _add_items(store, range(start, min(start + _BATCH, number)))
    with store.database.write() as session:
        keys = list(store.items.all_ids())
        rows = [{"id": key, "title": a, "text": b} for key, (a, b) in zip(keys, texts(number), strict=True)]
        session.execute(update(ItemRow), rows)
    index = EmbeddedIndex(folder / "index")
    seconds = _seconds(lambda: reindex_record(store, index))
    held = index.health().documents
    index.close()
    store.close()
    return {"held": held, "per_second": round(number / seconds), **_memory()}


def ask(index: SearchIndex) -> dict[str, Any]:
    """Return how long questions take that nobody asked before, and `again` those that somebody did."""
    asked = questions(words(), query_vector())

    def measured() -> dict[str, Any]:
        return {kind: measure(lambda one: index.search(one.query), rows) for kind, rows in asked.items()}

    remembered, embedded_counts.MOST = embedded_counts.MOST, 0
    new = measured()
    embedded_counts.MOST = remembered
    return {"kinds": new, "again": measured(), **_memory()}


def walk(number: int, folder: Path) -> dict[str, Any]:
    """Return how often a walk in each order gave a row twice or left one out, and what single puts took."""
    index = EmbeddedIndex(folder)
    fresh = documents(number, vectors=True)
    common = words().common[0]
    found: dict[str, Any] = {}
    puts: list[float] = []
    most_files = 0
    for text, sort in (("", Sort.NEWEST), ("", Sort.PRIORITY), (common, Sort.RELEVANCE)):
        before = set(index.ids(Kind.ITEM)) if not text else set()
        seen: list[str] = []
        cursor = ""
        while page := index.search(Query(text, sort=sort, limit=_PAGE, cursor=cursor)):
            seen += [hit.id for hit in page.hits]
            cursor = page.cursor
            if not cursor:
                break
            put = replace(next(fresh), id=str(uuid4()))
            puts.append(_seconds(lambda put=put: index.put([put])) * 1_000)  # type: ignore[misc]
            most_files = max(most_files, len(list(folder.glob("*/words/*.store"))))
        row = {"rows": len(seen), "repeated": len(seen) - len(set(seen)), "missing": len(before - set(seen))}
        if text:  # what matched when it began, and nothing put since
            row["missing"] = page.total - len(set(seen))
        found[sort.value] = row
    index.close()
    return {
        "walks": found,
        "puts": len(puts),
        "put_p50_ms": round(statistics.median(puts), 1),
        "put_slowest_ms": round(max(puts), 1),
        "most_segments": most_files,
    }


def plain(number: int, folder: Path) -> dict[str, Any]:
    next(texts(1))
    making = _seconds(lambda: sum(1 for _ in texts(number)))
    connection = sqlite3.connect(folder / "plain.db")
    connection.execute("CREATE VIRTUAL TABLE plain USING fts5 (title, text)")

    def fill() -> None:
        with connection:
            connection.executemany("INSERT INTO plain VALUES (?, ?)", texts(number))
        connection.execute("INSERT INTO plain (plain) VALUES ('optimize')")

    def answer(one: Asked) -> None:
        ranked = "SELECT rowid, title FROM plain WHERE plain MATCH ? ORDER BY rank LIMIT 20"
        connection.execute(ranked, (one.match,)).fetchall()
        connection.execute("SELECT count(*) FROM plain WHERE plain MATCH ?", (one.match,)).fetchone()

    seconds = _seconds(fill) - making
    asked = questions(words(), query_vector())
    kinds = {kind: measure(answer, rows) for kind, rows in asked.items() if rows[0].match is not None}
    size = (folder / "plain.db").stat().st_size
    connection.close()
    return {"per_second": round(number / seconds), "megabytes": round(size / 1e6, 1), "kinds": kinds}


def elastic(number: int, url: str) -> dict[str, Any]:
    making = _making(number, vectors=True)
    with Elasticsearch(url, request_timeout=120) as client:
        alias = f"kentongan-test-bench-{uuid4().hex}"
        index = ElasticIndex(client, alias=alias, replicas=0, require_alias=False)
        try:
            seconds = _seconds(lambda: index.rebuild(documents(number, vectors=True))) - making
            name = str(client.info()["version"]["number"])
            return {"version": name, "per_second": round(number / seconds), **ask(index)}
        finally:
            for each in client.indices.get(index=f"{alias}-*", allow_no_indices=True):
                client.indices.delete(index=each)
            client.options(ignore_status=404).indices.delete_index_template(name=alias)


def _making(number: int, vectors: bool) -> float:
    """Return how long it takes to make up the documents themselves."""
    next(documents(1, vectors))  # reads the texts
    return _seconds(lambda: sum(1 for _ in documents(number, vectors)))


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def _memory() -> dict[str, int]:
    """Return megabytes: the peak, mapped files that the system may take back included, and its own."""
    status = Path("/proc/self/status")
    lines = status.read_text(encoding="utf-8").splitlines() if status.exists() else []
    own = next((int(line.split()[1]) for line in lines if line.startswith("RssAnon")), 0)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return {"peak_mb": round(peak / 1e3), "own_mb": round(own / 1e3)}


def main(part: str, number: int, folder: Path, url: str = "") -> dict[str, Any]:
    match part:
        case "build" | "build-vectors":
            return build(number, folder, vectors=part == "build-vectors")
        case "ask":
            index = EmbeddedIndex(folder)
            index.prepare()
            return ask(index)
        case "walk":
            return walk(number, folder)
        case "record":
            return record(number, folder)
        case "plain":
            return plain(number, folder)
        case _:
            return elastic(number, url)


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1], int(sys.argv[2]), Path(sys.argv[3]), *sys.argv[4:])))

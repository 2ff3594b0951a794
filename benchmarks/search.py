"""How fast the embedded engine is beside plain FTS5, and how its vectors grow.

Run: `python -m benchmarks.search [documents]`. Texts are made up from a vocabulary whose
words are as uneven as in a language (Zipf); both engines get the same. Plain FTS5 has one
table of title and text, its own tokeniser, no stems, filters, facets or snippets: it is
the floor, so the ratios say what those promises cost. Times are processor time of one
thread, so that other work on the machine does not count.
"""

import itertools
import json
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np

from search.embedded import EmbeddedIndex
from search.index import DIMENSIONS, Document, Kind, Query, Sort

WORDS_A_TEXT = 180
VOCABULARY = 20_000
ROUNDS = 15
KINDS: dict[str, tuple[Query, str | None]] = {
    "a rare word": (Query("{rare}"), '"{rare}"'),
    "a common word": (Query("{common}"), '"{common}"'),
    "two words": (Query("{common} {middle}"), '"{common}" "{middle}"'),
    "a phrase": (Query('"{common} {middle}"'), '"{common} {middle}"'),
    "or": (Query("{rare} OR {middle}"), '"{rare}" OR "{middle}"'),
    "not": (Query("{middle} -{common}"), '"{middle}" NOT "{common}"'),
    "prefix": (Query("{stem}*"), '"{stem}" *'),
    "newest": (Query("", sort=Sort.NEWEST), None),
    "word, filter, facets": (Query("{middle} sumber:s3", facets=True), None),
    "hybrid": (Query("{middle}", vector=b"x"), None),
}


def main(documents: int = 10_000) -> dict[str, Any]:
    """Return the measurements, and print them as a table: milliseconds (median, p95) and ratios."""
    words = _vocabulary()
    names = {"common": words[3], "middle": words[60], "rare": words[9_000], "stem": words[60][:4]}
    vector = _vector(0)
    with tempfile.TemporaryDirectory() as folder:
        plain, plain_seconds = _build_plain(Path(folder) / "plain.db", words, documents)
        index = EmbeddedIndex(Path(folder) / "index")
        ours_seconds = _timed(lambda: index.rebuild(_documents(words, documents)))
        size = sum(path.stat().st_size for path in (Path(folder) / "index").iterdir())
        result: dict[str, Any] = {
            "documents": documents,
            "build_per_second": round(documents / ours_seconds),
            "build_times_plain": round(ours_seconds / plain_seconds, 1),
            "megabytes": round(size / 1e6, 1),
            "queries": {},
        }
        for kind, (query, match) in KINDS.items():
            asked = _with(query, names, vector)
            row = _measure(lambda asked=asked: index.search(asked))  # type: ignore[misc]
            if match is not None:
                expression = match.format(**names)
                floor = _measure(lambda expression=expression: _ask_plain(plain, expression))  # type: ignore[misc]
                row["plain_ms"] = floor["median_ms"]
                row["times_plain"] = round(row["median_ms"] / floor["median_ms"], 1)
            result["queries"][kind] = row
        plain.close()
        index.close()
    _print(result)
    return result


def _vocabulary() -> list[str]:
    syllables = [a + b for a in "bcdgjklmnprstw" for b in "aiueo"]
    made = ("".join(parts) for parts in itertools.product(syllables, repeat=3))
    return list(itertools.islice(made, 0, None, 17))[:VOCABULARY]


def _texts(words: list[str], documents: int) -> Iterator[tuple[str, str]]:
    chance = np.random.default_rng(7)
    for _ in range(documents):
        ranks = np.minimum(chance.zipf(1.25, WORDS_A_TEXT), len(words)) - 1
        chosen = [words[rank] for rank in ranks]
        yield " ".join(chosen[:8]), " ".join(chosen)


def _documents(words: list[str], documents: int) -> Iterator[Document]:
    start = datetime(2024, 1, 1, tzinfo=UTC)
    for number, (title, text) in enumerate(_texts(words, documents)):
        moment = start + timedelta(minutes=number)
        source = f"s{number % 12}"
        yield Document(
            str(UUID(int=number)), Kind.ITEM, title, text, "", source, "news", moment, vector=_vector(number)
        )


def _vector(number: int) -> bytes:
    values = np.random.default_rng(number).standard_normal(DIMENSIONS)
    return bytes((values / np.linalg.norm(values)).astype("<f2").tobytes())


def _build_plain(path: Path, words: list[str], documents: int) -> tuple[sqlite3.Connection, float]:
    connection = sqlite3.connect(path)
    connection.execute("CREATE VIRTUAL TABLE plain USING fts5 (title, text)")

    def fill() -> None:
        with connection:
            connection.executemany("INSERT INTO plain VALUES (?, ?)", _texts(words, documents))
        connection.execute("INSERT INTO plain (plain) VALUES ('optimize')")

    return connection, _timed(fill)


def _ask_plain(connection: sqlite3.Connection, expression: str) -> None:
    ranked = "SELECT rowid, title FROM plain WHERE plain MATCH ? ORDER BY rank LIMIT 20"
    connection.execute(ranked, (expression,)).fetchall()
    connection.execute("SELECT count(*) FROM plain WHERE plain MATCH ?", (expression,)).fetchone()


def _with(query: Query, names: dict[str, str], vector: bytes) -> Query:
    return Query(
        query.text.format(**names),
        sort=query.sort,
        facets=query.facets,
        vector=vector if query.vector else b"",
    )


def _measure(ask: Callable[[], object]) -> dict[str, float]:
    ask()
    times = sorted(_timed(ask) * 1000 for _ in range(ROUNDS))
    return {"median_ms": round(statistics.median(times), 2), "p95_ms": round(times[int(0.95 * ROUNDS)], 2)}


def _timed(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


def _print(result: dict[str, Any]) -> None:
    print(
        f"{result['documents']} documents, {result['build_per_second']} a second with vectors"
        f" ({result['build_times_plain']} x plain FTS5), {result['megabytes']} MB",
        file=sys.stderr,
    )
    for kind, row in result["queries"].items():
        beside = f"{row['times_plain']:>6} x plain" if "times_plain" in row else ""
        print(f"{kind:<22}{row['median_ms']:>9} ms  p95 {row['p95_ms']:>9} ms {beside}", file=sys.stderr)


if __name__ == "__main__":
    print(json.dumps(main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)))

"""What grouping one more item costs as the record grows to a million, beside plain datasketch LSH.

Run: `python -m benchmarks.group [items ...]`. Texts are made up: each says one of many things, in
one of its wordings, half of them popular ones (Zipf). At each size the record is filled
in bulk to just below it and then a few hundred items go through the real stage one by one, each
in its own transaction; both the mean and the p95 are told, of processor time, so that other work
on the machine does not count. The peer is what a plain script would
do: `datasketch.MinHashLSH` in memory, 64 permutations, threshold 0.5, union of what it finds;
it keeps nothing on disk and reads no text again, so it is a floor, not a rival.
"""

import itertools
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from datasketch import MinHash, MinHashLSH
from sqlalchemy import insert

from benchmarks._made_up import vocabulary
from kentongan.domain import ClaimState, Lane, Permission, Source, SourceKind, Stage
from kentongan.ids import new_id
from kentongan.store import Store, open_store
from kentongan.store.copies import MAX_RUNS, Traits
from kentongan.store.schema import ClaimRow, ItemRow, RevisionRow, ShingleRow
from kentongan.text import shingle_words
from pipeline.grouping import RUN_WORDS, word_runs
from pipeline.work import group_item

SIZES = (10_000, 100_000, 400_000, 1_000_000)
MEASURED = 300
TEXT_WORDS = 14
PERMUTATIONS = 64
POPULAR = 20_000  # things that are said again and again
_BATCH = 5_000
_SOURCES = 40
_START = datetime(2024, 1, 1, tzinfo=UTC)


def main(*sizes: int) -> dict[str, Any]:
    """Return milliseconds an item at each size, ours and the peer's, and print them."""
    wanted = sorted(sizes or SIZES)
    peer = _Peer()
    rows: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(f"sqlite:///{Path(folder) / 'record.db'}")
        for name in range(_SOURCES):
            store.collector.save_source(
                Source(f"s{name}", f"S{name}", SourceKind.PUBLIC_CHANNEL, Permission.WRITTEN, "", "", "UTC")
            )
        texts, held = _texts(), 0
        claims: dict[int, Any] = {}
        for size in wanted:
            began = time.perf_counter()
            _fill(store, itertools.islice(texts, size - MEASURED - held), claims, peer)
            filled = time.perf_counter() - began
            some = list(itertools.islice(texts, MEASURED))
            rows[str(size)] = {
                "ours": _measure_ours(store, [said for _, said in some]),
                "datasketch": peer.measure([said for _, said in some]),
                "fill_seconds": round(filled),
                "megabytes": round((Path(folder) / "record.db").stat().st_size / 1e6),
            }
            held = size
            print(size, rows[str(size)], flush=True)
        store.close()
    first, last = (rows[str(size)]["ours"]["mean_ms"] for size in (wanted[0], wanted[-1]))
    return {"items": rows, "growth": round(last / first, 2)}


def _texts() -> Iterator[tuple[int, str]]:
    """Yield what is said (a number) and one wording of it, without end; copies are cut and framed.

    Half of what is said is said once; the rest is one of POPULAR things, each half as often as the
    one of half its rank (Zipf): the most popular has about one item in twenty.
    """
    words = vocabulary()
    chance = np.random.default_rng(11)
    weights = 1 / np.arange(1, POPULAR + 1)
    weights /= weights.sum()
    while True:
        popular = chance.choice(POPULAR, size=_BATCH, p=weights)
        once = chance.integers(POPULAR, 10**12, size=_BATCH)
        for said in np.where(chance.random(_BATCH) < 0.5, popular, once).tolist():
            own = np.random.default_rng(said)
            body = [words[int(rank)] for rank in own.integers(40, len(words), TEXT_WORDS)]
            frame = [words[int(rank)] for rank in chance.integers(0, len(words), 3)]
            cut = int(chance.integers(0, 5))
            yield said, " ".join([frame[0], *body[cut:], *frame[1:]])


def _fill(store: Store, texts: Iterator[tuple[int, str]], claims: dict[int, Any], peer: "_Peer") -> None:
    """Put items into the record as grouping would have, many a transaction."""
    while batch := list(itertools.islice(texts, _BATCH)):
        items, revisions, shingles, fresh = [], [], [], []
        for said, wording in batch:
            key, seen = new_id(), _START + timedelta(seconds=len(claims))
            if said not in claims:
                claims[said] = new_id()
                fresh.append(_claim(claims[said], seen))
            items.append(_item(key, claims[said], said % _SOURCES, wording, seen))
            revisions.append(
                {
                    "item_id": key,
                    "number": 1,
                    "title": "",
                    "text": wording,
                    "content_hash": "",
                    "seen_at": seen,
                }
            )
            runs = shingle_words(wording.split(), RUN_WORDS)  # as `word_runs`, for words without formulas
            peer.add(str(key), runs)
            shingles += [
                {"hash": h - 2**64 if h >= 2**63 else h, "item_id": key} for h in sorted(runs)[:MAX_RUNS]
            ]
        with store.database.write() as session:
            if fresh:
                session.execute(insert(ClaimRow), fresh)
            session.execute(insert(ItemRow), items)
            session.execute(insert(RevisionRow), revisions)
            session.execute(insert(ShingleRow), shingles)


def _claim(key: Any, seen: datetime) -> dict[str, Any]:
    flags = dict.fromkeys(("hoax", "black_campaign", "identity_politics", "parted"), False)
    return {
        "id": key, "headline": "", "lane": Lane.UNFLAGGED.value, "state": ClaimState.NEW.value,
        "priority": 0.0, "item_count": 1, "source_count": 1, "voice_count": 1, "first_seen_at": seen,
        "last_seen_at": seen, "version": 1, **flags,
    }  # fmt: skip


def _item(key: Any, claim: Any, source: int, wording: str, seen: datetime) -> dict[str, Any]:
    flags = dict.fromkeys(
        ("hoax", "black_campaign", "identity_politics", "refuted", "pinned", "press"), False
    )
    return {
        "id": key, "identity": str(key), "source": f"s{source}", "platform": "post", "url": "", "title": "",
        "text": wording, "author": "", "language": "id", "external_id": "", "first_seen_at": seen,
        "last_seen_at": seen, "content_hash": str(key), "revision": 1, "stage": Stage.LINKED.value,
        "claim_id": claim, "risk": 0.0, "surest": 0.0, "voice": f"s{source}", "wire": "", "given": {},
        **flags,
    }  # fmt: skip


def _measure_ours(store: Store, texts: Sequence[str]) -> dict[str, float]:
    """Group items as the conveyor does, and tell what each took."""
    with store.database.write() as session:
        rows = [
            {**_item(new_id(), None, at % _SOURCES, said, _START), "stage": Stage.MATCHED.value}
            for at, said in enumerate(texts)
        ]
        session.execute(insert(ItemRow), rows)
    took = []
    for item in store.conveyor.take(Stage.MATCHED, "bench", len(texts)):
        began = time.thread_time()
        assert group_item(store, item, "bench", Traits())
        took.append(1_000 * (time.thread_time() - began))
    return _told(took)


def _told(took: Sequence[float]) -> dict[str, float]:
    return {
        "mean_ms": round(statistics.mean(took), 2),
        "p95_ms": round(statistics.quantiles(took, n=20)[-1], 2),
    }


class _Peer:
    """Plain MinHash LSH: each item is in the group of the first that it finds."""

    def __init__(self) -> None:
        self._lsh = MinHashLSH(threshold=0.5, num_perm=PERMUTATIONS)
        self._group: dict[str, str] = {}

    def add(self, key: str, runs: frozenset[int]) -> None:
        minhash = MinHash(num_perm=PERMUTATIONS)
        minhash.update_batch([run.to_bytes(8, "big") for run in runs])
        found = self._lsh.query(minhash)
        self._group[key] = self._group[found[0]] if found else key
        self._lsh.insert(key, minhash)

    def measure(self, texts: Sequence[str]) -> dict[str, float]:
        took = []
        for said in texts:
            began = time.thread_time()
            self.add(str(new_id()), word_runs(said))
            took.append(1_000 * (time.thread_time() - began))
        return _told(took)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))

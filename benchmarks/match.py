"""How long finding the checks of one text takes in a large archive, beside BM25 alone.

Run: `python -m benchmarks.match [checks]`. Claims and posts are made up of the words of the invented
training cases, as uneven as a language's (Zipf), and of made-up names; vectors are random, which
changes no time. The peer is `bm25s`' plain
algorithm in scipy: one sparse product with the archive, no re-ranking, no meaning. Ours holds
the index (words and vectors), reads 80 candidates and judges each. Wall time, one query at a time.
"""

import json
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np
from scipy.sparse import csr_matrix

from benchmarks._made_up import random_vector, vocabulary
from classifier.artefact import DEFAULT_NAME, load_artefact
from classifier.assess import Assessor
from classifier.train.run import CASES
from kentongan.domain import FactCheck, FactCheckId, Verdict
from kentongan.settings import PROJECT_ROOT
from kentongan.text import words as plain_words
from pipeline.matching import Matcher
from search.embedded import EmbeddedIndex
from search.index import Document, Kind

CLAIM_WORDS, POST_WORDS = 9, 60
QUERIES = 60
_SHARED = 6  # words that a post has of its own claim
_DAY = datetime(2025, 1, 1, tzinfo=UTC)


def main(checks: int = 100_000) -> dict[str, Any]:
    """Return milliseconds a query (median, p95), and print them."""
    words = _words()
    claims = list(_texts(words, checks, CLAIM_WORDS, seed=1))
    posts = [
        f"{' '.join(claims[at * 97 % checks].split()[:_SHARED])} {rest}"
        for at, rest in enumerate(_texts(words, QUERIES, POST_WORDS, seed=2))
    ]
    assessor = Assessor(load_artefact(PROJECT_ROOT / "models" / DEFAULT_NAME))
    kept = {UUID(int=at): _check(at, claim) for at, claim in enumerate(claims)}
    with tempfile.TemporaryDirectory() as folder:
        index = EmbeddedIndex(Path(folder) / "index")
        index.rebuild(_documents(kept))
        matcher = Matcher(index, lambda keys: [kept[key] for key in keys], assessor)
        matcher.find(posts[0], random_vector(0))  # the matrix of vectors is read once
        ours = _measure(lambda at: matcher.find(posts[at], random_vector(at), at_least=0.0))
        index.close()
    peer = _Plain(claims)
    plain = _measure(lambda at: peer.find(posts[at]))
    result = {
        "checks": checks,
        "ours": ours,
        "plain_bm25": plain,
        "times_plain": round(ours["median_ms"] / plain["median_ms"], 1),
    }
    print(f"{checks} checks: ours {ours}, plain BM25 {plain}, {result['times_plain']} times")
    return result


def _words() -> list[str]:
    """Return real words, the most frequent first, then made-up ones as rare as names are."""
    cases = CASES.read_text(encoding="utf-8").splitlines()
    said = Counter(word for line in cases for word in plain_words(json.loads(line)["text"]))
    return [*(word for word, _ in said.most_common()), *vocabulary()]


def _texts(words: Sequence[str], count: int, length: int, seed: int) -> Iterator[str]:
    chance = np.random.default_rng(seed)
    for _ in range(count):
        ranks = np.minimum(chance.zipf(1.25, length), len(words)) - 1
        rare = chance.integers(50, len(words), max(1, length // 3))  # as names and places are
        yield " ".join([*(words[rank] for rank in ranks), *(words[rank] for rank in rare)])


def _check(number: int, claim: str) -> FactCheck:
    return FactCheck(
        FactCheckId(UUID(int=number)), f"https://cek.example/{number}", "Cek", claim, Verdict.REFUTED,
        "Salah", "", _DAY, "cek", _DAY, random_vector(number),
    )  # fmt: skip


def _documents(checks: dict[UUID, FactCheck]) -> Iterator[Document]:
    for key, check in checks.items():
        yield Document(
            str(key), Kind.FACT_CHECK, "", check.claim, check.url, "cek", "factcheck", _DAY,
            vector=check.embedding,
        )  # fmt: skip


class _Plain:
    """BM25 over whole words as one sparse product (Robertson and Zaragoza 2009)."""

    def __init__(self, claims: Sequence[str], k: float = 1.2, b: float = 0.75) -> None:
        self._columns: dict[str, int] = {}
        rows, columns, counts = [], [], []
        for row, claim in enumerate(claims):
            for word in claim.split():
                rows.append(row)
                columns.append(self._columns.setdefault(word, len(self._columns)))
                counts.append(1.0)
        matrix = csr_matrix((counts, (rows, columns)), (len(claims), len(self._columns)))
        lengths = np.asarray(matrix.sum(axis=1)).ravel()
        holding = np.diff(matrix.tocsc().indptr)
        rarity = np.log(1 + (len(claims) - holding + 0.5) / (holding + 0.5))
        entries = matrix.tocoo()
        norm = k * (1 - b + b * lengths[entries.row] / lengths.mean())
        weights = rarity[entries.col] * entries.data * (k + 1) / (entries.data + norm)
        self._weights = csr_matrix((weights, (entries.row, entries.col)), matrix.shape)

    def find(self, text: str) -> list[int]:
        wanted = np.zeros(len(self._columns))
        for word in text.split():
            if word in self._columns:
                wanted[self._columns[word]] = 1.0
        scores = self._weights @ wanted
        best = np.argpartition(-scores, 10)[:10]
        return [int(at) for at in best[np.argsort(-scores[best])]]


def _measure(ask: Callable[[int], object]) -> dict[str, float]:
    took = []
    for at in range(QUERIES):
        began = time.perf_counter()
        ask(at)
        took.append(1_000 * (time.perf_counter() - began))
    return {
        "median_ms": round(statistics.median(took), 2),
        "p95_ms": round(statistics.quantiles(took, n=20)[-1], 2),
    }


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))

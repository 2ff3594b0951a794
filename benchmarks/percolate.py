"""How many new items a second are held against the saved searches, beside asking each search in turn.

Run: `python -m benchmarks.percolate [documents]`. The searches are the sixteen watch topics, then made
ones of the same shape: two or three groups of words joined by OR, a phrase, a word left out. Their
words, and those of the texts, are as uneven as in a language (Zipf), so that a search's words are in
some texts and not in most. The plain way evaluates every search's compiled tree on the same reading
of the text: what is measured is the filing under necessary terms, not the reading. Both give the same
answers, or it fails. Times are processor time of one thread.
"""

import itertools
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import numpy as np

from kentongan.saved import read_topics
from search.index import Document, Kind, Query
from search.percolate import Percolator, Standing, read_document, read_standing

SIZES = (16, 1_000, 5_000)
WORDS_A_TEXT = 180
VOCABULARY = 20_000
COMMONEST_WATCHED = 100  # of the ranks of words: nobody watches "yang"
PLAIN_DOCUMENTS = 200  # the plain way is slow: its rate is taken from the first of the documents


def main(documents: int = 2_000) -> dict[str, Any]:
    """Return documents a second by number of searches, and print them beside the plain way's."""
    words = _vocabulary()
    texts = list(_documents(words, documents))
    reading = _timed(lambda: [read_document(document) for document in texts])
    result: dict[str, Any] = {
        "documents": documents,
        "read_per_second": round(documents / reading),
        "searches": {},
    }
    for size in SIZES:
        result["searches"][str(size)] = _measure(list(_searches(words, size)), texts)
    _print(result)
    return result


def _measure(searches: list[Standing], texts: list[Document]) -> dict[str, float]:
    built: list[Percolator[int]] = []
    compiling = _timed(lambda: built.append(Percolator(enumerate(searches))))
    percolator = built[0]
    hits: list[list[int]] = []
    seconds = _timed(lambda: hits.extend(percolator.match(document) for document in texts))
    tests = [search.test() for search in searches]
    few = texts[:PLAIN_DOCUMENTS]
    asked: list[list[int]] = []

    def ask_each() -> None:
        for document in few:
            read = read_document(document)
            asked.append([number for number, test in enumerate(tests) if test(read)])

    plain = _timed(ask_each)
    if asked != hits[: len(few)]:
        raise AssertionError("the two ways do not find the same")
    per_second, plain_per_second = len(texts) / seconds, len(few) / plain
    return {
        "compile_ms": round(compiling * 1000, 1),
        "documents_per_second": round(per_second),
        "plain_per_second": round(plain_per_second),
        "times_plain": round(per_second / plain_per_second, 1),
        "hits_per_document": round(sum(map(len, hits)) / len(texts), 2),
    }


def _searches(words: list[str], count: int) -> Iterator[Standing]:
    topics = [topic.wanted.query for topic in read_topics()]
    chance = np.random.default_rng(5)

    def some(number: int) -> list[str]:
        ranks = np.exp(chance.uniform(np.log(COMMONEST_WATCHED), np.log(len(words) - 1), number))
        return [words[int(rank)] for rank in ranks]

    for query in itertools.islice(itertools.chain(topics, itertools.repeat("")), count):
        groups = [f"({' OR '.join(some(int(chance.integers(3, 9))))})" for _ in range(chance.integers(2, 4))]
        made = f'{" ".join(groups)} -{some(1)[0]} -"{" ".join(some(2))}"'
        yield read_standing(Query(query or made))


def _vocabulary() -> list[str]:
    syllables = [a + b for a in "bcdgjklmnprstw" for b in "aiueo"]
    made = ("".join(parts) for parts in itertools.product(syllables, repeat=3))
    return list(itertools.islice(made, 0, None, 17))[:VOCABULARY]


def _documents(words: list[str], documents: int) -> Iterator[Document]:
    chance = np.random.default_rng(7)
    start = datetime(2024, 1, 1, tzinfo=UTC)
    for number in range(documents):
        chosen = [words[int(rank)] for rank in (chance.zipf(1.25, WORDS_A_TEXT) - 1) % len(words)]
        moment = start + timedelta(minutes=number)
        title, text = " ".join(chosen[:8]), " ".join(chosen)
        yield Document(str(UUID(int=number)), Kind.ITEM, title, text, "", f"s{number % 12}", "news", moment)


def _timed(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


def _print(result: dict[str, Any]) -> None:
    print(f"{result['documents']} texts of {WORDS_A_TEXT} words; reading alone {result['read_per_second']}/s")
    print(
        f"{'searches':>9} {'texts/s':>9} {'plain/s':>9} {'x plain':>8} {'hits/text':>10} {'compile ms':>11}"
    )
    for size, row in result["searches"].items():
        print(
            f"{size:>9} {row['documents_per_second']:>9} {row['plain_per_second']:>9} {row['times_plain']:>8}"
            f" {row['hits_per_document']:>10} {row['compile_ms']:>11}"
        )


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:]))

"""The texts that searching is measured on, and the words that are asked for.

Real posts and news where a folder of them lies beside the repository (`shared/data`) or is named by
KENTONGAN_BENCH_DATA: `posts.jsonl.gz` and `news.jsonl.gz`, one JSON object a line with `title` and `text`.
They are repeated with variation: from the second time on every fourth word is another's of the same texts.
Otherwise invented words as uneven as in a language (Zipf).
Three posts to one piece of news, as a city's archive has them.
"""

import gzip
import itertools
import json
import os
import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from uuid import UUID

import numpy as np

from search.analysis import exact_terms, is_stop_word, read_terms
from search.index import DIMENSIONS, Document, Kind

ENVIRONMENT = "KENTONGAN_BENCH_DATA"
POSTS, NEWS = 12_000, 4_000  # different ones
SAMPLE = 8_000  # documents in which words are counted
_VARIED = 4
_BESIDE = Path(__file__).parents[2] / "shared" / "data"
_VECTORS = 4_096  # made at once
_START = datetime(2016, 1, 1, tzinfo=UTC)
_STATES = ("new", "new", "new", "watching", "noted", "dismissed", "escalated")
_PLACES = tuple(f"kelurahan {n}" for n in range(40))


@dataclass(frozen=True, slots=True)
class Words:
    """Words by the share of documents they are in, rarest first, several of each."""

    rare: Sequence[str]  # about one in 2,000
    middle: Sequence[str]  # about one in 100
    common: Sequence[str]  # about one in 10
    phrases: Sequence[str]  # two words, one after the other


def origin() -> str:
    """Return in words what the texts are."""
    return "real posts and news" if _folder() else "invented words"


def texts(documents: int) -> Iterator[tuple[str, str]]:
    """Yield (title, text), the same ones whenever asked."""
    posts, news = _sources()
    chance = random.Random(7)
    pool = [word for _, text in itertools.chain(posts, news) for word in text.split()]
    for number in range(documents):
        source = news if number % 4 == 3 else posts
        times, at = divmod(number, len(source))
        title, text = source[at]
        yield (title, text) if not times else (_varied(title, pool, chance), _varied(text, pool, chance))


def documents(number: int, vectors: bool) -> Iterator[Document]:
    """Yield so many documents, minutes apart, with the fields of an archive."""
    step = timedelta(seconds=max(1, 300_000_000 // max(1, number)))  # over about ten years
    made = _vectors() if vectors else itertools.repeat(b"")
    for at, ((title, text), vector) in enumerate(zip(texts(number), made, strict=False)):
        news = at % 4 == 3
        yield Document(
            id=str(UUID(int=(at << 80) | 7 << 76 | 2 << 62 | at * 2_654_435_761 % 2**32)),
            kind=Kind.FACT_CHECK if at % 200 == 199 else Kind.ITEM,
            title=title,
            text=text,
            url=f"https://kabar.example/{at}",
            source=f"sumber {at % 40}",
            platform="news" if news else "post",
            published_at=_START + at * step,
            labels=("hoax",) if at % 50 == 0 else (),
            stance="asserts" if at % 5 else "reports",
            state=_STATES[at % len(_STATES)],
            claim_id=f"klaim {at // 3}",
            place=(_PLACES[at % 40],) if at % 3 else (),
            stage=("pilkada 2024",) if at % 20 == 0 else (),
            priority=0.0 if news else at * 7 % 1_000 / 1_000,
            vector=vector,
        )


def words() -> Words:
    """Return the words to ask for, at fixed shares of documents, the same at every size."""
    found: Counter[str] = Counter()
    pairs: Counter[str] = Counter()
    for _, text in texts(SAMPLE):
        exact = exact_terms(text)
        found.update({t.word for t in read_terms(exact) if not is_stop_word(t) and t.word.isalpha()})
        pairs.update({f"{a} {b}" for a, b in itertools.pairwise(exact) if len(a) > 3 and len(b) > 3})
    commonest_first = sorted(found.items(), key=lambda pair: (-pair[1], pair[0]))
    ranked = [word for word, _ in commonest_first if len(word) > 3]

    def at(share: float) -> list[str]:
        first = next(n for n, word in enumerate(ranked) if found[word] <= share * SAMPLE)
        return ranked[max(0, first - 3) : first + 3]

    phrases = [pair for pair, number in pairs.most_common() if number <= SAMPLE / 200][:6]
    return Words(at(1 / 2_000), at(1 / 100), at(1 / 10), phrases)


def query_vector() -> bytes:
    return next(_vectors(seed=99))


def _vectors(seed: int = 11) -> Iterator[bytes]:
    chance = np.random.default_rng(seed)
    while True:
        values = chance.standard_normal((_VECTORS, DIMENSIONS), dtype=np.float32)
        values /= np.linalg.norm(values, axis=1, keepdims=True)
        yield from (row.tobytes() for row in values.astype("<f2"))


def _varied(text: str, pool: Sequence[str], chance: random.Random) -> str:
    parts = text.split()
    for at in range(chance.randrange(_VARIED), len(parts), _VARIED):
        parts[at] = pool[int(chance.random() * len(pool))]
    return " ".join(parts)


def _folder() -> Path | None:
    given = os.environ.get(ENVIRONMENT)
    folder = Path(given) if given else _BESIDE
    return folder if given or (folder / "posts.jsonl.gz").exists() else None


@cache
def _sources() -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    folder = _folder()
    if folder is None:
        return _invented(POSTS, 40), _invented(NEWS, 250)
    return _read(folder / "posts.jsonl.gz", POSTS), _read(folder / "news.jsonl.gz", NEWS)


def _read(path: Path, most: int) -> list[tuple[str, str]]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    random.Random(3).shuffle(rows)
    return [(row.get("title") or "", row["text"]) for row in rows[:most]]


def _invented(number: int, length: int) -> list[tuple[str, str]]:
    syllables = [a + b for a in "bcdgjklmnprstw" for b in "aiueo"]
    made = ("".join(parts) for parts in itertools.product(syllables, repeat=3))
    vocabulary = list(itertools.islice(made, 0, None, 17))
    chance = np.random.default_rng(length)
    found = []
    for _ in range(number):
        ranks = np.minimum(chance.zipf(1.25, length), len(vocabulary)) - 1
        chosen = [vocabulary[rank] for rank in ranks]
        found.append((" ".join(chosen[:8]) if length > 100 else "", " ".join(chosen)))
    return found

"""The real texts that relevance is measured on, and the judged questions about them.

Owns: which texts, and the questions. The texts stay outside the project: a question knows them only
by id. Every text is there once, although the sets repeat each other. Posts have no title: the one in
the set is a fact-checker's.
"""

import gzip
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from hashlib import blake2b
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

from kentongan.settings import PROJECT_ROOT
from search.index import Document, Kind

FILES = ("posts", "claims", "factcheck_articles", "news", "headlines")
QUESTIONS = Path(__file__).with_name("relevance_questions.jsonl")
_DAY = datetime(2025, 1, 1, tzinfo=UTC)  # the same for all: dates play no part


class Part(StrEnum):
    DEV = "dev"  # what the word lists were tuned on
    TEST = "test"


@dataclass(frozen=True, slots=True)
class Text:
    id: str
    title: str
    text: str
    group: str  # joins a checked claim, its posts and its checks

    @property
    def document(self) -> Document:
        key = str(uuid5(NAMESPACE_URL, self.id))
        return Document(key, Kind.ITEM, self.title, self.text, "", "", "post", _DAY)


@dataclass(frozen=True, slots=True)
class Question:
    id: str
    text: str
    everyday: bool  # as one types in a hurry: slang, short forms, other spellings
    part: Part
    grades: Mapping[str, int]  # id of a text -> 2 it answers, 1 it touches; what is absent counts as 0


def shared_texts() -> Path | None:
    """Return the folder of the real texts, or None where there is none."""
    root = Path(os.environ.get("KENTONGAN_SHARED") or PROJECT_ROOT.parent / "shared")
    return root / "data" if (root / "data" / "posts.jsonl.gz").exists() else None


def read_texts(folder: Path) -> Iterator[Text]:
    seen: set[bytes] = set()
    for name in FILES:
        with gzip.open(folder / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
            for line in lines:
                row = json.loads(line)
                text = row["text"] or ""
                title = "" if name == "posts" or row.get("title") in (None, text) else row["title"]
                same = blake2b(
                    " ".join(f"{title} {text}".casefold().split()).encode(), digest_size=12
                ).digest()
                if same not in seen:
                    seen.add(same)
                    yield Text(row["id"], title, text, row.get("group_id") or "")


def read_questions(path: Path = QUESTIONS) -> list[Question]:
    """Return the judged questions. The part each is in depends on nothing but its id."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    rows.sort(key=lambda row: blake2b(row["id"].encode(), digest_size=8).digest())
    half = len(rows) // 2
    return [
        Question(
            row["id"], row["text"], row["style"] == "everyday", Part.DEV if at < half else Part.TEST,
            row["grades"],
        )
        for at, row in enumerate(rows)
    ]  # fmt: skip

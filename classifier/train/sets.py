"""Reading the data sets that training and evaluation draw on.

Owns: the files' form, and which rows are kept out of training. Leaves how many of each are
used and what they teach to `recipe`.
"""

import gzip
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zlib import crc32

from classifier.errors import TrainingDataMissing
from kentongan.text import normalise

LATER = "2025-07"  # checks from this month on are for evaluation


@dataclass(frozen=True, slots=True)
class Row:
    """One text of a set. `labels` holds what the set knows, by name; `stance` may be empty."""

    id: str
    text: str
    dataset: str
    split: str
    group: str
    date: str
    labels: Mapping[str, int]
    stance: str
    stratum: str
    confidence: int  # of the annotation, 1 to 3; 0 where there is none


def read_rows(path: Path) -> Iterator[Row]:
    """Yield the rows of a gzipped JSONL set.

    Raises TrainingDataMissing naming the file, and the line where one is broken.
    """
    try:
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            for number, line in enumerate(lines, 1):
                yield _row(path, number, line)
    except OSError as exc:
        raise TrainingDataMissing(path, exc.strerror or str(exc)) from exc


def _row(path: Path, number: int, line: str) -> Row:
    try:
        raw: dict[str, Any] = json.loads(line)
        known = {name: int(value) for name, value in (raw.get("labels") or {}).items() if value is not None}
        return Row(
            id=raw["id"],
            text=raw["text"],
            dataset=raw["dataset"],
            split=raw.get("split") or "",
            group=raw.get("group_id") or "",
            date=raw.get("date") or "",
            labels=known,
            stance=raw.get("stance") or "",
            stratum=raw.get("stratum") or "",
            confidence=int(raw.get("confidence") or 0),
        )
    except (ValueError, KeyError, TypeError) as exc:
        raise TrainingDataMissing(path, f"line {number}: {exc!r}") from exc


@dataclass(frozen=True, slots=True)
class KeptOut:
    """What must never be trained on: ids, texts, and the groups of later checks."""

    ids: frozenset[str]
    texts: frozenset[str]
    groups: frozenset[str]

    def covers(self, row: Row) -> bool:
        return row.id in self.ids or row.group in self.groups or normalise(row.text) in self.texts


def read_kept_out(data_dir: Path) -> KeptOut:
    """Return ids and texts of the gold set and of every dev split, and the dev posts' groups."""
    ids: set[str] = set()
    texts: set[str] = set()
    groups: set[str] = set()
    for name in ("gold", "posts", "claims", "news", "headlines"):
        for row in read_rows(data_dir / f"{name}.jsonl.gz"):
            if name != "gold" and not row.split.startswith("dev"):
                continue
            ids.add(row.id)
            texts.add(normalise(row.text))
            if row.group and row.split == "dev" and row.labels.get("hoax") == 1:
                groups.add(row.group)
    return KeptOut(frozenset(ids), frozenset(texts), frozenset(groups))


def held_for_evaluation(row: Row) -> bool:
    """Return whether a fact-check article, which has no split of its own, is kept for evaluation."""
    return row.date >= LATER or crc32(row.id.encode()) % 8 == 0

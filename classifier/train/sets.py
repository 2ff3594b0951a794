"""Reading the data sets that training and evaluation draw on.

Owns: the files' form, and which rows are kept out of training. Leaves how many of each are
used and what they teach to `recipe`.
"""

import gzip
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from zlib import crc32

from classifier.errors import TrainingDataMissing
from classifier.train.mix import Mix
from kentongan.domain import Label, Stance
from kentongan.text import normalise

_FORM = re.compile(r"([^\t]+)\t([aru]) ([01]) ([01]) ([01]) ([123])")
_STANCES = {"a": str(Stance.ASSERTS), "r": str(Stance.REPORTS), "u": ""}

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


def read_kept_out(data_dir: Path, mix: Mix) -> KeptOut:
    """Return ids and texts of the gold sets, of every dev split and of what calibration is fitted on,
    and the dev posts' groups."""
    calibrating = set(read_readings(mix.calibration))
    ids: set[str] = set()
    texts: set[str] = set()
    groups: set[str] = set()
    for known in mix.sets.values():
        for row in read_rows(data_dir / known.path):
            if known.role != "gold" and not row.split.startswith("dev") and row.id not in calibrating:
                continue
            ids.add(row.id)
            texts.add(normalise(row.text))
            if row.group and row.split == "dev" and row.labels.get("hoax") == 1:
                groups.add(row.group)
    return KeptOut(frozenset(ids), frozenset(texts), frozenset(groups))


def held_for_evaluation(row: Row) -> bool:
    """Return whether a fact-check article, which has no split of its own, is kept for evaluation."""
    return row.date >= LATER or crc32(row.id.encode()) % 8 == 0


def with_readings(rows: Iterable[Row], path: Path) -> Iterator[Row]:
    """Yield the rows that this project read itself, with the labels that the file at `path` gives them."""
    read = read_readings(path)
    for row in rows:
        if row.id in read:
            yield replace(row, **read.pop(row.id))  # type: ignore[arg-type]


def read_readings(path: Path) -> dict[str, dict[str, object]]:
    """Return labels, stance and confidence by row id.

    Raises TrainingDataMissing naming the line that does not have the form.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as exc:
        raise TrainingDataMissing(path, exc.strerror or str(exc)) from exc
    found: dict[str, dict[str, object]] = {}
    for number, line in enumerate(lines, 1):
        if line.startswith("#"):
            continue
        match = _FORM.fullmatch(line)
        if match is None:
            raise TrainingDataMissing(
                path, f"line {number}: not `id<TAB>stance hoax black identity confidence`"
            )
        labels: Mapping[str, int] = {str(name): int(match[3 + at]) for at, name in enumerate(Label)}
        found[match[1]] = {"labels": labels, "stance": _STANCES[match[2]], "confidence": int(match[6])}
    return found

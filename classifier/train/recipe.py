"""Drawing the training texts of a mix, and the pairs for matching.

Owns: examples and pairs. Leaves the portions to the mix file, reading to `sets` and changing
texts to `augment`. What a row does not know is masked, so that no head is taught a guess.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from random import Random

from classifier.errors import TrainingDataMissing
from classifier.train.augment import has_checker_words, has_label_words, without_checker_words
from classifier.train.mix import CASES, READINGS, TAUGHT, Mix, Portion
from classifier.train.sets import KeptOut, Row, held_for_evaluation, read_rows, with_readings
from classifier.windows import cut_windows
from kentongan.domain import Label, Stance

_DEBUNK = re.compile(
    r"faktanya|penelusuran|klaim|keliru|tidak benar|dilansir|cek fakta|hoaks|bantah|menyesatkan", re.I
)
_MENTIONS: Mapping[str, Callable[[str], bool]] = {
    "": lambda text: True,
    "label_words": has_label_words,
    "debunk_words": lambda t: bool(_DEBUNK.search(t)),
}
_CONFIDENCE_WEIGHT = {0: 1.0, 1: 0.4, 2: 0.8, 3: 1.0}
_FEWEST_WORDS = 3


@dataclass(frozen=True, slots=True)
class Example:
    """One window of text and what it teaches: per task of TAUGHT a target in [0, 1], None where unknown."""

    text: str
    targets: tuple[float | None, ...]
    weight: float
    origin: str


@dataclass(frozen=True, slots=True)
class Pair:
    """A post and the claim that a fact-check made of it."""

    post: str
    claim: str


def targets(**known: float) -> tuple[float | None, ...]:
    """Return the target of each task, None where nothing is known."""
    return tuple(known.get(task) for task in TAUGHT)


def build_examples(
    data_dir: Path, mix: Mix, cases: Path, kept_out: KeptOut, seed: int, scale: float = 1.0
) -> list[Example]:
    """Return all training passes in random order; `scale` shrinks every portion alike.

    Raises TrainingDataMissing for a set, a reading or a case that cannot be read.
    """
    random = Random(seed)
    read: dict[str, list[Row]] = {}

    def rows(name: str) -> list[Row]:
        if name not in read:
            if name == CASES:
                read[name] = list(_read_cases(cases))
            elif name == READINGS:
                read[name] = list(
                    with_readings([row for known in mix.sets for row in rows(known)], mix.readings)
                )
            else:
                read[name] = texts(name)
        return read[name]

    def texts(name: str) -> list[Row]:
        known = mix.sets[name]
        found = [] if known.role == "gold" else list(read_rows(data_dir / known.path))
        for row in found:
            if surplus := set(row.labels) - set(known.knows):
                raise TrainingDataMissing(
                    data_dir / known.path, f"{row.id}: label {min(surplus)} is not in `knows`"
                )
        return found

    closely = {
        row.id for name in ("silver", READINGS) if name == READINGS or name in mix.sets for row in rows(name)
    }
    examples: list[Example] = []
    for portion in mix.portions:
        weakly = portion.set not in (READINGS, CASES, "silver")
        chosen = [r for r in rows(portion.set) if not (weakly and r.id in closely) and _fits(portion, r)]
        random.shuffle(chosen)
        quota = max(1, int(portion.passes * scale))
        free = (row for row in chosen if not kept_out.covers(row))
        drawn = _draw(portion, free, -(-quota // portion.repeat), random)
        examples += (drawn * portion.repeat)[:quota]
    random.shuffle(examples)
    return examples


def build_pairs(data_dir: Path, mix: Mix, kept_out: KeptOut, seed: int) -> list[Pair]:
    """Return one (post, claim) pair per training group, in random order."""
    claims: dict[str, str] = {}
    for row in read_rows(data_dir / mix.sets["claims"].path):
        if row.split == "train" and row.group and not kept_out.covers(row):
            claims.setdefault(row.group, row.text)
    pairs: dict[str, Pair] = {}
    for row in read_rows(data_dir / mix.sets["posts"].path):
        if row.split == "train" and row.group in claims and not kept_out.covers(row):
            text = _windows(row)[0]
            if text and text.lower() != claims[row.group].lower():
                pairs.setdefault(row.group, Pair(text, claims[row.group]))
    found = list(pairs.values())
    Random(seed).shuffle(found)
    return found


def _fits(portion: Portion, row: Row) -> bool:
    if portion.split and row.split != portion.split:
        return False
    if row.split == "claim_index" and held_for_evaluation(row):
        return False
    if portion.datasets and not row.dataset.startswith(portion.datasets):
        return False
    if row.dataset.startswith(portion.not_datasets or ("\0",)):
        return False
    if portion.unlabelled and row.labels:
        return False
    for label, value in (portion.labelled or {}).items():
        if label not in row.labels or (value is not True and row.labels[label] != value):
            return False
    return not (portion.checker_words == "drop" and has_checker_words(row.text))


def _draw(portion: Portion, rows: Iterable[Row], quota: int, random: Random) -> list[Example]:
    """Return at most `quota` examples of the rows, in their order."""
    mentions = _MENTIONS[portion.mentions]
    found: list[Example] = []
    for row in rows:
        if len(found) >= quota:
            break
        windows = [text for text in _windows(row) if len(text.split()) >= _FEWEST_WORDS and mentions(text)]
        if portion.checker_words == "drop":
            windows = [without_checker_words(text) for text in windows]
        if windows:
            text = windows[0] if portion.windows == "first" else random.choice(windows)
            found.append(_example(portion, row, text))
    return found


def _example(portion: Portion, row: Row, text: str) -> Example:
    own: dict[str, float] = {**row.labels}
    if row.stance in set(Stance):
        own["stance"] = float(row.stance == Stance.ASSERTS)
    known: dict[str, float] = {}
    for task, target in portion.teaches.items():
        if not isinstance(target, str):
            known[task] = float(target)
        elif target in own:
            known[task] = own[target]
    weight = portion.weight * _CONFIDENCE_WEIGHT.get(row.confidence, 1.0)
    return Example(text, targets(**known), weight, portion.name)


def _windows(row: Row) -> list[str]:
    return [window.text for window in cut_windows(row.text)] or [""]


def _read_cases(path: Path) -> Iterator[Row]:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as exc:
        raise TrainingDataMissing(path, exc.strerror or str(exc)) from exc
    for number, line in enumerate(lines, 1):
        try:
            raw = json.loads(line)
            labels = {str(label): int(str(label) in raw["labels"]) for label in Label}
            yield Row(
                id=f"case:{number}",
                text=raw["text"],
                dataset=raw["function"],
                split="train",
                group="",
                date="",
                labels=labels,
                stance=raw["stance"],
                stratum="",
                confidence=0,
            )
        except (ValueError, KeyError, TypeError) as exc:
            raise TrainingDataMissing(path, f"line {number}: {exc!r}") from exc

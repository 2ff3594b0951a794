"""The mix file: which sets there are, under which licence, and what is drawn from them to teach what.

Owns: its form, read strictly; an unknown or missing field is named with its place. Leaves
drawing texts to `recipe`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from classifier.errors import TrainingDataMissing
from classifier.network import TASKS

NARRATIVE = "narrative"
TAUGHT = (*TASKS, NARRATIVE)
"""What tuning scores: the tasks, and whether a fact-checker took a text up, which is what weak labels say.
Kept apart from `hoax`, for nearly all of them come from one fact-checker: it is the source that they tell."""

READINGS, CASES = "readings", "cases"  # set names with a meaning of their own
_ROLES = ("train", "gold", "archive")


@dataclass(frozen=True, slots=True)
class DataSet:
    """One file of texts. `knows` are the labels that its rows may bear."""

    name: str
    path: str
    licence: str
    role: str
    knows: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Portion:
    """What is drawn from one set. `teaches` maps a task of TAUGHT to a target, or to a label of the row."""

    name: str
    set: str
    teaches: Mapping[str, float | str]
    weight: float
    passes: int
    split: str = ""
    datasets: tuple[str, ...] = ()
    not_datasets: tuple[str, ...] = ()
    labelled: Mapping[str, int | bool] | None = None
    unlabelled: bool = False
    mentions: str = ""
    checker_words: str = "keep"
    windows: str = "first"
    repeat: int = 1


@dataclass(frozen=True, slots=True)
class Mix:
    """A whole mix file. `readings` is the path of the project's own labels, `calibration` that of those
    which decide scaling and thresholds and are never trained on."""

    sets: Mapping[str, DataSet]
    portions: Sequence[Portion]
    readings: Path
    calibration: Path


def read_mix(path: Path) -> Mix:
    """Return the mix in `path`. Raises TrainingDataMissing naming the field that is wrong."""
    try:
        raw = yaml.safe_load(path.read_text(encoding="utf-8"))
        _fields(raw, "the file", needed=("sets", "portions", "readings", "calibration"))
        sets = {name: _data_set(name, fields) for name, fields in raw["sets"].items()}
        portions = [_portion(number, fields, sets) for number, fields in enumerate(raw["portions"], 1)]
        near = path.parent
        return Mix(sets, portions, near / str(raw["readings"]), near / str(raw["calibration"]))
    except OSError as exc:
        raise TrainingDataMissing(path, exc.strerror or str(exc)) from exc
    except yaml.YAMLError as exc:
        raise TrainingDataMissing(path, " ".join(str(exc).split())) from exc
    except (ValueError, TypeError, AttributeError) as exc:
        raise TrainingDataMissing(path, str(exc)) from exc


def _fields(raw: Any, where: str, needed: Sequence[str], optional: Sequence[str] = ()) -> None:
    if not isinstance(raw, dict):
        raise ValueError(f"{where}: fields are needed, not {raw!r}")
    for name in needed:
        if name not in raw:
            raise ValueError(f"{where}: field {name} is missing")
    for name in raw:
        if name not in needed and name not in optional:
            raise ValueError(f"{where}: field {name} is unknown")


def _data_set(name: str, raw: Any) -> DataSet:
    where = f"sets.{name}"
    _fields(raw, where, ("path", "licence", "role", "knows"))
    if raw["role"] not in _ROLES:
        raise ValueError(f"{where}.role: {raw['role']!r} is none of {', '.join(_ROLES)}")
    return DataSet(name, str(raw["path"]), str(raw["licence"]), raw["role"], tuple(map(str, raw["knows"])))


def _portion(number: int, raw: Any, sets: Mapping[str, DataSet]) -> Portion:
    where = f"portions, number {number}"
    optional = tuple(Portion.__dataclass_fields__)[5:]
    _fields(raw, where, ("name", "set", "teaches", "weight", "passes"), optional)
    where = f"portion {raw['name']}"
    if raw["set"] not in sets and raw["set"] not in (READINGS, CASES):
        raise ValueError(f"{where}.set: there is no set {raw['set']!r}")
    if raw["set"] in sets and sets[raw["set"]].role == "gold":
        raise ValueError(f"{where}.set: {raw['set']} is for evaluation and is never trained on")
    for task, target in raw["teaches"].items():
        if task not in TAUGHT:
            raise ValueError(f"{where}.teaches: there is no task {task!r}")
        if not isinstance(target, str) and not 0 <= float(target) <= 1:
            raise ValueError(f"{where}.teaches.{task}: {target} is not between 0 and 1")
    for name, allowed in (
        ("mentions", ("", "label_words", "debunk_words")),
        ("checker_words", ("keep", "drop")),
        ("windows", ("first", "all")),
    ):
        if raw.get(name, allowed[0]) not in allowed:
            raise ValueError(f"{where}.{name}: {raw[name]!r} is none of {', '.join(filter(None, allowed))}")
    if int(raw["passes"]) < 1 or int(raw.get("repeat", 1)) < 1 or not float(raw["weight"]) > 0:
        raise ValueError(f"{where}: passes, repeat and weight must be above 0")
    lists = {name: tuple(raw[name]) for name in ("datasets", "not_datasets") if name in raw}
    return Portion(**{**raw, **lists})

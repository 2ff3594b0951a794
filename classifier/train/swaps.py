"""Exchanging a name or a group: by how much a probability moves when only that changes.

Owns: the terms and the invented sentences they are put into, and the measurement. Some of
the terms are on the list that the model never gets to read (`names.yaml`), where nothing can
move; others are on no list, where only training can help, and the figures tell them apart.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import yaml

from classifier.assess import Assessor
from classifier.neutral import neutralise
from kentongan.domain import Label


@dataclass(frozen=True, slots=True)
class Kind:
    """Terms of one kind, and sentences in which any of them may stand."""

    terms: Sequence[str]
    frames: Sequence[str]


@cache
def kinds() -> Mapping[str, Kind]:
    """Return the kinds by name, from swaps.yaml."""
    raw = yaml.safe_load(files("classifier.train").joinpath("swaps.yaml").read_text(encoding="utf-8"))
    return {name: Kind(entry["terms"], entry["frames"]) for name, entry in raw.items()}


def measure_swaps(assessor: Assessor) -> dict[str, object]:
    """Return, per kind and over all, the largest change of any label's probability in any frame,
    for the terms on the list and for all, and how many terms there are."""
    found: dict[str, object] = {"terms": sum(len(kind.terms) for kind in kinds().values())}
    largest = {"listed": 0.0, "all": 0.0}
    for name, kind in kinds().items():
        for frame in kind.frames:
            said = assessor.assess([frame.format(term) for term in kind.terms], only_labels=True)
            rows = [[found_.probabilities[label] for label in Label] for found_ in said]
            listed = [row for row, term in zip(rows, kind.terms, strict=True) if neutralise(term) != term]
            for key, some in (("listed", listed), ("all", rows)):
                change = max(max(column) - min(column) for column in zip(*some, strict=True))
                largest[key] = max(largest[key], change)
                own = f"{name}_{key}"
                found[own] = max(round(change, 4), float(str(found.get(own, 0.0))))
    return found | {f"largest_{key}": round(value, 4) for key, value in largest.items()}

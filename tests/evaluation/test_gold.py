"""The shipped model on the gold texts, measured now: the card's figures are not only claimed.

Gold was labelled by language models under a written guide. It decided nothing.
"""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from classifier.assess import Assessor
from classifier.evaluate import Evaluation, LabelledText, compare_labels, compare_stance
from classifier.probe import Probe
from kentongan.domain import Assessment, Label, Stance


@pytest.fixture(scope="module")
def gold(shared_data: Path) -> list[LabelledText]:
    with gzip.open(shared_data / "gold.jsonl.gz", "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    return [
        LabelledText(
            id=row["id"],
            text=row["text"],
            source=row["dataset"],
            labels={Label(name): mark for name, mark in row["labels"].items()},
            stance=Stance(row["stance"]) if row["stance"] in list(Stance) else None,
        )
        for row in rows
    ]


@pytest.fixture(scope="module")
def said(gold: list[LabelledText], assessor: Assessor) -> list[Assessment]:
    return assessor.assess([text.text for text in gold], only_labels=True)


@pytest.fixture(scope="module")
def labels(gold: list[LabelledText], said: list[Assessment], assessor: Assessor, probe: Probe) -> Evaluation:
    return compare_labels(gold, said, assessor.model, probe)


@pytest.mark.parametrize("label", Label)
def test_each_label_stays_above_its_floor_on_gold(
    labels: Evaluation, floors: dict[str, Any], label: Label
) -> None:
    assert labels.figure(label).f1 >= floors["gold"][label.value]
    assert labels.figure(label).calibration_error <= floors["gold"]["calibration_error"]


@pytest.mark.parametrize("label", Label)
def test_each_label_ranks_gold_better_than_the_words_alone(labels: Evaluation, label: Label) -> None:
    row = labels.figure(label)
    print(label, row)
    assert (row.average_precision or 0) > (row.words_average_precision or 0)


@pytest.mark.parametrize("label", Label)
def test_the_card_says_what_is_measured(labels: Evaluation, assessor: Assessor, label: Label) -> None:
    said = assessor.manifest.training["figures"]["gold"][label]

    assert labels.figure(label).f1 == pytest.approx(said["f1"], abs=0.02)
    assert labels.figure(label).average_precision == pytest.approx(said["ap"], abs=0.02)


def test_stance_stays_above_its_floors_on_gold(
    gold: list[LabelledText], said: list[Assessment], assessor: Assessor, floors: dict[str, Any]
) -> None:
    found = compare_stance(gold, said, assessor.model)

    for stance in Stance:
        assert found.figure(stance).f1 >= floors["gold"][stance.value]

"""Invented cases by function. The floors only rise: raise them with every better model."""

import json
from pathlib import Path

import pytest

from classifier.artefact import DEFAULT_NAME
from classifier.assess import Assessor
from classifier.train.measure import measure_cases, read_cases
from classifier.train.run import CASES

MOST_FALSE_ALARMS = 3  # of the cases that must stay quiet
LEAST_SHARE_RIGHT = 0.94


def test_quiet_cases_stay_quiet_and_the_rest_is_mostly_found(assessor: Assessor, cases_file: Path) -> None:
    figures = measure_cases(cases_file, assessor)
    assert figures["false_alarms_of_quiet_cases"][0] <= MOST_FALSE_ALARMS, figures["false_alarms"]
    assert figures["share_right"] >= LEAST_SHARE_RIGHT, figures["missed"]


def test_no_evaluation_case_was_trained_on(cases_file: Path) -> None:
    trained = {case["text"].lower() for case in read_cases(CASES)}
    assert not trained & {case["text"].lower() for case in read_cases(cases_file)}


def test_the_card_tells_what_the_manifest_measured() -> None:
    folder = Path(__file__).parents[2] / "models" / DEFAULT_NAME
    figures = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["training"]["figures"]
    card = (folder / "MODEL_CARD.md").read_text(encoding="utf-8")
    assert f"{figures['later_narratives']['average_precision']:.4f}" in card
    assert f"{figures['same_style']['auc']:.4f}" in card
    assert "CC BY-NC-SA 4.0" in card


@pytest.mark.parametrize(
    ("path", "floor"),
    [
        (("later_narratives", "average_precision"), 0.84),
        (("same_style", "auc"), 0.77),
        (("gold", "stance_macro_f1"), 0.85),
        (("gold", "hoax", "f1"), 0.70),
        (("gold", "identity_politics", "ap"), 0.77),
        (("match", "cosine_recall_at_10"), 0.90),
    ],
)
def test_measured_figures_stay_above_their_floors(
    assessor: Assessor, path: tuple[str, ...], floor: float
) -> None:
    value = assessor.manifest.training["figures"]
    for key in path:
        value = value[key]
    assert value >= floor


@pytest.mark.parametrize(
    ("suite", "most"),
    [("ordinary_posts", 0.02), ("ordinary_news", 0.003), ("debunks", 0.01)],
)
def test_few_quiet_texts_are_flagged(assessor: Assessor, suite: str, most: float) -> None:
    assert assessor.manifest.training["figures"]["flagged_share"][suite]["any"] <= most

"""The cards tell what the run measured, and that stands above its floors."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from classifier.artefact import CARD, DATA_CARD, DEFAULT_NAME, MANIFEST
from classifier.train.mix import read_mix
from classifier.train.run import MIX

FOLDER = Path(__file__).parents[2] / "models" / DEFAULT_NAME
FLOORS = yaml.safe_load(Path(__file__).with_name("floors.yaml").read_text(encoding="utf-8"))["card"]
LARGEST_BYTES = 80_000_000


@pytest.fixture(scope="module")
def training() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((FOLDER / MANIFEST).read_text(encoding="utf-8"))["training"]
    return found


def figure(training: dict[str, Any], path: str) -> float:
    value: Any = training["figures"]
    for key in path.split("."):
        value = value[key]
    return float(value)


@pytest.mark.parametrize(("path", "floor"), FLOORS["least"].items())
def test_a_measured_figure_stays_above_its_floor(training: dict[str, Any], path: str, floor: float) -> None:
    assert figure(training, path) >= floor


@pytest.mark.parametrize(("path", "ceiling"), FLOORS["most"].items())
def test_a_measured_fault_stays_below_its_ceiling(
    training: dict[str, Any], path: str, ceiling: float
) -> None:
    assert figure(training, path) <= ceiling


def test_the_model_card_tells_the_figures_of_the_manifest(training: dict[str, Any]) -> None:
    card = (FOLDER / CARD).read_text(encoding="utf-8")
    for path in ("later_narratives.average_precision", "bag_of_words.later_narratives.average_precision"):
        assert f"{figure(training, path):.4f}" in card
    for path in ("gold.hoax.f1", "gold.black_campaign.f1", "term_swaps.largest_all", "hate.f1"):
        assert f"{figure(training, path):.3f}" in card
    assert "CC BY-NC-SA 4.0" in card


def test_the_data_card_names_every_set_with_its_licence() -> None:
    card = (FOLDER / DATA_CARD).read_text(encoding="utf-8")
    for known in read_mix(MIX).sets.values():
        assert f"| {known.name} | {known.role} | {known.licence} |" in card


def test_the_artefact_is_small_enough() -> None:
    assert sum(path.stat().st_size for path in FOLDER.iterdir()) <= LARGEST_BYTES

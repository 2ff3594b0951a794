"""The shipped model, loaded once, what it must reach, and the invented cases it must get right."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from classifier.artefact import DEFAULT_NAME, load_artefact
from classifier.assess import Assessor
from classifier.probe import Probe, read_probe

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def assessor() -> Assessor:
    return Assessor(load_artefact(ROOT / "models" / DEFAULT_NAME))


@pytest.fixture(scope="session")
def probe() -> Probe:
    return read_probe(ROOT / "models" / DEFAULT_NAME)


@pytest.fixture(scope="session")
def floors() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(
        Path(__file__).with_name("floors.yaml").read_text(encoding="utf-8")
    )
    return found


@pytest.fixture(scope="session")
def cases_file() -> Path:
    return Path(__file__).with_name("functional_cases.jsonl")

"""The shipped model, loaded once, and the invented cases it must get right."""

from pathlib import Path

import pytest

from classifier.artefact import DEFAULT_NAME, load_artefact
from classifier.assess import Assessor

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def assessor() -> Assessor:
    return Assessor(load_artefact(ROOT / "models" / DEFAULT_NAME), threads=1)


@pytest.fixture(scope="session")
def cases_file() -> Path:
    return Path(__file__).with_name("functional_cases.jsonl")

"""The shipped model, loaded once."""

from pathlib import Path

import pytest

from classifier.artefact import DEFAULT_NAME, load_artefact
from classifier.assess import Assessor

MODEL = Path(__file__).parents[3] / "models" / DEFAULT_NAME


@pytest.fixture(scope="session")
def model_folder() -> Path:
    return MODEL


@pytest.fixture(scope="session")
def assessor() -> Assessor:
    return Assessor(load_artefact(MODEL), threads=1)

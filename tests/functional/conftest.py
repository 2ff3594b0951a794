"""What the functional tests share: the shipped model, loaded once."""

import pytest

from classifier.artefact import load_artefact
from classifier.assess import Assessor
from kentongan.settings import read_settings


@pytest.fixture(scope="session")
def assessor() -> Assessor:
    return Assessor(load_artefact(read_settings({}).model_dir))

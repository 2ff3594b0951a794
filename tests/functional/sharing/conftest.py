"""A site for each test: the filled city, copied."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.web_city import Site


@pytest.fixture
def site(city: Path, tmp_path: Path) -> Iterator[Site]:
    site = Site(Path(shutil.copytree(city, tmp_path / "home")))
    yield site
    site.close()

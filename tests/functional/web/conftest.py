"""A site for each test: the filled city, copied."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from kentongan.domain import Role
from tests.web_city import Browser, Site


@pytest.fixture
def site(city: Path, tmp_path: Path) -> Iterator[Site]:
    site = Site(Path(shutil.copytree(city, tmp_path / "home")))
    yield site
    site.close()


@pytest.fixture
def analyst(site: Site) -> Browser:
    return site.client(Role.ANALYST)

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


@pytest.fixture(scope="session")
def moving_home(city: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the home of the city with weeks of trends, to be copied by each test."""
    from tests.moving_city import let_it_move  # only where trends are tested

    site = Site(Path(shutil.copytree(city, tmp_path_factory.mktemp("moving") / "home")))
    let_it_move(site)
    site.close()
    return site.home


@pytest.fixture
def moving(moving_home: Path, tmp_path: Path) -> Iterator[Site]:
    site = Site(Path(shutil.copytree(moving_home, tmp_path / "moving")))
    yield site
    site.close()

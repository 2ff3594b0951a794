"""A site for each test: the filled city, copied; and a program with an analyst's token."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from kentongan.domain import Role
from tests.api import Program, program
from tests.web_city import Site


@pytest.fixture
def site(city: Path, tmp_path: Path) -> Iterator[Site]:
    site = Site(Path(shutil.copytree(city, tmp_path / "home")))
    yield site
    site.close()


@pytest.fixture
def analyst(site: Site) -> Program:
    return program(site, Role.ANALYST)

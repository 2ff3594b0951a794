"""Fixtures for all tests: the record, as a real SQLite file and on a real PostgreSQL server."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from argon2 import PasswordHasher
from sqlalchemy.engine import URL, make_url

from kentongan.store import Store, users
from kentongan.store.database import Database
from tests import postgres

pytest_plugins = ("tests.engines",)


@pytest.fixture(scope="session", autouse=True)
def quick_passwords() -> Iterator[None]:
    """Let a hash cost a thousandth of what it costs in use: most tests need people, and few how dear it is.

    Those few put the hasher in use back; other processes have it anyway.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(users, "_HASHER", PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))
        yield


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Return the folder of the development data; skips where there is none."""
    root = os.environ.get("KENTONGAN_SHARED") or Path(__file__).parent.parent.parent / "shared"
    data = Path(root) / "data"
    if not data.is_dir():
        pytest.skip("no development data: set KENTONGAN_SHARED to the folder that holds data/")
    return data


@pytest.fixture(scope="session")
def city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the home of an invented city, filled once, to be copied by each test of the web UI."""
    from tests.web_city import make_template  # only where the web UI is tested

    return make_template(tmp_path_factory.mktemp("city"))


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[URL]:
    """Yield the URL of a PostgreSQL server where databases may be created."""
    given = os.environ.get("KENTONGAN_TEST_POSTGRES_URL")
    programs = postgres.find_programs()
    if given:
        yield make_url(given).set(drivername="postgresql+psycopg")
    elif programs is None:
        pytest.skip(postgres.MISSING)
    else:
        with postgres.run_server(programs) as url:
            yield make_url(url)


@pytest.fixture(scope="session")
def postgres_template(postgres_url: URL) -> Iterator[str]:
    """Yield the name of a database with all tables and no rows, to copy."""
    name = f"kentongan_test_{uuid4().hex}"
    _administer(postgres_url, f"CREATE DATABASE {name}")
    _create_tables(_text(postgres_url.set(database=name)))
    yield name
    _administer(postgres_url, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a SQLite file with all tables and no rows, to copy."""
    path = tmp_path_factory.mktemp("template") / "record.db"
    _create_tables(f"sqlite:///{path}")
    return path


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    path = tmp_path / "record.db"
    shutil.copyfile(sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture
def empty_postgres_url(postgres_url: URL) -> Iterator[str]:
    """Yield the URL of a database without any table."""
    yield from _database(postgres_url, "template1")


@pytest.fixture
def empty_store_url(request: pytest.FixtureRequest, backend: str, tmp_path: Path) -> str:
    """Return the URL of a record that nobody has opened yet, on each database."""
    if backend == "sqlite":
        return f"sqlite:///{tmp_path / 'new.db'}"
    return str(request.getfixturevalue("empty_postgres_url"))


@pytest.fixture
def copied_postgres_url(postgres_url: URL, postgres_template: str) -> Iterator[str]:
    yield from _database(postgres_url, postgres_template)


@pytest.fixture(params=["sqlite", "postgresql"])
def backend(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def store_url(request: pytest.FixtureRequest, backend: str) -> str:
    """Return the URL of an empty record of this version, on each database."""
    name = "sqlite_url" if backend == "sqlite" else "copied_postgres_url"
    return str(request.getfixturevalue(name))


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    """Yield an empty record, on each database."""
    opened = Store(Database(store_url))
    yield opened
    opened.close()


def _create_tables(url: str) -> None:
    database = Database(url)
    database.upgrade()
    database.close()


def _database(server: URL, template: str) -> Iterator[str]:
    name = f"kentongan_test_{uuid4().hex}"
    _administer(server, f"CREATE DATABASE {name} TEMPLATE {template}")
    yield _text(server.set(database=name))
    _administer(server, f"DROP DATABASE {name} WITH (FORCE)")


def _administer(server: URL, statement: str) -> None:
    with psycopg.connect(_text(server.set(drivername="postgresql")), autocommit=True) as connection:
        connection.execute(statement.encode())


def _text(url: URL) -> str:
    return url.render_as_string(hide_password=False)

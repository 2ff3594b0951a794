"""`kentongan metrics`: the figures in the terminal and as one JSON document, without a name in them."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from cli.main import build_app
from kentongan.store import Store, open_store
from pipeline.teamwork import COLUMNS
from tests.office import Office, fill_weeks


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(f"sqlite:///{tmp_path / 'record.db'}")
    yield opened
    opened.close()


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KENTONGAN_HOME", str(tmp_path))
    monkeypatch.setenv("KENTONGAN_DATABASE_URL", f"sqlite:///{tmp_path / 'record.db'}")
    monkeypatch.setenv("KENTONGAN_REGION", "arunika")
    monkeypatch.setenv("COLUMNS", "200")


def run(*words: str) -> Result:
    return CliRunner().invoke(build_app(["metrics"]), ["metrics", *words])


def test_an_empty_record_is_told_as_one(store: Store) -> None:
    assert store.claims.count() == 0
    result = run()
    assert result.exit_code == 0, result.output
    assert "too few to say" in result.output


def test_the_figures_are_printed_and_given_as_one_document(store: Store) -> None:
    office = Office(store)
    fill_weeks(office, datetime.now(UTC), weeks=2)
    printed = run()
    assert printed.exit_code == 0, printed.output
    for name in (
        "top 20: worth work",
        "90 % within",
        "mark: overruled",
        "missed, estimated",
        "agreement of two",
    ):
        assert name in printed.output
    document = json.loads(run("--json", "--period", "3m").stdout)
    assert document["period"] == "3m"
    assert all(tuple(row) == COLUMNS for row in document["rows"])
    median = next(row for row in document["rows"] if row["figure"].endswith("median"))
    assert median["of"] == "period"
    assert median["counted"] > 20
    assert median["value"] > 0
    for person in office.people:
        assert not re.search(rf"\b{person.name}\b", printed.output + json.dumps(document))
        assert str(person.id) not in printed.output + json.dumps(document)
    entry = store.audit.latest(1)[0]
    assert (entry.action, entry.detail) == ("export work figures", {"period": "3m"})


def test_a_period_there_is_none_of_is_bad_usage() -> None:
    assert run("--period", "2y").exit_code == 2

"""`kentongan rounds`: a real record from the terminal."""

import csv
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from cli.main import build_app
from kentongan.store import Store, open_store
from tests.rounds import JATIWENING, person, send


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(f"sqlite:///{tmp_path / 'record.db'}")
    yield opened
    opened.close()


@pytest.fixture
def command(tmp_path: Path, store: Store, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("KENTONGAN_HOME", str(tmp_path))
    monkeypatch.setenv("KENTONGAN_REGION", "arunika")
    return lambda *arguments: CliRunner().invoke(build_app(["rounds"]), ["rounds", *arguments])


def test_a_round_is_opened_listed_and_shown_by_place(command: Any, store: Store) -> None:
    day = (datetime.now(UTC) + timedelta(days=2)).date().isoformat()
    opened = json.loads(command("open", "--since", day, "--place", JATIWENING, "--json").stdout)
    assert opened["kelurahan"] == [JATIWENING]
    assert opened["due"]["kelurahan"] == f"{day}T10:00:00+07:00"
    assert [one["id"] for one in json.loads(command("list", "--json").stdout)] == [opened["id"]]
    wati = person(store, "wati", JATIWENING)
    one = store.rounds.page()[0]
    send(store, one, JATIWENING, wati, at=datetime.now(UTC))
    answer = command("show", opened["id"], "--csv")
    rows = list(csv.DictReader(StringIO(answer.stdout)))
    assert [(row["name"], row["accounts"], row["state"], row["late"]) for row in rows] == [
        ("Kec. Mekarjaya", "no", "none", "no"), ("Kel. Jatiwening", "yes", "sent", "no"),
    ]  # fmt: skip
    assert rows[1]["first_sent_at"].endswith("+07:00")
    assert "wati" not in answer.stdout  # a place, never a person
    shown = json.loads(command("show", opened["id"], "--json").stdout)
    assert shown["places"][1]["state"] == "sent"
    assert "Jatiwening" in command("show", opened["id"]).stdout


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["--kelurahan", "25:99"], "--kelurahan"),
        (["--place", "00.00.05"], "--place"),
        (["--since", "2026-01-01"], "--kelurahan"),
        (["--every", "daily", "--kecamatan", "09:00"], "--kecamatan"),
        (["--since", "2026-12-02", "--until", "2026-12-01"], "--until"),
    ],
)
def test_what_cannot_be_opened_names_its_option(command: Any, arguments: list[str], named: str) -> None:
    answer = command("open", *arguments)
    assert answer.exit_code == 2
    assert named in answer.stderr


def test_a_standing_order_for_the_same_is_refused_the_second_time(command: Any, store: Store) -> None:
    assert command("open", "--every", "weekly", "--weekday", "4").exit_code == 0
    answer = command("open", "--every", "weekly")
    assert "same_round" in answer.stderr
    assert len(store.rounds.standing()) == 1
    assert store.audit.latest(5)[-1].action == "begin standing round"

"""What `kentongan sources` says of health: columns for the table, everything for JSON."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from cli.output import print_json
from cli.source_states import COLUMNS, UNKNOWN, shown, source_states
from kentongan.collecting import CrawlRun, Outcome, Robots
from kentongan.store import Store
from tests.factories import make_source

AT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


def fill(store: Store, name: str, **about: Any) -> None:
    store.collector.save_source(make_source(name, **about))
    for turn in range(12):
        at = AT - (12 - turn) * timedelta(minutes=30)
        run = CrawlRun(name, at, at, Outcome.DONE, lists=1, listed=9, items=turn % 2, robots=Robots.OPEN)
        store.crawls.save(replace(run, lists_failed=int(name == "sakit")))


def test_each_source_of_the_record_has_its_state(store: Store) -> None:
    fill(store, "sehat", expected_daily=20.0)
    fill(store, "sakit")
    store.collector.save_source(make_source("baru"))
    states = source_states(store, AT)
    assert {name: row["state"] for name, row in states.items()} == {
        "sehat": "healthy",
        "sakit": "unhealthy",
        "baru": "unknown",
    }
    assert states["sehat"]["new_24h"] == 6
    assert states["sehat"]["expected_24h"] > 5
    assert states["sehat"]["last_success"] == AT - timedelta(minutes=30)
    assert states["sakit"]["alarms"] == ["unreachable"]
    assert states["sakit"]["details"][0]["trouble"] == "unreachable"


def test_a_row_fits_its_columns_and_can_be_printed_as_json(
    store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    fill(store, "sakit")
    (state,) = source_states(store, AT).values()
    row = {"name": "sakit", "permission": "penuh", "items": 6, "active": True, **state}
    assert len(shown(row)) == len(COLUMNS)
    assert shown(row)[3:5] == ["unhealthy", "03-02 07:30Z"]
    assert str(shown(row)[5]).startswith("6 of ")
    assert shown(row)[6] == "unreachable"
    assert shown({**row, **UNKNOWN, "active": False})[3:] == ["inactive", "", "", ""]
    print_json(row)
    printed = json.loads(capsys.readouterr().out)
    assert printed["details"][0]["since"].startswith("2026-03-02T02:00")

"""The demo, whole: real sites on loopback, real spiders, the real conveyor and model."""

import json
import os
import subprocess
import sys
from typing import Any

import pytest

ITEMS, TRAPS = 100, 30


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    home = tmp_path_factory.mktemp("demo")
    ended = subprocess.run(
        [sys.executable, "-c", "from cli.main import main; main()", "demo", "--once", "--json"],
        env={**os.environ, "KENTONGAN_HOME": str(home)},
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )
    assert ended.returncode == 0, ended.stderr
    assert list(home.iterdir()) == []
    result: dict[str, Any] = json.loads(ended.stdout)
    return result


def test_the_json_has_the_promised_form(demo: dict[str, Any]) -> None:
    assert set(demo) == {
        "sources",
        "items",
        "assessed",
        "flagged",
        "claims",
        "fact_check_matches",
        "stage_seconds",
        "flagged_traps",
    }
    assert set(demo["flagged"]) == {"hoax", "black_campaign", "identity_politics"}
    assert {"collect", "assess", "match", "group", "sync"} <= set(demo["stage_seconds"])


def test_every_site_is_read_and_everything_is_assessed(demo: dict[str, Any]) -> None:
    items = {source["name"]: source["items"] for source in demo["sources"]}

    assert len(items) == 5
    assert sum(count > 0 for count in items.values()) == 4  # the fact-checker's pages are checks, not items
    assert demo["items"] == demo["assessed"] == sum(items.values()) >= ITEMS


def test_leads_are_found_copies_are_grouped_and_no_trap_is_flagged(demo: dict[str, Any]) -> None:
    assert all(count > 0 for count in demo["flagged"].values())
    assert demo["claims"] < demo["items"]
    assert demo["fact_check_matches"] > 0
    assert demo["flagged_traps"] == []

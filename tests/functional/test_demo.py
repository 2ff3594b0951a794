"""The demo, whole: real sites on loopback, real spiders, the real conveyor and model."""

import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path
from typing import Any
from urllib.request import urlopen

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


def test_the_address_is_printed_before_everything_is_read_and_the_demo_ends_when_asked(
    tmp_path: Path,
) -> None:
    command = [sys.executable, "-c", "from cli.main import main; main()", "demo"]
    with (tmp_path / "said").open("w+") as said:
        running = subprocess.Popen(
            command, env={**os.environ, "KENTONGAN_HOME": str(tmp_path / "home")}, stdout=said, stderr=said
        )
        try:
            for _ in range(600):
                if found := re.search(r"Open (http://\S+)", (tmp_path / "said").read_text()):
                    break
                assert running.poll() is None
                time.sleep(0.2)
            assert found
            assert "all read" not in (tmp_path / "said").read_text()
            with urlopen(f"{found[1]}login", timeout=30) as page:
                assert page.status == 200
        finally:
            running.terminate()
        assert running.wait(timeout=60) in (0, -15, 143)

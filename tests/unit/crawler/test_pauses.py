"""Pauses outlive a crawl, end, and never stand in a crawl's way."""

import json
import time
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from crawler.pauses import MAX_PAUSE_SECONDS, Pauses


def test_a_pause_is_known_to_the_next_crawl_and_to_no_other_host(tmp_path: Path) -> None:
    Pauses(tmp_path / "crawl").remember("arunika.example", 3600)

    again = Pauses(tmp_path / "crawl")

    assert 3590 < again.left("arunika.example") <= 3600
    assert again.left("lain.example") == 0


def test_a_pause_ends_and_is_dropped(tmp_path: Path) -> None:
    (tmp_path / "pauses.json").write_text(json.dumps({"lama.example": time.time() - 1}))
    pauses = Pauses(tmp_path)
    left = pauses.left("lama.example")
    pauses.remember("baru.example", 60)

    assert left == 0
    assert list(json.loads((tmp_path / "pauses.json").read_text())) == ["baru.example"]


def test_a_site_that_asks_for_a_year_is_asked_again_after_a_day(tmp_path: Path) -> None:
    pauses = Pauses(tmp_path)
    pauses.remember("arunika.example", 366 * 24 * 3600)

    assert pauses.left("arunika.example") <= MAX_PAUSE_SECONDS


@pytest.mark.parametrize(
    "raw", [b"", b"\x00", b"[1]", b'{"arunika.example": "besok"}', b'{"arunika.example": null}']
)
def test_a_damaged_file_is_forgotten_and_told(tmp_path: Path, raw: bytes) -> None:
    (tmp_path / "pauses.json").write_bytes(raw)

    with capture_logs() as logs:
        left = Pauses(tmp_path).left("arunika.example")

    assert left == 0
    assert [entry["event"] for entry in logs] == ["pauses forgotten"]


def test_a_folder_that_cannot_be_written_costs_the_pause_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "crawl").write_text("no folder")

    with capture_logs() as logs:
        Pauses(tmp_path / "crawl").remember("arunika.example", 60)

    assert "pause not kept" in [entry["event"] for entry in logs]

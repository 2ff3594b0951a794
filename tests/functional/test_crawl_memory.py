"""What a crawl remembers of the last one, damaged in each way: it costs bandwidth and nothing else."""

import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.functional.crawl_sites import (
    Answer,
    Site,
    run_crawl,
    serve,
)
from tests.functional.polite_sites import (
    fill,
    news,
    page,
)


@pytest.fixture(scope="module")
def crawled_once(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, Site]]:
    home = tmp_path_factory.mktemp("once")
    with serve() as site:
        fill(site, 12)
        run_crawl(home, news(site, "rusak"))
        site.add("/berita/99", page(99))
        site.pages["/"] = Answer(site.pages["/"].body + b'<li><a href="/berita/99">baru</a></li>')
        yield home, site


@pytest.mark.parametrize(
    "damage", ["garbage", "cut short", "scribbled over", "a folder", "each page", "pauses"]
)
def test_a_damaged_memory_of_the_last_crawl_costs_bandwidth_and_nothing_else(
    crawled_once: tuple[Path, Site], tmp_path: Path, damage: str
) -> None:
    before, site = crawled_once
    home = Path(shutil.copytree(before, tmp_path / "home"))
    cache = home / "crawl" / "http-cache.db"
    raw = cache.read_bytes()
    if damage == "garbage":
        cache.write_bytes(b"bukan basis data" * 1000)
    elif damage == "cut short":
        cache.write_bytes(raw[: len(raw) // 2])
    elif damage == "scribbled over":
        cache.write_bytes(raw[:4096] + b"\xa5" * (len(raw) - 4096))
    elif damage == "a folder":
        cache.unlink()
        cache.mkdir()
    elif damage == "each page":
        spoil_pages(cache)
    else:
        (home / "crawl" / "pauses.json").write_bytes(b"\x00{")

    report = run_crawl(home, news(site, "rusak")).sources[0]

    assert (report.items, report.errors) == (1, 0)


def spoil_pages(cache: Path) -> None:
    with sqlite3.connect(cache) as connection:
        connection.execute("UPDATE response SET body = x'00ff', headers = '[1'")
    connection.close()

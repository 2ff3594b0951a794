"""The cache on real files: found again, bounded, and never in the way of a crawl."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest
from scrapy import Request, Spider
from scrapy.http import HtmlResponse, Response
from scrapy.settings import Settings
from scrapy.utils.test import get_crawler
from structlog.testing import capture_logs

from crawler.http_cache import MAX_BYTES_SETTING, OnlyUnchanged, SqliteCacheStorage

URL = "https://arunika.example/berita/{}"
KIBIBYTE = 1024


@pytest.fixture
def spider() -> Spider:
    return get_crawler(Spider)._create_spider("kabar")


@pytest.fixture
def storage(tmp_path: Path, spider: Spider) -> Iterator[SqliteCacheStorage]:
    storage = open_storage(tmp_path, spider)
    yield storage
    storage.close_spider(spider)


def open_storage(folder: Path, spider: Spider, max_bytes: int = 400 * KIBIBYTE) -> SqliteCacheStorage:
    storage = SqliteCacheStorage(Settings({"HTTPCACHE_DIR": str(folder), MAX_BYTES_SETTING: max_bytes}))
    storage.open_spider(spider)
    return storage


def answer(n: int, size: int = 20 * KIBIBYTE) -> HtmlResponse:
    """Return a page of bytes that cannot be packed."""
    return HtmlResponse(URL.format(n), body=Random(n).randbytes(size), headers={"ETag": f'"{n}"'})


def keep(storage: SqliteCacheStorage, spider: Spider, n: int, size: int = 20 * KIBIBYTE) -> None:
    storage.store_response(spider, Request(URL.format(n)), answer(n, size))


def find(storage: SqliteCacheStorage, spider: Spider, n: int) -> Response | None:
    return storage.retrieve_response(spider, Request(URL.format(n)))


def test_a_page_is_found_again_as_it_was(storage: SqliteCacheStorage, spider: Spider) -> None:
    keep(storage, spider, 1)

    found = find(storage, spider, 1)

    assert found is not None
    assert (found.body, found.headers["ETag"], found.url) == (answer(1).body, b'"1"', URL.format(1))
    assert find(storage, spider, 2) is None


def test_the_file_never_grows_beyond_its_bound_and_the_newest_pages_stay(
    tmp_path: Path, storage: SqliteCacheStorage, spider: Spider
) -> None:
    with capture_logs() as logs:
        for n in range(100):
            keep(storage, spider, n)

    assert (tmp_path / "http-cache.db").stat().st_size <= 400 * KIBIBYTE
    assert find(storage, spider, 99) is not None
    assert find(storage, spider, 0) is None
    assert logs == []


def test_a_page_found_unchanged_is_as_good_as_new(
    tmp_path: Path, storage: SqliteCacheStorage, spider: Spider
) -> None:
    for n in range(12):
        keep(storage, spider, n)
    unchanged = find(storage, spider, 0)
    assert unchanged is not None
    unchanged.flags.append("cached")
    unchanged.headers["X-Baru"] = "ya"
    storage.store_response(spider, Request(URL.format(0)), unchanged)
    for n in range(12, 20):
        keep(storage, spider, n)

    kept = find(storage, spider, 0)

    assert kept is not None
    assert (kept.body, kept.headers["X-Baru"]) == (answer(0).body, b"ya")
    assert find(storage, spider, 1) is None


def test_a_full_disk_is_told_once_and_the_crawl_goes_on_without_a_cache(
    tmp_path: Path, spider: Spider
) -> None:
    storage = open_storage(tmp_path, spider, 32 * KIBIBYTE)
    with capture_logs() as logs:
        for n in range(3):
            keep(storage, spider, n, 200 * KIBIBYTE)

    assert [entry["event"] for entry in logs] == ["no http cache in this crawl"]
    assert find(storage, spider, 0) is None


def test_a_damaged_file_is_told_and_a_new_one_takes_its_place(tmp_path: Path, spider: Spider) -> None:
    (tmp_path / "http-cache.db").write_bytes(b"bukan basis data" * 500)
    with capture_logs() as logs:
        storage = open_storage(tmp_path, spider)
    keep(storage, spider, 1)

    assert [(entry["event"], entry["log_level"]) for entry in logs] == [("http cache forgotten", "warning")]
    assert find(storage, spider, 1) is not None
    storage.close_spider(spider)


def test_a_table_of_another_version_is_forgotten(tmp_path: Path, spider: Spider) -> None:
    with sqlite3.connect(tmp_path / "http-cache.db") as old:
        old.execute("CREATE TABLE response (request BLOB PRIMARY KEY, body BLOB) WITHOUT ROWID")
    old.close()

    storage = open_storage(tmp_path, spider)
    keep(storage, spider, 1)

    assert find(storage, spider, 1) is not None
    storage.close_spider(spider)


@pytest.mark.parametrize(
    ("status", "headers", "kept"),
    [
        (200, {"ETag": '"a"'}, True),
        (200, {"Last-Modified": "Mon, 03 Nov 2025 02:00:00 GMT"}, True),
        (200, {"Cache-Control": "max-age=600"}, False),
        (200, {"ETag": '"a"', "Cache-Control": "no-store"}, False),
        (503, {"ETag": '"a"'}, False),
    ],
)
def test_only_what_can_be_asked_about_again_is_kept(status: int, headers: dict[str, str], kept: bool) -> None:
    response = Response(URL.format(1), status=status, headers=headers)

    assert OnlyUnchanged(Settings()).should_cache_response(response, Request(URL.format(1))) is kept

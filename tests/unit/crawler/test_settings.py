"""The settings that keep a crawl safe and polite stay as they are."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from crawler.errors import SourceFileError
from crawler.run import crawl
from crawler.settings import MAX_BODY_BYTES, process_settings, source_settings
from crawler.sink import Sink
from crawler.source_file import parse_source
from kentongan.settings import read_settings
from kentongan.store import open_store

SOURCE = """\
name: kabar
title: Kabar
kind: press
home: https://kabar.example/
region: arunika
time_zone: Asia/Jakarta
feeds: ["https://kabar.example/feed"]
delay_seconds: {delay}
"""
SETTINGS = read_settings({"KENTONGAN_CONTACT": "https://arunika.example/kontak"})


def test_the_safe_settings_are_on() -> None:
    chosen = process_settings(SETTINGS)

    assert chosen["ROBOTSTXT_OBEY"] is True
    assert chosen["DOWNLOAD_VERIFY_CERTIFICATES"] is True
    assert chosen["DOWNLOAD_MAXSIZE"] == MAX_BODY_BYTES
    for off in ("COOKIES_ENABLED", "TELNETCONSOLE_ENABLED", "REMOTE_CONTROL_ENABLED", "HTTPPROXY_ENABLED"):
        assert chosen[off] is False
    on = {scheme: handler for scheme, handler in chosen["DOWNLOAD_HANDLERS"].items() if handler}
    assert on == dict.fromkeys(("http", "https"), "crawler.download.BoundedDownload")
    assert {"data", "file", "ftp", "s3"} <= chosen["DOWNLOAD_HANDLERS"].keys()


def test_the_agent_says_who_we_are_and_whom_to_write_to() -> None:
    assert process_settings(SETTINGS)["USER_AGENT"].startswith("Kentongan/")
    assert "arunika.example/kontak" in process_settings(SETTINGS)["USER_AGENT"]


def test_a_host_is_asked_one_thing_at_a_time_with_the_sources_delay() -> None:
    chosen = source_settings(SETTINGS, parse_source(SOURCE.format(delay=7), "k.yaml"))

    assert (chosen["DOWNLOAD_DELAY"], chosen["CONCURRENT_REQUESTS_PER_DOMAIN"]) == (7.0, 1)
    assert chosen["AUTOTHROTTLE_ENABLED"] is True
    assert chosen["DOWNLOAD_DELAY_JITTER"] == 0  # a pause is never shortened by chance


def test_a_whole_answer_has_less_than_a_minute() -> None:
    assert 0 < process_settings(SETTINGS)["DOWNLOAD_TIMEOUT"] <= 60


@pytest.fixture
def sink(tmp_path: Path) -> Iterator[Sink]:
    store = open_store(f"sqlite:///{tmp_path / 'record.db'}")
    yield store.collector
    store.close()


@pytest.mark.parametrize("delay", [0, 0.5])
def test_a_crawl_without_pause_is_refused_off_loopback(delay: float, sink: Sink) -> None:
    source = parse_source(SOURCE.format(delay=delay), "k.yaml")

    with pytest.raises(SourceFileError, match="delay_seconds"):
        crawl(SETTINGS, sink, [source])

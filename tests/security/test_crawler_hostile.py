"""Hostile and broken sites: nothing internal is reached, nothing stops the crawl, all is told."""

import gzip
import os
import signal
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

import pytest
from scrapy.resolver import dnscache
from sqlalchemy import select
from twisted.internet import defer
from twisted.internet.base import ReactorBase

from crawler.guard import GuardedResolver, InternalAddress
from crawler.run import CrawlReport
from crawler.source_file import SourceFile
from kentongan.store import open_store
from kentongan.store.schema import FetchRow, ItemRow
from tests.functional.crawl_sites import (
    Answer,
    Site,
    article,
    crawl_here,
    database_url,
    make_source,
    prose,
    run_crawl,
    serve,
)

GOOD = article("Berita baik dari Arunika", prose("hal yang baik"))


def listing(*paths: str) -> Answer:
    links = "".join(f'<li><a href="{path}">x</a></li>' for path in (*paths, "/baik"))
    return Answer(f"<ul>{links}</ul>".encode())


def index_source(url: str, name: str, delay: str = "0") -> SourceFile:
    shape = f'index: {{urls: ["{url}/"], links: "li a"}}'
    return make_source(url, shape, name=name, delay_seconds=delay)


@contextmanager
def cutting_server() -> Iterator[str]:
    """Promises a long body and hangs up after a little of it."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer() -> None:
            while True:
                try:
                    client, _ = server.accept()
                except OSError:
                    return
                with client:
                    client.recv(4096)
                    client.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n<html>")

        threading.Thread(target=answer, daemon=True).start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}"


@dataclass
class Crawled:
    report: CrawlReport
    sites: dict[str, Site]
    titles: dict[str, list[str]]
    errors: dict[str, list[str]]


def hostile_pages(victim: str) -> dict[str, Answer]:
    bomb = gzip.compress(b"<p>" + b"a" * 60_000_000)
    return {
        "/ke-metadata": Answer(status=302, headers={"Location": "http://169.254.169.254/latest/meta-data/"}),
        "/ke-tetangga": Answer(status=302, headers={"Location": f"{victim}/rahasia"}),
        "/ke-berkas": Answer(status=302, headers={"Location": "file:///etc/passwd"}),
        "/putar": Answer(status=302, headers={"Location": "/putar?lagi"}),
        "/putar?lagi": Answer(status=302, headers={"Location": "/putar"}),
        "/bom": Answer(bomb, headers={"Content-Encoding": "gzip"}),
        "/raksasa": Answer(b"<p>" + b"a" * 12_000_000),
        "/dusta": Answer(b"\x89PNG\r\n" + os.urandom(2000), kind="text/html; charset=utf-8"),
        "/gambar": Answer(b"\x89PNG\r\n" + os.urandom(2000), kind="image/png"),
        "/sandi": Answer(b"\xff\xfe<\x00h\x00" + b"\xd8" * 500, kind="text/html; charset=utf-16"),
        "/dalam": Answer(b"<div>" * 30_000 + b"inti"),
        "/kosong": Answer(b""),
        "/rusak-gzip": Answer(b"bukan gzip", headers={"Content-Encoding": "gzip"}),
        "/skrip": Answer(
            article("<script>alert(1)</script>Judul", prose("skrip <script>alert(1)</script>")).encode()
        ),
        "/meta": Answer(f'<meta http-equiv="refresh" content="0;url={victim}/rahasia">'.encode()),
    }


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    home = tmp_path_factory.mktemp("hostile")
    down = Answer(b"sedang rusak", 503, kind="text/plain")
    away = Answer(b"", 302, headers={"Location": "http://169.254.169.254/robots.txt"})
    with (
        serve() as victim, serve() as hostile, serve(robots=down) as robots_down, serve(robots=away) as robots_away,
        serve(robots=Answer(b"tidak ada", 404)) as robots_none, serve(robots=Answer(b"", 429)) as robots_busy,
        cutting_server() as cutting, serve() as bombed_feed,
    ):  # fmt: skip
        victim.add("/rahasia", article("Rahasia tetangga", prose("rahasia")))
        hostile.pages.update(hostile_pages(victim.url))
        hostile.pages["/"] = listing(*hostile_pages(""), f"{victim.url}/rahasia", "http://10.1.2.3/x")
        sites = {
            "hostile": hostile, "robots-down": robots_down, "robots-away": robots_away,
            "robots-none": robots_none, "robots-busy": robots_busy,
        }  # fmt: skip
        for site in sites.values():
            site.add("/baik", GOOD)
            site.pages.setdefault("/", listing())
        entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
        bombed_feed.add(
            "/rss",
            f'<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY e0 "ha">{entities}]><rss version="2.0"><channel><item>'
            f"<title>&e11;</title><link>{bombed_feed.url}/x</link></item></channel></rss>",
            kind="application/xml",
        )
        sources = [index_source(site.url, name) for name, site in sites.items()]
        sources.append(make_source(cutting, f'feeds: ["{cutting}/rss"]', name="cutting"))
        sources.append(make_source(bombed_feed.url, f'feeds: ["{bombed_feed.url}/rss"]', name="bombed-feed"))
        report = run_crawl(home, *sources)
        sites["victim"] = victim
        store = open_store(database_url(home))
        with store.database.read() as session:
            titles = {
                s.name: list(session.scalars(select(ItemRow.title).where(ItemRow.source == s.name)))
                for s in sources
            }
            errors = {
                s.name: [
                    f"{row.url} {row.error}"
                    for row in session.scalars(
                        select(FetchRow).where(FetchRow.source == s.name, FetchRow.error != "")
                    )
                ]
                for s in sources
            }
        store.close()
        yield Crawled(report, sites, titles, errors)


def test_one_good_page_among_hostile_ones_is_kept(crawled: Crawled) -> None:
    assert "Berita baik dari Arunika" in crawled.titles["hostile"]


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("169.254.169.254", "internal address"),
        ("/ke-berkas", "redirected to where we do not go"),
        ("10.1.2.3", "internal address"),
        ("/bom", "DOWNLOAD_MAXSIZE"),
        ("/raksasa", "larger than download max size"),
        ("/gambar", "not text"),
        ("/dusta", "not text"),
        ("/sandi", "not text"),
        ("/kosong", "not a readable page"),
        ("/rusak-gzip", "Gzip"),
        ("/dalam", "no article"),
        ("/meta", "no article"),
    ],
)
def test_each_hostile_page_is_told_in_a_row(crawled: Crawled, path: str, told: str) -> None:
    assert any(path in row and told in row for row in crawled.errors["hostile"]), crawled.errors["hostile"]


def test_redirects_that_go_round_are_followed_once(crawled: Crawled) -> None:
    assert sum(path.startswith("/putar") for path in crawled.sites["hostile"].paths()) <= 2


def test_no_redirect_or_link_reaches_another_site(crawled: Crawled) -> None:
    assert crawled.sites["victim"].paths() == []


def test_markup_in_a_headline_is_text_and_never_markup(crawled: Crawled) -> None:
    assert not any("<script" in title for title in crawled.titles["hostile"])


@pytest.mark.parametrize("name", ["robots-down", "robots-away", "robots-busy"])
def test_a_site_whose_robots_cannot_be_read_is_left_alone(crawled: Crawled, name: str) -> None:
    assert set(crawled.sites[name].paths()) == {"/robots.txt"}
    assert crawled.titles[name] == []
    assert any("robots.txt unreachable" in row for row in crawled.errors[name])


def test_a_site_without_robots_may_be_read(crawled: Crawled) -> None:
    assert crawled.titles["robots-none"] == ["Berita baik dari Arunika"]


def test_a_server_that_hangs_up_is_left_alone(crawled: Crawled) -> None:
    assert crawled.titles["cutting"] == []
    assert crawled.errors["cutting"]


def test_an_entity_bomb_in_a_feed_costs_nothing(crawled: Crawled) -> None:
    assert all(len(title) < 1000 for title in crawled.titles["bombed-feed"])


def test_the_whole_hostile_crawl_ends_in_time(crawled: Crawled) -> None:
    assert crawled.report.seconds < 60
    assert not crawled.report.stopped


def test_a_name_that_leads_to_this_machine_is_refused_when_it_is_resolved(tmp_path: Path) -> None:
    with serve() as site:
        site.pages["/"] = listing()
        site.add("/baik", GOOD)
        url = site.url.replace("127.0.0.1", "localhost")

        report = run_crawl(tmp_path, index_source(url, "nama", "1"), allow_loopback=False)

    assert site.asked == []
    assert report.sources[0].errors > 0
    assert report.sources[0].items == 0


def test_a_name_that_changes_its_answer_is_checked_at_every_connection() -> None:
    resolver = GuardedResolver(ReactorBase.__new__(ReactorBase), 10, 5.0, allow_loopback=False)
    outcomes: list[object] = []
    for address in ("93.184.216.34", "10.0.0.7"):
        dnscache["berubah.example"] = address
        answer: defer.Deferred[str] = resolver.getHostByName("berubah.example")
        answer.addBoth(outcomes.append)

    assert outcomes[0] == "93.184.216.34"
    assert isinstance(getattr(outcomes[1], "value", None), InternalAddress)


def test_a_crawl_asked_to_stop_keeps_what_it_has_and_says_so(tmp_path: Path) -> None:
    with serve() as site:
        site.pages["/"] = listing(*(f"/n{n}" for n in range(60)))
        for n in range(60):
            site.add(f"/n{n}", article(f"Berita nomor {n} Arunika", prose(f"hal {n}")))
        source = index_source(site.url, "lama", "0.4")
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
            running = pool.submit(crawl_here, tmp_path, (source,), True, {})
            deadline = time.monotonic() + 60
            while len(site.asked) < 6 and time.monotonic() < deadline:
                time.sleep(0.1)
            [worker] = pool._processes
            os.kill(worker, signal.SIGTERM)
            report = running.result(timeout=60)

    assert report.stopped
    assert 0 < report.sources[0].items < 60
    store = open_store(database_url(tmp_path))
    with store.database.read() as session:
        assert len(session.scalars(select(ItemRow.id)).all()) == report.sources[0].items
    store.close()

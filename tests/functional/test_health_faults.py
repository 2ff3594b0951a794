"""Real crawls of loopback sites that fall ill, watched: each fault becomes the right alarm, and ends.

The crawls themselves take seconds; what they told is then laid half an hour apart, as the scheduler
would have them. What a crawl tells is never made up.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from kentongan.collecting import CrawlRun, Outcome
from kentongan.health.values import Trouble
from kentongan.store import Store, open_store
from pipeline.health import watch
from tests.functional.crawl_sites import Site, article, database_url, make_source, prose, run_crawl, serve

XML = "application/rss+xml"
HALF = timedelta(minutes=30)
NOW = datetime.now(UTC).replace(microsecond=0)
ARTICLES = 6
SORRY = "<!doctype html><html><body><h1>Situs sedang dalam perbaikan</h1><p>Silakan kembali lagi nanti.</p></body></html>"


def feed(site: str, numbers: range) -> str:
    rows = "".join(
        f"<item><title>Berita nomor {n} dari Arunika</title><link>{site}/berita/{n}</link>"
        f"<pubDate>{format_datetime(NOW - timedelta(minutes=10 * (100 - n)))}</pubDate></item>"
        for n in numbers
    )
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>Kabar</title>{rows}</channel></rss>'


def publish(site: Site, numbers: range) -> None:
    site.add("/rss", feed(site.url, numbers), kind=XML)
    for n in numbers:
        site.add(f"/berita/{n}", article(f"Berita nomor {n} dari Arunika", prose(f"perkara nomor {n}")))


def lose_template(site: Site) -> None:
    publish(site, range(ARTICLES, ARTICLES + 8))
    for n in range(ARTICLES, ARTICLES + 8):
        site.add(f"/berita/{n}", "<!doctype html><html><body><div id='app'></div></body></html>")


ILLNESSES: dict[Trouble, tuple[Callable[[Site], None], int]] = {
    Trouble.NOT_A_LIST: (lambda site: site.add("/rss", SORRY), 1),
    Trouble.UNREACHABLE: (lambda site: site.add("/rss", "tidak ada", status=404), 1),
    Trouble.EMPTY_LIST: (lambda site: site.add("/rss", feed(site.url, range(0)), kind=XML), 1),
    Trouble.ROBOTS_REFUSED: (
        lambda site: site.add("/robots.txt", "User-agent: *\nDisallow: /\n", kind="text/plain"),
        1,
    ),
    Trouble.ROBOTS_UNREACHABLE: (lambda site: site.add("/robots.txt", "", status=503, kind="text/plain"), 1),
    Trouble.UNREAD_PAGES: (lose_template, 1),
}


class Outlet:
    """A source on a loopback site, and what came of its crawls in a record of its own."""

    def __init__(self, home: Path, site: Site) -> None:
        self.home, self.site = home, site
        self.source = make_source(site.url, f'feeds: ["{site.url}/rss"]', expected_daily="10")

    def crawl(self) -> CrawlRun:
        run_crawl(self.home, self.source)
        store = open_store(database_url(self.home))
        try:
            return store.crawls.since(NOW - timedelta(hours=1))[-1]
        finally:
            store.close()


@pytest.fixture
def outlet(tmp_path: Path) -> Iterator[Outlet]:
    with serve() as site:
        publish(site, range(ARTICLES))
        yield Outlet(tmp_path / "crawled", site)


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[Store]:
    store = open_store(database_url(tmp_path / "watched"))
    yield store
    store.close()


class Clock:
    """Lays what crawls told half an hour apart, before the present."""

    def __init__(self, store: Store, turns: int) -> None:
        self._store, self.at = store, NOW - turns * HALF

    def lay(self, run: CrawlRun, times: int = 1) -> datetime:
        for _ in range(times):
            ended = self.at + (run.ended_at - run.started_at)
            self._store.crawls.save(replace(run, started_at=self.at, ended_at=ended))
            self.at += HALF
        return ended


@pytest.mark.parametrize("trouble", ILLNESSES, ids=str)
def test_a_real_fault_is_told_for_what_it_is_within_six_hours_and_ends(
    trouble: Trouble, outlet: Outlet, watched: Store
) -> None:
    first, usual = outlet.crawl(), outlet.crawl()
    assert first.items == ARTICLES
    fall_ill, _ = ILLNESSES[trouble]
    mended = dict(outlet.site.pages)
    fall_ill(outlet.site)
    ill, ill_still = outlet.crawl(), outlet.crawl()
    outlet.site.pages.clear()
    outlet.site.pages.update(mended)
    publish(outlet.site, range(ARTICLES + 20))
    well = outlet.crawl()

    watched.collector.save_source(outlet.source.source)
    clock = Clock(watched, 40)
    clock.lay(first)
    assert watch(watched, clock.lay(usual, 20)) == []
    begun = clock.at
    assert watch(watched, clock.lay(ill)) == [] or trouble is Trouble.UNREAD_PAGES
    with capture_logs() as logs:
        watch(watched, clock.lay(ill_still, 10))
    (alarm,) = watched.alarms.since(begun)
    assert (alarm.trouble, alarm.ended_at) == (trouble, None)
    assert alarm.raised_at - begun <= timedelta(hours=6)
    assert alarm.since == begun
    if trouble is not Trouble.UNREAD_PAGES:  # which is told at once: eight pages without an article
        assert [(log["event"], log["trouble"]) for log in logs] == [("source alarm raised", trouble.value)]
    assert watch(watched, clock.at) == []

    (ended,) = watch(watched, clock.lay(well))
    assert (ended.trouble, ended.ended_at is not None) == (trouble, True)


def test_a_server_error_is_told_with_its_number(outlet: Outlet, watched: Store) -> None:
    outlet.site.add("/rss", "rusak", status=500)
    ill = outlet.crawl()
    watched.collector.save_source(outlet.source.source)
    clock = Clock(watched, 6)
    (alarm,) = watch(watched, clock.lay(ill, 6))
    assert alarm.trouble is Trouble.UNREACHABLE
    assert "500" in alarm.detail


def test_a_crawler_that_stopped_is_told_and_ends_with_the_next_crawl(outlet: Outlet, watched: Store) -> None:
    outlet.crawl()
    usual = outlet.crawl()
    watched.collector.save_source(outlet.source.source)
    clock = Clock(watched, 20)
    last = clock.lay(usual, 10)
    assert watch(watched, last + timedelta(hours=1)) == []
    (alarm,) = watch(watched, last + timedelta(hours=3))
    assert (alarm.trouble, alarm.since) == (Trouble.NOT_CRAWLED, last)
    clock.at = last + timedelta(hours=4)
    (ended,) = watch(watched, clock.lay(usual))
    assert ended.trouble is Trouble.NOT_CRAWLED


def test_alarms_end_when_a_source_is_no_longer_to_be_read(outlet: Outlet, watched: Store) -> None:
    source = outlet.source.source
    watched.collector.save_source(source)
    died = CrawlRun(source.name, NOW, NOW, Outcome.DIED, problem="killed")
    (alarm,) = watch(watched, Clock(watched, 10).lay(died, 10))
    assert alarm.trouble is Trouble.DIED
    watched.collector.save_source(replace(source, active=False))
    (ended,) = watch(watched, NOW)
    assert ended.trouble is Trouble.DIED

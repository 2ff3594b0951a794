"""Public posts of every site, crawled by the real spider over loopback into the real record, twice."""

import gzip
import json
import os
import signal
import sqlite3
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context
from pathlib import Path

import pytest
from sqlalchemy import select

from crawler.errors import SourceFileError
from crawler.run import CrawlReport, SourceReport, crawl
from crawler.source_file import SourceFile
from kentongan.pseudonym import pseudonym
from kentongan.settings import read_settings
from kentongan.store import Store, open_store
from kentongan.store.schema import FetchRow, ItemRow
from tests.functional.crawl_sites import Answer, Site, crawl_here, database_url, make_source, run_crawl, serve
from tests.unit.crawler.posts.invented import bluesky_post, reddit_feed, status, youtube_feed

JSON, ATOM = "application/json; charset=utf-8", "application/atom+xml"
KEY = "kunci-uji-" * 4
NOVEMBER = datetime(2025, 11, 3, 2, 0, tzinfo=UTC)
TAG = "/api/v1/timelines/tag/{}?limit=40"
SEARCH = "/xrpc/app.bsky.feed.searchPosts?q={}&sort=latest&limit=100"
FEED = "/feeds/videos.xml?channel_id={}"
NEW = "/r/{}/new/.rss?limit=100"
CHANNELS = ("UC" + "a" * 22, "UC" + "b" * 22)
NAMES = (
    "mastodon",
    "mastodon-closed",
    "mastodon-busy",
    "bluesky",
    "bluesky-closed",
    "youtube",
    "reddit",
    "forbidden",
)


@dataclass
class Crawled:
    home: Path
    sites: dict[str, Site]
    asked: dict[str, list[str]]  # in the first crawl
    reports: list[CrawlReport]
    store: Store

    def report(self, name: str, crawl: int = 0) -> SourceReport:
        return next(r for r in self.reports[crawl].sources if r.source == name)

    def items(self, source: str) -> list[ItemRow]:
        with self.store.database.read() as session:
            query = select(ItemRow).where(ItemRow.source == source).order_by(ItemRow.url)
            return list(session.scalars(query))

    def errors(self, source: str) -> list[str]:
        with self.store.database.read() as session:
            query = select(FetchRow.error).where(FetchRow.source == source, FetchRow.error != "")
            return list(session.scalars(query.order_by(FetchRow.id)))


def place(site: Site, name: str, kind: str, what: str, **extra: str) -> SourceFile:
    return make_source(
        site.url, f"{kind}: {{at: {site.url}, {what}}}", name=name, kind="public_channel", **extra
    )


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    home = tmp_path_factory.mktemp("posts")
    closed_door = Answer(b"User-agent: *\nDisallow: /\n", kind="text/plain")
    with (
        serve() as a, serve() as b, serve() as c, serve() as d, serve() as e, serve() as f, serve() as g,
        serve(robots=closed_door) as h,
    ):  # fmt: skip
        sites = dict(zip(NAMES, (a, b, c, d, e, f, g, h), strict=True))
        fill(sites)
        sources = [
            place(a, "mastodon", "mastodon", "tags: [arunika, pasar]"),
            place(b, "mastodon-closed", "mastodon", "tags: [arunika, pasar]"),
            place(c, "mastodon-busy", "mastodon", "tags: [arunika, pasar]"),
            place(d, "bluesky", "bluesky", "queries: [arunika]"),
            place(e, "bluesky-closed", "bluesky", "queries: [arunika, pasar]"),
            place(f, "youtube", "youtube", f"channels: [{', '.join(CHANNELS)}]"),
            place(g, "reddit", "reddit", "communities: [sibuk, arunika]"),
            place(h, "forbidden", "reddit", "communities: [arunika]"),
        ]
        key = {"KENTONGAN_PSEUDONYM_KEY": KEY}
        reports = [run_crawl(home, *sources, environ=key)]
        asked = {name: site.paths() for name, site in sites.items()}
        f.add(FEED.format(CHANNELS[0]), youtube_feed(("arunika0000", "Kembali", "Umpan pulih")), kind=ATOM)
        reports.append(run_crawl(home, *(s for s in sources if s.name != "reddit"), environ=key))
        store = open_store(database_url(home))
        yield Crawled(home, sites, asked, reports, store)
        store.close()


def fill(sites: dict[str, Site]) -> None:
    fill_mastodon(sites["mastodon"])
    closed = json.dumps({"error": "This method requires an authenticated user"})
    sites["mastodon-closed"].add("/api/v1/timelines/tag/arunika", closed, status=422, kind=JSON)
    busy = {
        "X-RateLimit-Remaining": "0",
        "X-RateLimit-Reset": (datetime.now(UTC) + timedelta(hours=1)).isoformat(),
    }
    one = json.dumps([status(1, sites["mastodon-busy"].url)])
    for tag in ("arunika", "pasar"):
        sites["mastodon-busy"].add(f"/api/v1/timelines/tag/{tag}", one, kind=JSON, headers=busy)

    bluesky, search = sites["bluesky"], SEARCH.format("arunika")
    hidden = bluesky_post(
        "rahasia", author={"handle": "tersembunyi.example", "labels": [{"val": "!no-unauthenticated"}]}
    )
    first = [
        bluesky_post("5", "2025-11-03T05:00:00.000Z"),
        hidden,
        bluesky_post("3", "2025-11-01T03:00:00.000Z"),
    ]
    second = [bluesky_post("3", "2025-11-01T03:00:00.000Z"), bluesky_post("1", "2025-10-01T01:00:00.000Z")]
    bluesky.add(search, json.dumps({"posts": first, "cursor": "100"}), kind=JSON)
    bluesky.add(f"{search}&until=2025-11-01T03%3A00%3A00.001Z", json.dumps({"posts": second}), kind=JSON)
    bluesky.add(f"{search}&until=2025-10-01T01%3A00%3A00.001Z", json.dumps({"posts": second[1:]}), kind=JSON)
    sites["bluesky-closed"].add("/xrpc/app.bsky.feed.searchPosts", "{}", status=403, kind=JSON)

    sites["youtube"].add(
        FEED.format(CHANNELS[1]),
        youtube_feed(
            ("arunika0001", "Pasar ditutup", "Hubungi 0812-3456-7890"), ("arunika0002", "Jalan", "")
        ),
        kind=ATOM,
    )
    reddit = sites["reddit"]
    reddit.add("/r/sibuk/new/.rss", "terlalu sering", status=429, headers={"x-ratelimit-reset": "1"})
    said = '<div class="md"><p>Kata @budi_s pasar ditutup</p></div>'
    reddit.add(NEW.format("arunika"), reddit_feed(("1abc", "Benarkah?", said), site=reddit.url), kind=ATOM)
    sites["forbidden"].add("/r/arunika/new/.rss", reddit_feed(("1abc", "x", "x")), kind=ATOM)


def fill_mastodon(site: Site) -> None:
    limit = {"X-RateLimit-Limit": "300", "X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "3"}
    hidden = status(
        29, site.url, content="<p>Jangan simpan ini</p>", account={"acct": "hidup_tenang", "noindex": True}
    )
    remote = status(28, "https://lain.example", account={"acct": "budi@lain.example"})
    call = status(
        30, site.url, content="<p>Sebarkan! hubungi 0812-3456-7890 atau <a>@<span>budi</span></a></p>"
    )
    pages = {
        TAG.format("arunika"): ([call, hidden, remote], {}),
        TAG.format("arunika") + "&max_id=28": ([status(20, site.url)], limit),
        TAG.format("arunika") + "&max_id=20": ([status(10, site.url)], {}),
        TAG.format("arunika") + "&max_id=10": ([status(5, site.url)], {}),
        TAG.format("pasar"): ([call, status(3, site.url, visibility="unlisted")], {}),
        TAG.format("pasar") + "&max_id=3": ([], {}),
    }
    for path, (statuses, headers) in pages.items():
        site.add(path, json.dumps(statuses), kind=JSON, headers=headers)


def test_a_tags_posts_are_read_page_by_page_and_no_further_than_the_bound(crawled: Crawled) -> None:
    site = crawled.sites["mastodon"].url

    assert {i.url for i in crawled.items("mastodon")} == {
        f"{site}/@sari/10", f"{site}/@sari/20", f"{site}/@sari/30", "https://lain.example/@sari/28",
    }  # fmt: skip
    assert not any("max_id=10" in path for path in crawled.asked["mastodon"])
    assert crawled.errors("mastodon") == []


def test_posts_are_masked_dated_and_bear_pseudonyms_that_the_key_gives(crawled: Crawled) -> None:
    items = {i.url.rsplit("/", 1)[1]: i for i in crawled.items("mastodon")}
    host = crawled.sites["mastodon"].url.removeprefix("http://")

    assert items["30"].text == "Sebarkan! hubungi NOMOR atau @USER"
    assert {i.platform for i in items.values()} == {"post"}
    assert all(i.published_at == NOVEMBER for i in items.values())
    assert items["30"].author == items["20"].author == pseudonym(f"sari@{host}", KEY, NOVEMBER)
    assert items["28"].author == pseudonym("budi@lain.example", KEY, NOVEMBER)
    assert all(i.title == "" for i in items.values())


def test_what_asks_not_to_be_kept_is_counted_and_is_in_no_file_of_ours(crawled: Crawled) -> None:
    assert crawled.report("mastodon").withheld == 2
    assert crawled.report("bluesky").withheld == 1
    kept = b"".join(gzip.decompress(path.read_bytes()) for path in crawled.home.rglob("*.warc.gz"))
    assert b"Kabar nomor 20 dari Arunika" in kept
    assert b"hidup_tenang" not in kept
    assert b"tersembunyi.example" not in kept
    with sqlite3.connect(crawled.home / "crawl" / "http-cache.db") as cache:
        cached = [url for (url,) in cache.execute("SELECT url FROM response")]
    assert any("/feeds/videos.xml" in url for url in cached)
    assert not any("/timelines/" in url or "searchPosts" in url for url in cached)


def test_a_site_that_has_no_requests_left_for_us_is_asked_again_when_it_said(crawled: Crawled) -> None:
    with crawled.store.database.read() as session:
        query = select(FetchRow.at).where(FetchRow.source == "mastodon", FetchRow.url.contains("max_id="))
        second, third = session.scalars(query.order_by(FetchRow.id).limit(2))

    assert crawled.report("mastodon").seconds > 2
    assert third - second > timedelta(seconds=2)


def test_a_site_that_asks_for_an_hour_is_left_to_the_next_crawl_and_told(crawled: Crawled) -> None:
    assert len(crawled.items("mastodon-busy")) == 1
    assert any(
        "asks us to wait" in error and "left to the next crawl" in error
        for error in crawled.errors("mastodon-busy")
    )
    assert TAG.format("pasar") not in crawled.asked["mastodon-busy"]


@pytest.mark.parametrize("name", ["mastodon-closed", "bluesky-closed"])
def test_a_closed_site_is_unavailable_asked_once_and_not_worked_round(crawled: Crawled, name: str) -> None:
    assert crawled.items(name) == []
    assert len(crawled.asked[name]) == 2  # robots.txt and one question
    assert ["(unavailable)" in error for error in crawled.errors(name)] == [True, True]  # one in each crawl
    assert crawled.report(name).errors == 1


def test_a_search_goes_back_by_until_and_takes_each_post_once(crawled: Crawled) -> None:
    items = crawled.items("bluesky")

    assert [i.url for i in items] == [f"https://bsky.app/profile/did:plc:arunika/post/{n}" for n in "135"]
    assert [p for p in crawled.asked["bluesky"] if "until=" in p] == [
        SEARCH.format("arunika") + "&until=2025-11-01T03%3A00%3A00.001Z",
        SEARCH.format("arunika") + "&until=2025-10-01T01%3A00%3A00.001Z",
    ]
    report = crawled.report("bluesky")
    assert (report.items, report.unchanged, report.errors) == (3, 0, 0)


def test_a_feed_that_is_missing_is_told_as_passing_and_read_when_it_is_back(crawled: Crawled) -> None:
    items = {i.url.rsplit("=", 1)[1]: i for i in crawled.items("youtube")}

    assert next(e for e in crawled.errors("youtube") if "passing fault" in e).startswith("HTTP 404")
    assert (items["arunika0001"].title, items["arunika0001"].text) == ("Pasar ditutup", "Hubungi NOMOR")
    assert items["arunika0002"].text == "Jalan"
    assert crawled.report("youtube").items == 2
    assert crawled.report("youtube", 1).items == 1
    assert "arunika0000" in items


def test_a_community_that_is_asked_too_often_is_given_its_time_and_the_others_are_read(
    crawled: Crawled,
) -> None:
    [item] = crawled.items("reddit")

    assert (item.title, item.text) == ("Benarkah?", "Kata @USER pasar ditutup")
    assert item.url == f"{crawled.sites['reddit'].url}/r/arunika/comments/1abc/judul_pos/"
    assert item.author == pseudonym("u/sari_w", KEY, NOVEMBER)
    assert crawled.asked["reddit"].count(NEW.format("sibuk")) == 3
    assert crawled.report("reddit").seconds > 3  # a second after each refusal
    assert "HTTP 429" in crawled.errors("reddit")


def test_what_robots_forbids_is_not_read_however_public_it_is(crawled: Crawled) -> None:
    assert crawled.asked["forbidden"] == ["/robots.txt"]
    assert any("robots.txt does not allow" in e for e in crawled.errors("forbidden"))


def test_no_page_about_a_person_is_ever_asked_for(crawled: Crawled) -> None:
    starts = (
        "/robots.txt",
        "/api/v1/timelines/tag/",
        "/xrpc/app.bsky.feed.searchPosts",
        "/feeds/videos.xml",
        "/r/",
    )

    asked = [path for site in crawled.sites.values() for path in site.paths()]

    assert len(asked) > 20
    assert all(path.startswith(starts) for path in asked)


def test_a_second_crawl_of_the_same_posts_adds_nothing(crawled: Crawled) -> None:
    again = [crawled.report(name, 1) for name in ("mastodon", "bluesky")]

    assert [(r.items, r.revised) for r in again] == [(0, 0), (0, 0)]


def test_without_a_key_posts_have_no_author_at_all(tmp_path: Path) -> None:
    with serve() as site:
        site.add(FEED.format(CHANNELS[0]), youtube_feed(("arunika0001", "Pasar", "Ramai")), kind=ATOM)
        run_crawl(tmp_path, place(site, "tanpa-kunci", "youtube", f"channels: [{CHANNELS[0]}]"))

    store = open_store(database_url(tmp_path))
    with store.database.read() as session:
        assert session.scalars(select(ItemRow.author)).all() == [""]
    store.close()


def test_a_crawl_that_waits_for_a_site_still_stops_when_asked(tmp_path: Path) -> None:
    with serve() as site:
        site.add("/r/sibuk/new/.rss", "", status=429, headers={"Retry-After": "100"})
        source = place(site, "sibuk", "reddit", "communities: [sibuk]")
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
            running = pool.submit(crawl_here, tmp_path, (source,), True, {})
            deadline = time.monotonic() + 60
            while len(site.asked) < 2 and time.monotonic() < deadline:
                time.sleep(0.1)
            time.sleep(1)
            [worker] = pool._processes
            os.kill(worker, signal.SIGTERM)
            report = running.result(timeout=30)

    assert report.stopped
    assert len(site.asked) == 2


def test_a_pause_shorter_than_a_sites_own_limit_is_refused_on_the_net(tmp_path: Path) -> None:
    site = Site("https://www.reddit.example", {})
    short = place(site, "terburu-buru", "reddit", "communities: [arunika]", delay_seconds="5")
    settings = read_settings(
        {"KENTONGAN_HOME": str(tmp_path), "KENTONGAN_CONTACT": "https://arunika.example/kontak"}
    )
    store = open_store(database_url(tmp_path))

    with pytest.raises(SourceFileError, match="5 is too short: at least 60 second"):
        crawl(settings, store.collector, [short])
    store.close()

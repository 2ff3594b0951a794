"""Manners towards sites, as their own logs show them: waiting, robots.txt, one at a time, asking cheaply."""

import json
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import pytest

from crawler.pace import LEFT, MAX_FAILURES, MAX_REFUSALS
from crawler.run import CrawlReport
from kentongan.store import Store, open_store
from tests.functional.crawl_sites import (
    Answer,
    Asked,
    Site,
    article,
    database_url,
    make_source,
    prose,
    run_crawl,
    serve,
)
from tests.functional.polite_sites import (
    BACKOFF,
    BUSY,
    DOWN,
    LONG_PAGE,
    NAMES,
    REFUSED_SITES,
    SETTINGS,
    certified,
    errors,
    fill,
    fill_refusals,
    fill_robots,
    fill_slow,
    items,
    news,
    overlaps,
    page,
    refuse,
    report_of,
    source_of,
)


@dataclass
class Crawled:
    home: Path
    sites: dict[str, Site]
    reports: list[CrawlReport]
    asked: list[dict[str, list[Asked]]]  # in each crawl
    store: Store
    date: float  # of a Retry-After, by time.monotonic

    def left(self, name: str) -> int:
        return int(json.loads((self.home / "crawl" / f"{name}.json").read_text()).get(LEFT, 0))


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    home = tmp_path_factory.mktemp("manners")
    with ExitStack() as stack:
        sites = {name: stack.enter_context(serve()) for name in NAMES}
        date = fill_refusals(sites)
        fill_robots(sites)
        fill_slow(sites)
        sources = [source_of(name, sites[name]) for name in NAMES]
        reports, asked = [], []
        for number in range(2):
            reports.append(run_crawl(home, *sources, scrapy=SETTINGS))
            asked.append({name: list(site.log) for name, site in sites.items()})
            for site in sites.values():
                site.log.clear()
            if number == 0:
                sites["turns-away"].add("/robots.txt", b"", status=DOWN)
        store = open_store(database_url(home))
        yield Crawled(home, sites, reports, asked, store, date)
        store.close()


@pytest.mark.parametrize("name", REFUSED_SITES)
def test_no_request_comes_earlier_than_a_site_asked_and_what_was_refused_is_read_then(
    crawled: Crawled, name: str
) -> None:
    log = crawled.asked[0][name]
    refused = [asked for asked in log if asked.status in (BUSY, DOWN)]

    assert refused
    for one in refused:
        waited = {"list": 2.0, "page": crawled.date - one.began}.get(name, 1.0)
        assert not [a for a in log if one.began < a.began < one.began + waited]
        assert any(a.path == one.path and a.status in (200, 404) for a in log if a.began > one.ended)
    if name != "factcheck":
        assert items(crawled.store, name)


def test_a_site_that_names_no_time_is_given_twice_as_long_each_time(crawled: Crawled) -> None:
    first, second, third = (a.began for a in crawled.asked[0]["untold"] if a.path == "/")

    assert second - first >= BACKOFF / 2
    assert third - second >= BACKOFF
    assert len(items(crawled.store, "untold")) == 5


def test_a_site_that_asks_for_an_hour_is_left_to_the_next_crawl_told_once_and_the_rest_dropped(
    crawled: Crawled,
) -> None:
    asked = [a.path for a in crawled.asked[0]["hour"]]
    told = [row for row in errors(crawled.store, "hour") if "left to the next crawl" in row]

    assert asked[:2] == ["/robots.txt", "/"]
    assert len(asked) == 3
    assert crawled.asked[1]["hour"] == []  # minutes later the hour is not over
    assert len(told) == 2  # once in each crawl
    assert all("asks us to wait" in row for row in told)
    assert report_of(crawled.reports[0], "hour").requests == 3
    assert report_of(crawled.reports[1], "hour").requests == 0
    assert crawled.left("hour") > 0


@pytest.mark.parametrize("name", ["always", "never-told"])
def test_a_site_that_goes_on_refusing_is_not_asked_for_each_of_its_pages(crawled: Crawled, name: str) -> None:
    log = crawled.asked[0][name]
    told = [row for row in errors(crawled.store, name) if "in a row the site asked us to wait" in row]

    refused = sum(a.status in (BUSY, DOWN) for a in log)
    assert MAX_REFUSALS <= refused < MAX_REFUSALS + 4  # as many as were out together
    assert len(told) == 2
    assert crawled.left(name) >= LONG_PAGE - refused


def test_a_page_that_trickles_is_cut_off_and_the_others_are_kept(crawled: Crawled) -> None:
    assert any(
        "/berita/1 " in row and "took longer than 3" in row for row in errors(crawled.store, "slow-page")
    )
    assert len(items(crawled.store, "slow-page")) == 2


def test_a_site_whose_pages_all_hang_is_left_after_a_few(crawled: Crawled) -> None:
    asked = [a for a in crawled.asked[0]["hangs"] if a.path.startswith("/berita")]

    assert MAX_FAILURES <= len(asked) < 2 * MAX_FAILURES
    assert any("in a row the site gave no answer" in row for row in errors(crawled.store, "hangs"))


@pytest.mark.parametrize("name", ["slow-robots", "long-chain", "away"])
def test_a_robots_file_that_does_not_come_allows_nothing(crawled: Crawled, name: str) -> None:
    assert not [a for a in crawled.asked[0][name] if not a.path.startswith("/robots")]
    assert any("robots.txt unreachable: nothing is fetched" in row for row in errors(crawled.store, name))


def test_the_pause_that_robots_asks_for_is_kept_between_all_requests(crawled: Crawled) -> None:
    log = crawled.asked[0]["pause"]

    assert len(log) == 5
    assert all(later.began - earlier.began >= 1 for earlier, later in pairwise(log))


def test_a_pause_too_long_to_read_a_site_in_a_round_is_told_once_and_nothing_is_read(
    crawled: Crawled,
) -> None:
    assert [a.path for a in crawled.asked[0]["long-pause"]] == ["/robots.txt"]
    told = [row for row in errors(crawled.store, "long-pause") if "asks for 600 seconds between" in row]
    assert len(told) == 2


@pytest.mark.parametrize("name", ["chain", "large"])
def test_a_robots_file_behind_five_redirects_or_of_a_megabyte_is_heeded(crawled: Crawled, name: str) -> None:
    paths = {a.path for a in crawled.asked[0][name] if a.path.startswith("/berita")}

    assert paths == {"/berita/0", "/berita/2"}
    assert any("robots.txt does not allow" in row for row in errors(crawled.store, name))


def test_a_mark_before_the_first_line_and_a_lying_content_type_open_nothing(crawled: Crawled) -> None:
    assert [a.path for a in crawled.asked[0]["mark"]] == ["/robots.txt"]


def test_a_page_in_place_of_robots_allows_all_and_is_told(crawled: Crawled) -> None:
    assert len(items(crawled.store, "html")) == 3
    assert any("no line of robots.txt can be read" in row for row in errors(crawled.store, "html"))


@pytest.mark.parametrize("name", ["list", "untold", "html", "round", "patient"])
def test_robots_is_asked_once_in_a_crawl(crawled: Crawled, name: str) -> None:
    assert [a.path for a in crawled.asked[0][name]].count("/robots.txt") == 1


def test_a_robots_file_that_cannot_be_reached_is_not_answered_from_the_cache(crawled: Crawled) -> None:
    assert len(items(crawled.store, "turns-away")) == 3
    assert {a.path for a in crawled.asked[1]["turns-away"]} == {"/robots.txt"}


def test_a_patient_source_asks_one_thing_at_a_time_with_its_delay(crawled: Crawled) -> None:
    log = crawled.asked[0]["patient"]

    assert len(log) == 6
    assert overlaps(log) == 0
    assert log[-1].began - log[0].began >= 5 * 0.5 - 0.25  # the site's own threads may be late


@pytest.mark.parametrize(("path", "told"), [("/putar ", "in a circle"), ("/terus/", "redirections")])
def test_redirects_without_end_are_told_and_the_crawl_goes_on(crawled: Crawled, path: str, told: str) -> None:
    assert any(path in row and told in row for row in errors(crawled.store, "round")), errors(
        crawled.store, "round"
    )
    assert len(items(crawled.store, "round")) == 1


@pytest.mark.parametrize("name", ["list", "sitemap", "channel", "html", "untold"])
def test_the_second_crawl_asks_with_validators_and_is_answered_without_bodies(
    crawled: Crawled, name: str
) -> None:
    again = crawled.asked[1][name]

    assert {"/robots.txt"} < {a.path for a in again}
    assert {a.status for a in again} == {304}
    assert all("if-none-match" in a.headers and "if-modified-since" in a.headers for a in again)
    report = report_of(crawled.reports[1], name)
    assert (report.items, report.revised) == (0, 0)
    assert report.not_modified == len(again)


def test_a_site_without_validators_that_says_the_same_again_adds_nothing(tmp_path: Path) -> None:
    with serve() as site:
        fill(site, 3)
        site.pages = {path: Answer(a.body, kind=a.kind, validators=False) for path, a in site.pages.items()}
        first, again = (run_crawl(tmp_path, news(site, "tanpa-tanda")).sources[0] for _ in range(2))

    assert (first.items, again.items, again.revised, again.errors) == (3, 0, 0, 0)
    assert {a.status for a in site.log} == {200}
    assert len(list((tmp_path / "evidence").glob("*.warc.gz"))) == 1


def test_two_sources_on_one_host_are_never_on_it_together(tmp_path: Path) -> None:
    with serve() as site:
        for path in ("/pagi", "/sore"):
            links = "".join(f'<li><a href="{path}/{n}">x</a></li>' for n in range(4))
            site.add(path, f"<ul>{links}</ul>")
            for n in range(4):
                body = article(f"Berita {path} {n} Arunika", prose(f"{path} {n}")).encode()
                site.pages[f"{path}/{n}"] = Answer(body, pause_seconds=0.0002)
        report = run_crawl(tmp_path, *(news(site, path[1:], path=path) for path in ("/pagi", "/sore")))

    assert [source.items for source in report.sources] == [4, 4]
    spans = {path: [a for a in site.log if a.path.startswith(path)] for path in ("/pagi", "/sore")}
    (first, second) = sorted(spans.values(), key=lambda log: min(a.began for a in log))
    assert max(a.ended for a in first) < min(a.began for a in second)


def test_a_wait_that_one_source_was_asked_for_holds_for_the_next_on_the_same_host(tmp_path: Path) -> None:
    with serve() as site:
        site.pages["/pagi"] = site.pages["/sore"] = refuse(BUSY, "600")
        run_crawl(tmp_path, *(news(site, path[1:], path=path) for path in ("/pagi", "/sore")))

    assert [a.path for a in site.log] == ["/robots.txt", "/pagi"]


def test_robots_is_asked_again_when_it_has_grown_old(tmp_path: Path) -> None:
    with serve() as site:
        fill(site, 20)
        run_crawl(tmp_path, news(site, "lama", "0.1"), scrapy={"KENTONGAN_ROBOTS_SECONDS": 0.5})

    assert len(site.times("/robots.txt")) > 1


def test_a_redirect_from_https_to_http_is_told_and_not_followed(tmp_path: Path) -> None:
    with serve() as plain, serve(tls=certified(tmp_path)) as secure:
        plain.add("/berita", page(1))
        secure.add("/", '<li><a href="/turun">x</a></li><li><a href="/berita">x</a></li>')
        secure.add("/berita", page(2))
        secure.pages["/turun"] = Answer(b"", 301, headers={"Location": f"{plain.url}/berita"})
        shape = f'index: {{urls: ["{secure.url}/", "{plain.url}/kosong"], links: "li a"}}'
        source = make_source(secure.url, shape, name="turun", delay_seconds="0")
        run_crawl(tmp_path / "home", source, scrapy={"DOWNLOAD_VERIFY_CERTIFICATES": False})

    store = open_store(database_url(tmp_path / "home"))
    assert any("redirected from https to http" in row for row in errors(store, "turun"))
    assert len(items(store, "turun")) == 1
    store.close()
    assert "/berita" not in plain.paths()

"""Reading again: what changed, what was taken away, what only seemed so, and what did not answer."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from crawler.run import SourceReport
from crawler.source_file import SourceFile
from kentongan.domain import Item, ItemId
from kentongan.store import Store, open_store
from kentongan.store.schema import FetchRow
from tests.functional.again import make_due
from tests.functional.crawl_sites import (
    Answer,
    Site,
    article,
    database_url,
    make_source,
    prose,
    run_crawl,
    serve,
)

XML = "application/xml"


@pytest.fixture
def site() -> Iterator[Site]:
    with serve() as served:
        yield served


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(database_url(tmp_path))
    yield opened
    opened.close()


def publish(site: Site, *numbers: int) -> SourceFile:
    """Put articles on the site and in its feed; return the source that reads it."""
    for number in numbers:
        site.add(f"/b{number}", article(f"Berita nomor {number} dari Arunika", prose(f"perkara {number}")))
    rows = "".join(
        f"<item><title>Berita nomor {n} dari Arunika</title><link>{site.url}/b{n}</link></item>"
        for n in numbers
    )
    site.add("/rss", f'<rss version="2.0"><channel><title>Kabar</title>{rows}</channel></rss>', kind=XML)
    return make_source(site.url, f'feeds: ["{site.url}/rss"]')


def crawl(home: Path, source: SourceFile) -> SourceReport:
    return run_crawl(home, source).sources[0]


def items(store: Store) -> list[Item]:
    views = store.items.views(list(store.items.all_ids()))
    return sorted((view.item for view in views), key=lambda item: item.url)


def pages_asked(site: Site) -> list[tuple[str, int]]:
    return [(path, status) for path, status in site.asked if path.startswith("/b")]


def errors(store: Store) -> list[str]:
    with store.database.read() as session:
        return list(session.scalars(select(FetchRow.error).where(FetchRow.error != "")))


def test_each_article_is_read_once_however_many_lists_and_crawls_name_it(
    site: Site, store: Store, tmp_path: Path
) -> None:
    publish(site, 1, 2, 3)
    site.pages["/rss2"] = site.pages["/rss"]
    links = "".join(f'<a href="/b{n}?utm_source=depan">{n}</a>' for n in (1, 2, 3))
    site.add("/", f"<main>{links}</main>")
    lists = f'feeds: ["{site.url}/rss", "{site.url}/rss2"]\nindex: {{urls: ["{site.url}/"], links: "main a"}}'
    first, second = (make_source(site.url, lists, name=name) for name in ("satu", "dua"))
    for _ in range(3):
        run_crawl(tmp_path, first, second)

    assert sorted(pages_asked(site)) == [("/b1", 200), ("/b2", 200), ("/b3", 200)]
    assert len(items(store)) == 3


def test_a_look_at_an_unchanged_page_is_answered_with_304_and_keeps_nothing_new(
    site: Site, store: Store, tmp_path: Path
) -> None:
    source = publish(site, 1, 2)
    crawl(tmp_path, source)
    make_due(store)
    site.asked.clear()
    report = crawl(tmp_path, source)

    assert sorted(pages_asked(site)) == [("/b1", 304), ("/b2", 304)]
    assert (report.items, report.revised, report.unchanged) == (0, 0, 2)


def test_a_look_at_a_page_whose_surroundings_change_keeps_no_new_evidence(
    site: Site, store: Store, tmp_path: Path
) -> None:
    source = publish(site, 1)
    crawl(tmp_path, source)
    before = sorted((tmp_path / "evidence").glob("*.warc.gz"))
    site.add("/b1", site.pages["/b1"].body + b"<!-- iklan lain -->")
    make_due(store)
    report = crawl(tmp_path, source)

    assert report.unchanged == 1
    assert sorted((tmp_path / "evidence").glob("*.warc.gz")) == before


@pytest.mark.parametrize("status", [404, 410])
def test_what_its_source_took_away_is_marked_and_its_text_and_the_answer_are_kept(
    site: Site, store: Store, tmp_path: Path, status: int
) -> None:
    source = publish(site, 1, 2)
    crawl(tmp_path, source)
    site.add("/b1", "Artikel dihapus", status=status)
    make_due(store)
    first = crawl(tmp_path, source)
    make_due(store, hours=25)
    second = crawl(tmp_path, source)

    assert (first.gone, second.gone) == ((1, 0) if status == 410 else (0, 1))
    taken, kept = items(store)
    assert taken.gone_at is not None
    assert kept.gone_at is None
    assert "perkara 1" in taken.text
    assert len(store.items.evidence(ItemId(taken.id))) == 2


def test_what_comes_back_is_not_taken_away(site: Site, store: Store, tmp_path: Path) -> None:
    source = publish(site, 1)
    page = site.pages["/b1"]
    crawl(tmp_path, source)
    for answer in (Answer(b"", 404), page, Answer(b"", 404)):
        site.pages["/b1"] = answer
        make_due(store, hours=25)
        crawl(tmp_path, source)

    assert [item.gone_at for item in items(store)] == [None]


@pytest.mark.parametrize("status", [403, 500, 503])
def test_a_site_that_fails_or_refuses_has_taken_nothing_away(
    site: Site, store: Store, tmp_path: Path, status: int
) -> None:
    source = publish(site, 1)
    crawl(tmp_path, source)
    site.add("/b1", "gagal", status=status, headers={"Retry-After": "1"})
    for _ in range(2):
        make_due(store, hours=25)
        crawl(tmp_path, source)

    assert [item.gone_at for item in items(store)] == [None]


def test_an_article_that_leads_to_the_front_page_is_missed_and_never_a_revision(
    site: Site, store: Store, tmp_path: Path
) -> None:
    source = publish(site, 1)
    site.add("/", article("Halaman depan Kabar Arunika", prose("semua kabar")))
    crawl(tmp_path, source)
    site.pages["/b1"] = Answer(status=301, headers={"Location": "/"})
    for _ in range(2):
        make_due(store, hours=25)
        report = crawl(tmp_path, source)

    assert (report.revised, report.gone) == (0, 1)
    assert [item.title for item in items(store)] == ["Berita nomor 1 dari Arunika"]


@pytest.mark.parametrize("articles", [4, 10])
def test_a_site_that_changed_its_addresses_has_taken_nothing_away(
    site: Site, store: Store, tmp_path: Path, articles: int
) -> None:
    numbers = range(1, articles + 1)
    source = publish(site, *numbers)
    crawl(tmp_path, source)
    for number in numbers:
        site.add(f"/b{number}", "tidak ada", status=404)
    for _ in range(2):
        make_due(store, hours=25)
        crawl(tmp_path, source)

    assert not any(item.gone_at for item in items(store))
    assert any("addresses seem to have changed" in error for error in errors(store))


def test_a_page_that_fails_is_read_later_though_its_list_has_moved_on(
    site: Site, store: Store, tmp_path: Path
) -> None:
    source = publish(site, 1, 2)
    page = site.pages["/b1"]
    site.add("/b1", "gagal", status=500)
    crawl(tmp_path, source)
    publish(site, 2, 3)
    site.pages["/b1"] = page
    make_due(store)
    crawl(tmp_path, source)

    assert [item.title for item in items(store)] == [f"Berita nomor {n} dari Arunika" for n in (1, 2, 3)]


def test_what_a_site_asked_to_wait_for_is_read_later_though_its_list_has_moved_on(
    site: Site, store: Store, tmp_path: Path
) -> None:
    source = publish(site, 1, 2, 3)
    pages = {path: site.pages[path] for path in ("/b1", "/b2", "/b3")}
    for path in pages:
        site.add(path, "nanti", status=429, headers={"Retry-After": "3600"})
    report = crawl(tmp_path, source)
    publish(site, 4)
    site.pages.update(pages)
    (tmp_path / "crawl" / "pauses.json").unlink()  # an hour later
    make_due(store)
    crawl(tmp_path, source)

    assert report.left > 0
    assert [item.title for item in items(store)] == [f"Berita nomor {n} dari Arunika" for n in range(1, 5)]


def test_pages_that_robots_txt_forbids_now_do_not_stand_before_the_others(
    site: Site, store: Store, tmp_path: Path
) -> None:
    crawl(tmp_path, publish(site, *range(1, 61)))
    site.add("/b60", "", status=410)
    rules = "".join(f"Disallow: /b{n}$\n" for n in range(1, 60))
    site.add("/robots.txt", f"User-agent: *\n{rules}", kind="text/plain")
    source = publish(site, 61)
    site.add("/b60", "", status=410)
    make_due(store)
    gone = [crawl(tmp_path, source).gone for _ in range(2)]

    assert sum(gone) == 1


def test_an_article_that_leads_to_something_else_is_neither_revised_nor_taken_away(
    site: Site, store: Store, tmp_path: Path
) -> None:
    source = publish(site, 1)
    site.add("/politik", article("Kanal politik Kabar Arunika", prose("politik kota")))
    crawl(tmp_path, source)
    site.pages["/b1"] = Answer(status=301, headers={"Location": "/politik"})
    for _ in range(2):
        make_due(store, hours=25)
        report = crawl(tmp_path, source)

    assert (report.items, report.revised, report.gone) == (0, 0, 0)
    assert [item.title for item in items(store)] == ["Berita nomor 1 dari Arunika"]


def test_no_page_of_a_source_that_permits_its_feed_only_is_ever_looked_at(
    site: Site, store: Store, tmp_path: Path
) -> None:
    publish(site, 1, 2)
    crawl(tmp_path, make_source(site.url, f'feeds: ["{site.url}/rss"]'))
    make_due(store)
    site.asked.clear()
    crawl(tmp_path, make_source(site.url, f'feeds: ["{site.url}/rss"]', permission="feed-saja"))

    assert pages_asked(site) == []


def test_a_feed_that_changes_a_summary_is_a_revision_and_the_rest_is_left_alone(
    site: Site, store: Store, tmp_path: Path
) -> None:
    source = make_source(site.url, f'feeds: ["{site.url}/rss"]', permission="feed-saja")
    row = "<item><title>Kabar {0}</title><link>{1}/b{0}</link><description>{2}</description></item>"
    feed = '<rss version="2.0"><channel><title>Kabar</title>{}</channel></rss>'
    texts = {1: "Pasar dibuka pagi.", 2: "Jembatan diperbaiki."}
    for change in ("", "Pasar ternyata dibuka sore."):
        texts[1] = change or texts[1]
        rows = "".join(row.format(n, site.url, text) for n, text in texts.items())
        site.add("/rss", feed.format(rows), kind=XML)
        report = crawl(tmp_path, source)

    assert (report.items, report.revised, report.unchanged) == (0, 1, 0)
    assert [item.text for item in items(store)] == ["Pasar ternyata dibuka sore.", "Jembatan diperbaiki."]

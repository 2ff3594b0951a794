"""WordPress as a source: whole articles by its API, silent edits, and ways round a closed one."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from crawler.run import SourceReport
from kentongan.domain import Item
from kentongan.store import Store, open_store
from tests.functional.again import make_due
from tests.functional.crawl_sites import database_url, make_source, run_crawl
from tests.functional.wordpress_site import WordPress, moment, serve_wordpress


@pytest.fixture
def site() -> Iterator[WordPress]:
    with serve_wordpress() as served:
        for number in range(60):
            served.write(number, "Arunika", at=moment(1) + timedelta(minutes=number))
        yield served


def crawl(home: Path, site: WordPress, lists: str = "") -> SourceReport:
    source = make_source(site.url, lists or f"wordpress: {site.url}")
    report = run_crawl(home, source).sources[0]
    return report


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(database_url(tmp_path))
    yield opened
    opened.close()


def items(store: Store) -> dict[str, Item]:
    views = store.items.views(list(store.items.all_ids()))
    return {view.item.title: view.item for view in views}


def test_articles_come_whole_page_by_page_with_section_and_tags_and_no_page_is_fetched(
    site: WordPress, store: Store, tmp_path: Path
) -> None:
    report = crawl(tmp_path, site)

    assert (report.items, report.errors) == (60, 0)
    item = items(store)["Pos nomor 7 tentang Arunika"]
    assert "Pertemuan itu berlangsung tertib" in item.text
    assert (item.author, item.section, item.tags) == ("Redaksi Arunika", "Daerah", ("pasar", "warga"))
    assert not any(path.startswith("/pos-") for path in site.asked)


def test_only_what_changed_since_the_last_crawl_is_asked_for_and_a_silent_edit_is_a_revision(
    site: WordPress, store: Store, tmp_path: Path
) -> None:
    crawl(tmp_path, site)
    changed = datetime.now(UTC) + timedelta(minutes=1)
    site.write(3, "Sawah Luhur", at=moment(1), modified=changed)
    site.asked.clear()

    report = crawl(tmp_path, site)

    assert (report.items, report.revised, report.unchanged) == (0, 1, 0)
    assert [(call.get("orderby"), call["per_page"]) for call in site.api_calls()] == [
        ("modified", "50"),
        (None, "1"),
    ]
    run = store.crawls.since(moment(1))[-1]
    assert (run.lists, run.listed, run.newest_at) == (1, 1, moment(1) + timedelta(minutes=59))
    item = items(store)["Pos nomor 3 tentang Sawah Luhur"]
    assert item.revision == 2
    assert len(store.items.evidence(item.id)) == 2


def test_a_site_too_old_to_know_of_changes_is_asked_for_its_newest_posts(
    site: WordPress, store: Store, tmp_path: Path
) -> None:
    site.old = True
    crawl(tmp_path, site)
    site.write(60, "Arunika", at=moment(2))

    report = crawl(tmp_path, site)

    assert (report.items, report.errors) == (1, 0)


@pytest.mark.parametrize("status", [401, 403, 404])
def test_a_closed_api_falls_through_to_the_feed_and_its_pages(
    site: WordPress, store: Store, tmp_path: Path, status: int
) -> None:
    site.closed = status
    report = crawl(tmp_path, site)

    assert (report.items, report.errors) == (60, 0)
    assert all("Pertemuan itu berlangsung tertib" in item.text for item in items(store).values())


def test_an_api_that_stops_half_way_is_told(site: WordPress, store: Store, tmp_path: Path) -> None:
    whole = site.answer

    def answer(path: str) -> tuple[int, str, str, dict[str, str]]:
        return (403, "text/html", "Tidak boleh.", {}) if "page=2" in path else whole(path)

    site.answer = answer  # type: ignore[method-assign]
    report = crawl(tmp_path, site)

    assert (report.items, report.errors) == (50, 1)
    site.answer = whole  # type: ignore[method-assign]
    assert crawl(tmp_path, site).items == 10, "what was not read is not taken for old"


def test_a_post_whose_page_is_taken_away_is_gone_and_its_text_stays(
    site: WordPress, store: Store, tmp_path: Path
) -> None:
    crawl(tmp_path, site)
    site.gone[5] = 410
    make_due(store)
    report = crawl(tmp_path, site)

    assert (report.items, report.revised, report.gone) == (0, 0, 1)
    assert [item.title for item in items(store).values() if item.gone_at] == ["Pos nomor 5 tentang Arunika"]

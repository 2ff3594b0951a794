"""Articles in several parts, over HTTP: one item, each part asked once, its responses kept as evidence."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from crawler.evidence import read_evidence
from crawler.source_file import SourceFile
from kentongan.domain import Item
from kentongan.store import Store, open_store
from kentongan.store.schema import FetchRow
from tests.functional.again import make_due
from tests.functional.crawl_sites import Answer, Site, article, database_url, make_source, run_crawl, serve

PATH = "/berita/pasar-arunika"
TITLE = "Pasar Arunika tetap buka sampai malam"
SENTENCES = (
    "ARUNIKA, KabarArunika.com - Wali Kota Arunika meminta warga tidak percaya kabar bahwa pasar ditutup.",
    "Menurut dia, pasar tetap buka seperti biasa dan pedagang tidak perlu pindah ke tempat yang lain.",
    "Pedagang mengaku lega setelah mendengar penjelasan itu dari lurah dan dari petugas pasar setempat.",
    "Dinas Pasar akan memasang pengumuman di semua pintu masuk mulai pekan depan, kata kepala dinas.",
    "Rapat dengan para pedagang dijadwalkan lagi pada akhir bulan di balai warga Sawahluhur.",
)


@pytest.fixture
def site() -> Iterator[Site]:
    with serve() as served:
        yield served


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(database_url(tmp_path))
    yield opened
    opened.close()


def part(number: int, pager: str) -> str:
    lead = f"<p>{SENTENCES[0]}</p>" if number > 1 else ""
    told = SENTENCES[:2] if number == 1 else SENTENCES[number : number + 1]
    body = lead + "".join(f"<p>{sentence}</p>" for sentence in told)
    return article(TITLE, f'{body}<div class="paging">{pager}</div>')


def publish(site: Site, pages: dict[str, str]) -> SourceFile:
    for path, html in pages.items():
        site.add(f"{PATH}{path}", html)
    links = f'<main><a href="{PATH}">{TITLE}</a></main>'
    site.add("/", links)
    return make_source(site.url, f'index: {{urls: ["{site.url}/"], links: "main a"}}')


def three_parts(site: Site) -> SourceFile:
    numbers = "".join(f'<a href="{PATH}?page={n}">{n}</a> ' for n in (1, 2, 3))
    return publish(site, {"": part(1, numbers), "?page=2": part(2, numbers), "?page=3": part(3, numbers)})


def only(store: Store) -> Item:
    (view,) = store.items.views(list(store.items.all_ids()))
    return view.item


def troubles(store: Store) -> list[str]:
    with store.database.read() as session:
        return list(session.scalars(select(FetchRow.error).where(FetchRow.error != "").order_by(FetchRow.id)))


def asked(site: Site) -> list[str]:
    return [path for path in site.paths() if path.startswith(PATH)]


def test_the_parts_of_an_article_become_one_item_at_the_address_of_the_first(
    site: Site, store: Store, tmp_path: Path
) -> None:
    report = run_crawl(tmp_path, three_parts(site))

    item = only(store)
    assert (report.sources[0].items, report.sources[0].errors) == (1, 0)
    assert item.url == f"{site.url}{PATH}"
    assert item.text.splitlines() == list(SENTENCES[:4])
    assert asked(site) == [PATH, f"{PATH}?page=2", f"{PATH}?page=3"]


def test_the_response_of_each_part_is_kept(site: Site, store: Store, tmp_path: Path) -> None:
    run_crawl(tmp_path, three_parts(site))

    kept = store.items.evidence(only(store).id)
    assert [evidence.url for evidence in kept] == [f"{site.url}{path}" for path in asked(site)]
    assert SENTENCES[3].encode() in read_evidence(tmp_path, kept[2])


def test_the_whole_on_one_page_is_asked_for_instead_of_the_parts(
    site: Site, store: Store, tmp_path: Path
) -> None:
    pager = f'<a href="{PATH}?page=2">2</a> <a href="{PATH}?page=all">Semua Halaman</a>'
    whole = article(TITLE, "".join(f"<p>{sentence}</p>" for sentence in SENTENCES))
    run_crawl(tmp_path, publish(site, {"": part(1, pager), "?page=2": part(2, pager), "?page=all": whole}))

    assert only(store).text.splitlines() == list(SENTENCES)
    assert asked(site) == [PATH, f"{PATH}?page=all"]


def test_the_parts_are_asked_for_when_the_whole_does_not_answer(
    site: Site, store: Store, tmp_path: Path
) -> None:
    pager = f'<a href="{PATH}?page=2">2</a> <a href="{PATH}?page=all">Semua Halaman</a>'
    source = publish(site, {"": part(1, pager), "?page=2": part(2, pager)})
    site.add(f"{PATH}?page=all", "", status=404)
    run_crawl(tmp_path, source)

    assert only(store).text.splitlines() == list(SENTENCES[:3])
    assert asked(site) == [PATH, f"{PATH}?page=all", f"{PATH}?page=2"]


def test_an_article_of_which_a_part_does_not_answer_is_kept_with_what_came(
    site: Site, store: Store, tmp_path: Path
) -> None:
    source = three_parts(site)
    site.pages[f"{PATH}?page=3"] = Answer(b"gone", 404)
    run_crawl(tmp_path, source)

    assert only(store).text.splitlines() == list(SENTENCES[:3])
    assert troubles(store) == ["HTTP 404", "incomplete: 2 of 3 parts came"]


def test_an_article_that_was_read_whole_is_not_made_shorter_by_a_part_that_fails_later(
    site: Site, store: Store, tmp_path: Path
) -> None:
    source = three_parts(site)
    run_crawl(tmp_path, source)
    site.pages[f"{PATH}?page=2"] = Answer(b"", 500)
    make_due(store)
    run_crawl(tmp_path, source, scrapy={"RETRY_ENABLED": False})

    item = only(store)
    assert (item.revision, len(item.text.splitlines())) == (1, 4)


def test_an_unchanged_article_in_parts_is_no_revision(site: Site, store: Store, tmp_path: Path) -> None:
    source = three_parts(site)
    run_crawl(tmp_path, source)
    make_due(store)
    report = run_crawl(tmp_path, source)

    assert (only(store).revision, report.sources[0].unchanged) == (1, 1)
    assert len(store.items.evidence(only(store).id)) == 3


def test_a_site_that_answers_every_part_with_the_first_is_left_alone(
    site: Site, store: Store, tmp_path: Path
) -> None:
    pager = "".join(f'<a href="{PATH}?page={n}">{n}</a> ' for n in range(2, 8))
    run_crawl(tmp_path, publish(site, {"": part(1, pager)}))  # the site ignores the query

    assert only(store).text.splitlines() == list(SENTENCES[:2])
    assert asked(site) == [PATH, f"{PATH}?page=2"]


def test_parts_are_followed_one_by_one_where_only_the_next_is_told(
    site: Site, store: Store, tmp_path: Path
) -> None:
    pages = {
        "" if n == 1 else f"/{n}": part(n, f'<a href="{PATH}/{n + 1}">Selanjutnya</a>' if n < 4 else "")
        for n in range(1, 5)
    }
    run_crawl(tmp_path, publish(site, pages))

    assert only(store).text.splitlines() == list(SENTENCES)


def test_a_part_that_leads_to_another_article_is_not_joined(site: Site, store: Store, tmp_path: Path) -> None:
    source = three_parts(site)
    site.pages[f"{PATH}?page=2"] = Answer(b"", 302, headers={"Location": "/berita/lain"})
    site.add("/berita/lain", article("Kabar lain dari Arunika", f"<p>{SENTENCES[4]}</p>" * 2))
    run_crawl(tmp_path, source)

    assert only(store).text.splitlines() == list(SENTENCES[:2])
    assert f"a part of {site.url}{PATH} led to another page" in troubles(store)


def test_parts_that_robots_txt_forbids_are_not_asked_for(tmp_path: Path, store: Store) -> None:
    rules = Answer(b"User-agent: *\nDisallow: /*?page=\n", kind="text/plain")
    with serve(robots=rules) as site:
        run_crawl(tmp_path, three_parts(site))

        assert asked(site) == [PATH]
        assert only(store).text.splitlines() == list(SENTENCES[:2])
    assert not any("incomplete" in trouble for trouble in troubles(store))

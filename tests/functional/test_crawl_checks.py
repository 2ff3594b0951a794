"""Fact-checkers of several shapes, crawled by the real spider into the real record; and their drift."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import select

from crawler.run import CrawlReport, SourceReport
from crawler.source_file import SourceFile
from kentongan.store import Store, open_store
from kentongan.store.schema import EvidenceRow, FactCheckRow, FetchRow
from tests.functional.again import make_due
from tests.functional.crawl_sites import Answer, Site, database_url, make_source, run_crawl, serve
from tests.unit.crawler.factchecks.invented import ERROR_PAGE, claim_review, page

API = "/api/v1/contents/category/berita-hoaks"


def card(number: int) -> str:
    return (
        f'<div class="news-card-h-alt"><a href="/articles/{number}-salah">x</a><span>03/11/2025</span></div>'
    )


def fill_turnbackhoax(site: Site) -> None:
    site.add("/articles?category=all&page=1", page("Arsip", card(3) + card(2)))
    site.add("/articles?category=all&page=2", page("Arsip", card(1)))
    site.add("/articles?category=all&page=3", page("Arsip", ""))
    for number in (1, 2):
        review = claim_review(f"Pasar Arunika nomor {number} ditutup", "Salah")
        site.add(f"/articles/{number}-salah", page(f"[SALAH] Pasar {number}", "", review=review))
    site.add("/articles/3-salah", ERROR_PAGE)


def fill_komdigi(site: Site) -> None:
    def rows(*titles: str) -> str:
        data = [{"id": 1, "slug": t.split()[-1], "title": t, "published_at": "2025-11-03"} for t in titles]
        return json.dumps({"response": {"data": data, "last_page": 2}})

    site.add(
        f"{API}?perPage=2&page=1",
        rows("[HOAKS] Jembatan Arunika roboh", "[SEPUTAR] Kota"),
        kind="application/json",
    )
    site.add(f"{API}?perPage=2&page=2", rows("[DISINFORMASI] Air Arunika beracun"), kind="application/json")


@dataclass
class Crawled:
    home: Path
    sites: dict[str, Site]
    reports: list[CrawlReport]
    store: Store

    def report(self, name: str, crawl: int = 0) -> SourceReport:
        return next(r for r in self.reports[crawl].sources if r.source == name)

    def claims(self, source: str) -> set[str]:
        with self.store.database.read() as session:
            return set(session.scalars(select(FactCheckRow.claim).where(FactCheckRow.source == source)))

    def errors(self, source: str) -> list[str]:
        with self.store.database.read() as session:
            query = select(FetchRow.error).where(FetchRow.source == source, FetchRow.error != "")
            return list(session.scalars(query.order_by(FetchRow.id)))


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    home = tmp_path_factory.mktemp("checks")
    with serve() as tbh, serve() as komdigi, serve() as tempo, serve() as wordpress, serve() as kompas:
        sites = {"tbh": tbh, "komdigi": komdigi, "tempo": tempo, "wordpress": wordpress, "kompas": kompas}
        fill_turnbackhoax(tbh)
        fill_komdigi(komdigi)
        tempo.add("/", page("Beranda", "", review=claim_review("Bukan yang diminta", "Keliru")))
        tempo.add(
            "/sitemap.xml",
            f"<urlset><url><loc>{tempo.url}/cekfakta/lama-1</loc></url></urlset>",
            kind="text/xml",
        )
        tempo.pages["/cekfakta/lama-1"] = Answer(status=302, headers={"Location": "/"})
        tempo.add("/rss", '<?xml version="1.0"?><rss version="2.0"><channel><title>x</title></channel></rss>')
        posts = [
            {
                "link": f"{wordpress.url}/p{n}/",
                "title": {"rendered": title},
                "content": {"rendered": "<p>Isi pos</p>"},
            }
            for n, title in enumerate(("[ACARA] Lokakarya", "[SALAH] Sekolah Arunika libur"))
        ]
        wordpress.add("/wp-json/wp/v2/posts", json.dumps(posts), kind="application/json")
        kompas.add("/cekfakta/hoaks-atau-fakta", page("Hoaks atau Fakta", "<div class='kartu-baru'></div>"))
        sources = [
            checker(
                tbh, "turnbackhoax", "tbh", f'index: {{urls: ["{tbh.url}/articles?category=all&page=1"]}}'
            ),
            checker(
                komdigi,
                "komdigi_json",
                "komdigi",
                f'index: {{urls: ["{komdigi.url}{API}?perPage=2&page=1"]}}',
            ),
            checker(
                tempo, "tempo", "tempo", f'sitemaps: ["{tempo.url}/sitemap.xml"]\nfeeds: ["{tempo.url}/rss"]'
            ),
            checker(wordpress, "turnbackhoax_wordpress", "wordpress", f"wordpress: {wordpress.url}"),
            checker(
                kompas, "kompas", "kompas", f'index: {{urls: ["{kompas.url}/cekfakta/hoaks-atau-fakta"]}}'
            ),
        ]
        reports = [run_crawl(home, *sources) for _ in range(2)]
        store = open_store(database_url(home))
        make_due(store)
        reports.append(run_crawl(home, *sources))
        yield Crawled(home, sites, reports, store)
        store.close()


def checker(site: Site, shape: str, name: str, lists: str) -> SourceFile:
    return make_source(site.url, f"shape: {shape}\n{lists}", name=name, kind="fact_checker")


def test_lists_are_walked_to_their_end_and_each_page_is_a_check(crawled: Crawled) -> None:
    assert crawled.claims("tbh") == {"Pasar Arunika nomor 1 ditutup", "Pasar Arunika nomor 2 ditutup"}
    assert crawled.report("tbh").fact_checks == 2


def test_a_page_that_answers_200_with_an_error_is_drift_in_the_report_and_a_row(crawled: Crawled) -> None:
    assert (crawled.report("tbh").drift, crawled.report("tbh").errors) == (1, 1)
    assert any("drift: " in e and "an error page that answers 200" in e for e in crawled.errors("tbh"))


def test_an_answer_that_wants_its_own_site_as_referer_is_paged_and_read(crawled: Crawled) -> None:
    assert crawled.claims("komdigi") == {"Jembatan Arunika roboh", "Air Arunika beracun"}
    assert crawled.report("komdigi").drift == 0
    assert any("unknown verdict 'SEPUTAR'" in e for e in crawled.errors("komdigi"))
    assert set(crawled.sites["komdigi"].referers) >= {"https://www.komdigi.go.id/"}


def test_a_lost_page_that_leads_to_the_front_page_and_an_empty_feed_are_drift(crawled: Crawled) -> None:
    assert crawled.claims("tempo") == set()
    assert crawled.report("tempo").drift == 2
    errors = " ".join(crawled.errors("tempo"))
    assert "it leads to" in errors
    assert "no entry in the feed" in errors


def test_wordpress_posts_are_checks_without_their_pages(crawled: Crawled) -> None:
    assert crawled.claims("wordpress") == {"Sekolah Arunika libur"}
    assert any("unknown verdict 'ACARA'" in e for e in crawled.errors("wordpress"))
    assert not any(path.startswith("/p") for path in crawled.sites["wordpress"].paths())


def test_a_list_without_its_cards_is_drift_and_not_a_quiet_day(crawled: Crawled) -> None:
    assert (crawled.report("kompas").drift, crawled.report("kompas").fact_checks) == (1, 0)


def test_a_second_crawl_adds_nothing_and_lists_that_drifted_are_told_again(crawled: Crawled) -> None:
    assert sum(r.fact_checks + r.revised for r in crawled.reports[1].sources) == 0
    assert [r.drift for r in crawled.reports[1].sources] == [0, 0, 1, 0, 1]


def test_pages_that_drifted_are_read_again_when_they_are_due_and_told_again(crawled: Crawled) -> None:
    assert [r.drift for r in crawled.reports[2].sources] == [1, 0, 1, 0, 1]
    assert crawled.report("tempo", 2).errors == 1, "a page that leads to the front page is only missed"


def test_each_check_has_the_response_it_was_read_from_as_evidence(crawled: Crawled) -> None:
    with crawled.store.database.read() as session:
        checks = session.scalars(select(FactCheckRow.id)).all()
        proofs = session.scalars(select(EvidenceRow.fact_check_id)).all()
    assert set(checks) == set(proofs)
    assert len(checks) == 5

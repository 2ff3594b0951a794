"""Every shape of source, crawled by the real spiders into the real record, twice."""

import json
import resource
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import select

from crawler.run import CrawlReport, SourceReport
from kentongan.store import Store, open_store
from kentongan.store.schema import EvidenceRow, FactCheckRow, FetchRow, ItemRow, RevisionRow
from tests.functional.again import make_due
from tests.functional.crawl_sites import (
    Answer,
    Site,
    article,
    database_url,
    gzipped,
    make_source,
    prose,
    run_crawl,
    serve,
)

XML, JSON = "application/xml", "application/json"


def rss(site: str, entries: list[tuple[str, str]]) -> str:
    rows = "".join(
        f"<item><title>{title}</title><link>{site}{path}?utm_source=rss</link>"
        f"<pubDate>Mon, 03 Nov 2025 10:00:00 +0700</pubDate><description>Ringkasan {title}.</description></item>"
        for path, title in entries
    )
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>Kabar</title>{rows}</channel></rss>'


def channel_page(channel: str, numbers: range, older: int | None) -> str:
    posts = "".join(
        f"""<div class="tgme_widget_message" data-post="{channel}/{n}"><a class="tgme_widget_message_author">@pemilik</a>
        <div class="tgme_widget_message_text">Sebarkan! Pasar ditutup<br>hubungi 0812-3456-7{n:03} atau @admin_{n}</div>
        <a class="tgme_widget_message_date" href="https://lain.example/{n}">
        <time datetime="2025-11-03T02:00:{n % 60:02}+00:00">09:00</time></a></div>"""
        for n in numbers
    )
    more = (
        f'<a class="tme_messages_more" data-before="{older}" href="/s/{channel}?before={older}">lama</a>'
        if older
        else ""
    )
    return f"<html><body>{more}{posts}</body></html>"


def check_page(claim: str, verdict: str) -> str:
    review = {
        "@context": "https://schema.org",
        "@type": "ClaimReview",
        "claimReviewed": claim,
        "datePublished": "2025-11-03",
        "author": {"@type": "Organization", "name": "Cek Arunika"},
        "reviewRating": {"@type": "Rating", "alternateName": verdict},
    }
    head = f'<script type="application/ld+json">{json.dumps({"@graph": [{"@type": "WebPage"}, review]})}</script>'
    return article(f"[{verdict.upper()}] {claim}", prose("pemeriksaan"), head=head)


@dataclass
class Crawled:
    home: Path
    sites: dict[str, Site]
    reports: list[CrawlReport]
    asked_again: dict[str, list[tuple[str, int]]]  # in the second crawl
    store: Store

    def report(self, name: str, crawl: int = 0) -> SourceReport:
        return next(r for r in self.reports[crawl].sources if r.source == name)

    def items(self, source: str) -> list[ItemRow]:
        with self.store.database.read() as session:
            return list(
                session.scalars(select(ItemRow).where(ItemRow.source == source).order_by(ItemRow.url))
            )

    def errors(self, source: str) -> list[str]:
        with self.store.database.read() as session:
            query = select(FetchRow.error).where(FetchRow.source == source, FetchRow.error != "")
            return list(session.scalars(query.order_by(FetchRow.id)))


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    home = tmp_path_factory.mktemp("shapes")
    names = ("closed", "rss", "feedonly", "map", "channel", "gone", "check", "broken")
    with (
        serve() as closed, serve() as feed, serve() as feed_only, serve() as map_site,
        serve() as channel, serve() as gone, serve() as check, serve() as broken,
    ):  # fmt: skip
        sites = dict(
            zip(names, (closed, feed, feed_only, map_site, channel, gone, check, broken), strict=True)
        )
        fill(sites)
        sources = [
            make_source(closed.url, f"wordpress: {closed.url}", name="closed"),
            make_source(feed.url, f'feeds: ["{feed.url}/rss"]', name="rss"),
            make_source(
                feed_only.url, f'feeds: ["{feed_only.url}/rss"]', name="feedonly", permission="feed-saja"
            ),
            make_source(map_site.url, f'sitemaps: ["{map_site.url}/sitemap.xml"]', name="map"),
            make_source(
                channel.url, f"channel: {channel.url}/s/kabarpasar", name="channel", kind="public_channel"
            ),
            make_source(gone.url, f"channel: {gone.url}/s/tutup", name="gone", kind="public_channel"),
            make_source(check.url, f'feeds: ["{check.url}/rss"]', name="check", kind="fact_checker"),
            make_source(broken.url, f'feeds: ["{broken.url}/rss", "{broken.url}/rss2"]', name="broken"),
        ]
        reports = [run_crawl(home, *sources)]
        for site in sites.values():
            site.asked.clear()
        reports.append(run_crawl(home, *sources))
        asked_again = {name: list(site.asked) for name, site in sites.items()}
        feed.add("/a1", article("Berita satu dari Arunika", prose("hal lain yang diubah diam-diam")))
        store = open_store(database_url(home))
        make_due(store)
        reports.append(run_crawl(home, sources[1]))
        yield Crawled(home, sites, reports, asked_again, store)
        store.close()


def fill(sites: dict[str, Site]) -> None:
    closed = sites["closed"]
    closed.add("/wp-json/wp/v2/posts", '{"code":"rest_forbidden"}', status=403, kind=JSON)
    closed.add("/feed/", rss(closed.url, [("/b1", "Berita tertutup dari Arunika")]), kind=XML)
    closed.add("/b1", article("Berita tertutup dari Arunika", prose("pintu samping")))

    feed = sites["rss"]
    entries = [
        ("/a1", "Berita satu dari Arunika"),
        ("/a2", "Berita dua dari Arunika"),
        ("/jangan", "Jangan disimpan"),
    ]
    feed.add(
        "/rss",
        rss(feed.url, [*entries, ("/private/x", "Halaman terlarang"), ("/hilang", "Halaman hilang")]),
        kind=XML,
    )
    feed.add("/a1", article("Berita satu dari Arunika", prose("pasar, hubungi sari@arunika.example")))
    feed.add("/a2", article("Berita dua dari Arunika", prose("pelabuhan")), validators=False)
    feed.add(
        "/jangan", article("Jangan disimpan", prose("rahasia"), head='<meta name="robots" content="noindex">')
    )

    only = sites["feedonly"]
    only.add("/rss", rss(only.url, [("/c1", "Kabar singkat satu"), ("/c2", "Kabar singkat dua")]), kind=XML)
    only.add("/c1", article("Kabar singkat satu", prose("isi lengkap yang tidak boleh dibaca")))

    site_map = sites["map"]
    loc = "<sitemap><loc>{0}/posts.xml.gz</loc></sitemap><sitemap><loc>http://10.0.0.1/x.xml</loc></sitemap>"
    site_map.add("/sitemap.xml", f"<sitemapindex>{loc.format(site_map.url)}</sitemapindex>", kind=XML)
    rows = "".join(
        f"<url><loc>{site_map.url}/d{n}</loc><lastmod>2025-11-0{n}</lastmod></url>" for n in (1, 2, 3)
    )
    site_map.add("/posts.xml.gz", gzipped(f"<urlset>{rows}</urlset>"), kind="application/gzip")
    for n in (1, 2, 3):
        site_map.add(f"/d{n}", article(f"Berita peta nomor {n} Arunika", prose(f"peta {n}")))

    channel = sites["channel"]
    channel.add("/s/kabarpasar", channel_page("kabarpasar", range(21, 24), 21))
    channel.add("/s/kabarpasar?before=21", channel_page("kabarpasar", range(11, 14), 11))
    channel.add("/s/kabarpasar?before=11", channel_page("kabarpasar", range(5, 8), 5))

    sites["gone"].add("/s/tutup", "", status=302, headers={"Location": "/tutup"})

    check = sites["check"]
    checks = {
        "/k1": ("Pasar Arunika ditutup selamanya", "Salah"),
        "/k2": ("Jembatan Arunika roboh", "Campur aduk"),
    }
    check.add(
        "/rss",
        rss(check.url, [(p, claim) for p, (claim, _) in checks.items()] + [("/k3", "Tanpa data")]),
        kind=XML,
    )
    for where, (claim, verdict) in checks.items():
        check.add(where, check_page(f"[{verdict.upper()}] {claim}", verdict))
    check.add("/k3", article("Tanpa data", prose("apa saja")))

    sites["broken"].add("/rss", "<html><body>Situs dalam perbaikan</body></html>")
    sites["broken"].add("/rss2", "gagal", status=500)


def test_a_closed_wordpress_api_falls_through_to_the_feed(crawled: Crawled) -> None:
    assert [i.title for i in crawled.items("closed")] == ["Berita tertutup dari Arunika"]
    assert crawled.errors("closed") == []


def test_a_feed_leads_to_whole_articles_with_clean_addresses_and_masked_contacts(crawled: Crawled) -> None:
    items = {i.url.rsplit("/", 1)[1]: i for i in crawled.items("rss")}

    assert set(items) == {"a1", "a2"}
    assert "EMAIL" in items["a1"].text or items["a1"].revision == 2
    assert "?" not in items["a1"].url
    assert "Baca juga" not in items["a2"].text
    assert "casino" not in items["a2"].text


def test_a_page_that_asks_not_to_be_kept_is_counted_and_not_kept(crawled: Crawled) -> None:
    assert crawled.report("rss").withheld == 1


def test_what_robots_forbids_is_never_asked_for(crawled: Crawled) -> None:
    assert not any(path.startswith("/private") for path in crawled.sites["rss"].paths())
    assert any("robots.txt does not allow" in e for e in crawled.errors("rss"))


def test_a_missing_page_is_a_row_and_the_others_are_kept(crawled: Crawled) -> None:
    assert "HTTP 404" in crawled.errors("rss")
    assert crawled.report("rss").items == 2


def test_a_feed_only_source_gives_title_and_summary_and_its_pages_are_never_fetched(crawled: Crawled) -> None:
    items = crawled.items("feedonly")

    assert [(i.title, i.text) for i in items] == [
        ("Kabar singkat satu", "Ringkasan Kabar singkat satu."),
        ("Kabar singkat dua", "Ringkasan Kabar singkat dua."),
    ]
    assert set(crawled.sites["feedonly"].paths()) <= {"/robots.txt", "/rss"}


def test_a_zipped_sitemap_of_an_index_leads_to_its_articles_and_to_no_internal_address(
    crawled: Crawled,
) -> None:
    assert len(crawled.items("map")) == 3
    assert any("10.0.0.1 is an internal address" in e for e in crawled.errors("map"))


def test_a_channel_is_paged_back_and_its_posts_bear_no_people(crawled: Crawled) -> None:
    items = crawled.items("channel")

    assert len(items) == 9
    assert {i.platform for i in items} == {"post"}
    assert all(i.author == "" and i.title == "" for i in items)
    assert all(i.text == "Sebarkan! Pasar ditutup\nhubungi NOMOR atau @USER" for i in items)
    assert all(i.url.startswith(f"{crawled.sites['channel'].url}/kabarpasar/") for i in items)


def test_a_channel_without_preview_is_unavailable_and_not_worked_round(crawled: Crawled) -> None:
    assert crawled.items("gone") == []
    assert any("no public preview" in e for e in crawled.errors("gone"))
    assert "/tutup" not in crawled.sites["gone"].paths()


def test_checks_keep_the_claim_and_verdict_and_an_unknown_verdict_is_a_row(crawled: Crawled) -> None:
    with crawled.store.database.read() as session:
        [check] = session.scalars(select(FactCheckRow)).all()

    assert (check.claim, check.verdict, check.verdict_text) == (
        "Pasar Arunika ditutup selamanya",
        "refuted",
        "Salah",
    )
    assert (check.publisher, check.source) == ("Cek Arunika", "check")
    assert crawled.items("check") == []
    errors = " ".join(crawled.errors("check"))
    assert "unknown verdict 'Campur aduk'" in errors
    assert "no ClaimReview" in errors


def test_a_feed_that_is_an_error_page_is_an_error_and_not_silence(crawled: Crawled) -> None:
    errors = crawled.errors("broken")

    assert any("not a feed" in e for e in errors)
    assert "HTTP 500" in errors
    assert crawled.report("broken").errors > 0


def test_a_second_crawl_adds_nothing_asks_for_no_page_and_for_lists_with_304(crawled: Crawled) -> None:
    again = crawled.reports[1].sources

    assert sum(r.items + r.revised + r.fact_checks + r.unchanged for r in again) == 0
    assert crawled.asked_again["rss"] == [("/robots.txt", 304), ("/rss", 304)]
    assert crawled.asked_again["map"] == [("/robots.txt", 304), ("/sitemap.xml", 304), ("/posts.xml.gz", 304)]
    with crawled.store.database.read() as session:
        proofs = session.scalars(select(EvidenceRow.id).where(EvidenceRow.revision == 1)).all()
        assert len(proofs) == len(session.scalars(select(ItemRow.id)).all()) + 1  # and one check


def test_a_silent_edit_becomes_a_revision_with_evidence_of_its_own(crawled: Crawled) -> None:
    assert crawled.report("rss", 2).revised == 1
    with crawled.store.database.read() as session:
        item = session.scalars(select(ItemRow).where(ItemRow.url.endswith("/a1"))).one()
        assert item.revision == 2
        assert len(session.scalars(select(RevisionRow).where(RevisionRow.item_id == item.id)).all()) == 2
        proofs = session.scalars(select(EvidenceRow).where(EvidenceRow.item_id == item.id)).all()
        assert len({p.sha256 for p in proofs}) == 2


def test_the_agent_names_itself_and_sends_no_cookies(crawled: Crawled) -> None:
    for site in crawled.sites.values():
        assert site.agents == {"Kentongan/0.1.0 (+https://arunika.example/kontak)"}
        assert site.cookies == []


def processor_seconds() -> float:
    """Return what ended child processes have used: a measure that a busy machine does not change much."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def test_a_hundred_pages_of_five_sites_take_seconds(tmp_path: Path) -> None:
    with serve() as a, serve() as b, serve() as c, serve() as d, serve() as e:
        sources = []
        for number, site in enumerate((a, b, c, d, e)):
            links = "".join(f'<a href="/n{n}">n</a>' for n in range(20))
            site.pages["/"] = Answer(f"<main>{links}</main>".encode())
            for n in range(20):
                site.add(
                    f"/n{n}", article(f"Berita {number} nomor {n} Arunika", prose(f"hal {number} {n}") * 4)
                )
            shape = f'index: {{urls: ["{site.url}/"], links: "main a"}}'
            sources.append(make_source(site.url, shape, name=f"situs-{number}"))
        before = processor_seconds()
        report = run_crawl(tmp_path, *sources)
        spent = processor_seconds() - before

    print(
        f"\n100 pages: {report.seconds:.1f} s, {spent:.1f} s of processor time, start of the process included"
    )
    assert [r.items for r in report.sources] == [20] * 5
    assert spent < 10

"""`kentongan sources add`: sites of many makes on loopback, and the file that is proposed for each."""

import gzip
import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli.main import build_app
from crawler.source_file import SourceFile, parse_source, read_source
from kentongan.domain import Permission, SourceKind
from tests.commands import Command, Outcome
from tests.functional.crawl_sites import Answer, Site, article, prose, run_crawl, serve

RSS = "application/rss+xml; charset=utf-8"
XML = "application/xml"
NOW = datetime.now(UTC).replace(microsecond=0)
TOPICS = ("jembatan gantung", "pasar ikan", "lampu jalan", "posyandu baru", "lomba perahu", "air bersih")


@pytest.fixture
def sources(tmp_path: Path) -> Command:
    def run(*words: str, **environ: str) -> Outcome:
        given = ["sources", *words]
        own = {
            "KENTONGAN_HOME": str(tmp_path / "home"),
            "KENTONGAN_REGION": "arunika",
            "KENTONGAN_ALLOW_LOOPBACK": "yes",
            **environ,
        }
        result = CliRunner().invoke(build_app(given), given, env=own, catch_exceptions=False)
        return Outcome(result.exit_code, result.stdout, result.stderr)

    return run


@pytest.fixture
def site() -> Iterator[Site]:
    with serve() as site:
        yield site


def feed(site: Site, *, hours: float = 6, first: int = 0, title: str = "Warga membahas {topic}") -> str:
    """Return a feed with an entry every so many hours, the newest an hour ago."""
    items = "".join(
        f"<item><title>{title.format(topic=topic)}</title><link>{site.url}/berita/{n}/warga-membahas-hal-{n}</link>"
        f"<pubDate>{format_datetime(NOW - timedelta(hours=1 + hours * n))}</pubDate>"
        f"<description>Kabar tentang {topic} dari Sawah Luhur.</description></item>"
        for n, topic in enumerate(TOPICS, first)
    )
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>Kabar</title>{items}</channel></rss>'


def front(links: str = "", body: str = "", title: str = "Kabar Arunika | Beranda") -> str:
    return (
        f'<html lang="id"><head><title>{title}</title>{links}</head><body><p>Selamat datang di laman ini, yang '
        f"memuat kabar untuk warga dan tidak untuk yang lain.</p>{body}</body></html>"
    )


def feed_link(path: str, title: str = "Kabar") -> str:
    return f'<link rel="alternate" type="application/rss+xml" title="{title}" href="{path}">'


def add_articles(site: Site, *, head: str = "") -> None:
    for number, topic in enumerate(TOPICS):
        page = article(f"Warga membahas {topic} di balai", prose(topic), head=head)
        site.add(f"/berita/{number}/warga-membahas-hal-{number}", page)


def posts(site: Site) -> str:
    return json.dumps(
        [
            {
                "id": n,
                "link": f"{site.url}/berita/{n}/warga-membahas-hal-{n}",
                "date_gmt": (NOW - timedelta(hours=12 * n)).replace(tzinfo=None).isoformat(),
                "title": {"rendered": f"Warga membahas {topic}"},
            }
            for n, topic in enumerate(TOPICS)
        ]
    )


def sitemap(site: Site, *, days: float = 0.5) -> str:
    rows = "".join(
        f"<url><loc>{site.url}/berita/{n}/warga-membahas-hal-{n}</loc>"
        f"<lastmod>{(NOW - timedelta(days=days * n)).isoformat()}</lastmod></url>"
        for n in range(len(TOPICS))
    )
    return f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{rows}</urlset>'


def add_wordpress(site: Site, *, status: int = 200) -> None:
    links = f'<link rel="https://api.w.org/" href="{site.url}/wp-json/">' + feed_link("/feed/")
    links += feed_link("/comments/feed/", "Kabar Arunika » Umpan Komentar")
    site.add("/", front(links))
    site.add("/feed/", feed(site), kind=RSS)
    site.add("/comments/feed/", feed(site), kind=RSS)
    site.add("/wp-json/wp/v2/posts", posts(site), status=status, kind="application/json")
    add_articles(site)


def proposal(outcome: Outcome) -> SourceFile:
    assert outcome.code == 0, outcome
    return parse_source(outcome.out, "usulan.yaml")


def refused(outcome: Outcome, code: int = 1) -> str:
    assert (outcome.code, outcome.out) == (code, ""), outcome
    assert len(outcome.err.splitlines()) == 1, outcome.err
    return outcome.err


def test_a_wordpress_site_is_proposed_by_its_feed_while_pages_are_not_permitted(
    sources: Command, site: Site
) -> None:
    add_wordpress(site)

    outcome = sources("add", site.url)

    found = proposal(outcome)
    assert (found.feeds, found.wordpress, found.sitemaps) == ((f"{site.url}/feed/",), "", ())
    assert (found.source.title, found.source.kind) == ("Kabar Arunika", SourceKind.PRESS)
    assert (found.source.permission, found.active) == (Permission.FEED_ONLY, False)
    assert (found.source.press_council, found.source.region) == (False, "arunika")
    assert "6 butir" in found.basis
    assert "kira-kira 4,0 sehari" in found.basis
    assert found.source.expected_daily == 4
    assert "orang kedua" in found.basis
    assert "Periksa sendiri daftar Dewan Pers" in outcome.out
    assert site.paths() == ["/robots.txt", "/", "/feed/"]
    assert {agent.split("/")[0] for agent in site.agents} == {"Kentongan"}


def test_the_open_api_of_wordpress_is_proposed_where_pages_are_permitted(
    sources: Command, site: Site
) -> None:
    add_wordpress(site)

    outcome = sources("add", site.url, "--permission", "tertulis")

    found = proposal(outcome)
    assert (found.wordpress, found.feeds) == (site.url, ())
    assert found.source.permission is Permission.WRITTEN
    assert "2 dari 2 artikel contoh terbaca" in found.basis
    assert "title 'Warga membahas jembatan gantung di balai'" in outcome.err


@pytest.mark.parametrize("status", [401, 403, 404])
def test_a_closed_api_of_wordpress_leaves_the_feed(sources: Command, site: Site, status: int) -> None:
    add_wordpress(site, status=status)

    told = sources("add", site.url, "--permission", "penuh", "--json").json

    found = parse_source(told["yaml"], "usulan.yaml")
    assert (found.wordpress, found.feeds) == ("", (f"{site.url}/feed/",))
    assert [(t["list"], t["usable"], t["problem"]) for t in told["tried"]] == [
        ("wordpress", False, f"closed (HTTP {status})"),
        ("feed", False, "a feed of comments"),
        ("feed", True, None),
    ]
    assert [a["characters"] > 200 for a in told["articles"]] == [True, True]
    assert told["articles"][0]["published_at"].startswith("2025-11-03T02:15")


def add_sitemaps(site: Site) -> None:
    site.add("/robots.txt", f"User-agent: *\nDisallow:\nSitemap: {site.url}/peta.xml\n", kind="text/plain")
    site.add("/", front())
    site.add(
        "/peta.xml",
        f'<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><sitemap><loc>{site.url}/peta-1.xml.gz'
        f"</loc></sitemap></sitemapindex>",
        kind=XML,
    )
    site.add("/peta-1.xml.gz", gzip.compress(sitemap(site).encode()), kind="application/gzip")
    add_articles(site)


def test_a_site_with_a_sitemap_alone_says_what_is_missing(sources: Command, site: Site) -> None:
    add_sitemaps(site)
    said = refused(sources("add", site.url))
    assert "no feed; there is a sitemap" in said
    assert "--permission penuh or tertulis" in said


def test_a_sitemap_is_proposed_by_its_index_where_pages_are_permitted(sources: Command, site: Site) -> None:
    add_sitemaps(site)

    told = sources("add", site.url, "--permission", "tertulis", "--json").json

    found = parse_source(told["yaml"], "usulan.yaml")
    assert (found.sitemaps, found.feeds) == ((f"{site.url}/peta.xml",), ())
    proposed = next(t for t in told["tried"] if t["proposed"])
    assert (proposed["entries"], proposed["per_day"]) == (6, 2.0)


def add_index(site: Site) -> None:
    cards = "".join(
        f'<div class="kartu"><h3><a href="/berita/{n}/warga-membahas-hal-{n}">Warga membahas {topic} hari ini</a></h3></div>'
        for n, topic in enumerate(TOPICS)
    )
    menu = "".join(f'<li class="menu"><a href="/rubrik/{n}">Rubrik {n}</a></li>' for n in range(9))
    site.add("/", front(body=f"<ul>{menu}</ul>{cards}"))


def test_links_of_a_page_are_proposed_only_when_articles_were_read_through_them(
    sources: Command, site: Site
) -> None:
    add_index(site)
    assert "no feed, sitemap or open WordPress API" in refused(sources("add", site.url))
    assert "no feed, sitemap" in refused(sources("add", site.url, "--permission", "penuh"))

    add_articles(site)
    found = proposal(sources("add", site.url, "--permission", "penuh"))

    assert found.index is not None
    assert found.index.urls == (f"{site.url}/",)
    assert found.index.links in ("h3 a", ".kartu a")


def test_a_site_that_allows_nothing_is_asked_for_nothing(sources: Command) -> None:
    closed = Answer(b"User-agent: *\nDisallow: /\n", kind="text/plain")
    with serve(robots=closed) as site:
        site.add("/", front(feed_link("/feed/")))
        site.add("/feed/", feed(site), kind=RSS)
        assert "robots.txt does not allow it" in refused(sources("add", site.url))
        assert site.paths() == ["/robots.txt"]


def test_a_feed_that_is_allowed_is_found_on_a_site_whose_pages_are_not(sources: Command) -> None:
    rules = Answer(b"User-agent: *\nDisallow: /\nAllow: /rss\n", kind="text/plain")
    with serve(robots=rules) as site:
        site.add("/rss", feed(site), kind=RSS)
        found = proposal(sources("add", site.url))
        assert found.feeds == (f"{site.url}/rss",)
        assert site.paths() == ["/robots.txt", "/rss"]


def test_an_error_page_with_status_200_is_no_feed(sources: Command, site: Site) -> None:
    site.add("/", front(feed_link("/umpan")))
    site.add("/umpan", "<html><body><h1>Terjadi kesalahan</h1></body></html>", kind=RSS)
    site.add("/rss.xml", feed(site), kind="text/html")

    told = sources("add", site.url, "--json").json

    assert parse_source(told["yaml"], "u").feeds == (f"{site.url}/rss.xml",)
    assert {t["url"]: t["problem"] for t in told["tried"]}[f"{site.url}/umpan"] == "not a feed"


def test_of_several_feeds_the_newest_and_fullest_is_proposed(sources: Command, site: Site) -> None:
    links = [feed_link("/rss/lama"), feed_link("/rss/sebagian"), feed_link("/rss/semua")]
    site.add("/", front("".join([*links, feed_link("/category/olahraga/feed/"), feed_link("/rss/komentar")])))
    site.add("/rss/lama", feed(site, hours=0.5, first=2000), kind=RSS)
    site.add("/rss/sebagian", feed(site, hours=48), kind=RSS)
    site.add("/rss/semua", feed(site, hours=3), kind=RSS)
    site.add("/rss/komentar", feed(site, hours=1, title="Komentar di {topic} oleh Warga"), kind=RSS)

    told = sources("add", site.url, "--json").json

    assert parse_source(told["yaml"], "u").feeds == (f"{site.url}/rss/semua",)
    problems = {t["url"].removeprefix(site.url): t["problem"] for t in told["tried"]}
    assert problems["/category/olahraga/feed/"] == "a feed of one section"
    assert problems["/rss/komentar"] == "a feed of comments"
    assert "/category/olahraga/feed/" not in site.paths()


def test_a_feed_that_is_given_is_taken_whatever_its_section(sources: Command, site: Site) -> None:
    site.add("/", front(feed_link("/feed/")))
    site.add("/kanal/cek-fakta/rss", feed(site), kind=RSS)
    found = proposal(sources("add", f"{site.url}/kanal/cek-fakta/rss"))
    assert found.feeds == (f"{site.url}/kanal/cek-fakta/rss",)
    assert found.source.title == "Kabar Arunika"
    assert "/feed/" not in site.paths()


def test_an_article_leads_to_the_front_page_of_its_site(sources: Command, site: Site) -> None:
    add_wordpress(site)
    found = proposal(sources("add", f"{site.url}/berita/1/warga-membahas-hal-1"))
    assert (found.feeds, found.source.home) == ((f"{site.url}/feed/",), f"{site.url}/")
    assert found.source.time_zone == "Asia/Jakarta"  # "09:15 WIB" stands on it


def test_the_zone_that_stands_on_the_page_is_proposed_and_one_that_is_given_is_kept(
    sources: Command, site: Site
) -> None:
    site.add("/", front(feed_link("/feed/"), "<p>Senin, 3 November 2025 | 09:15 WITA</p>"))
    site.add("/feed/", feed(site), kind=RSS)
    assert proposal(sources("add", site.url)).source.time_zone == "Asia/Makassar"
    assert (
        proposal(sources("add", site.url, "--time-zone", "Asia/Jayapura")).source.time_zone == "Asia/Jayapura"
    )
    assert proposal(sources("add", site.url, "--region", "balikpapan")).source.region == "balikpapan"


def test_redirects_to_the_real_site_are_followed(sources: Command, site: Site) -> None:
    add_wordpress(site)
    with serve({"/": Answer(status=301, headers={"Location": f"{site.url}/"})}) as old:
        found = proposal(sources("add", old.url))
    assert (found.source.home, found.feeds) == (f"{site.url}/", (f"{site.url}/feed/",))


NOTICE = (
    "Dilarang keras mengambil konten, melakukan crawling atau pengindeksan otomatis untuk AI di situs web ini "
    "tanpa izin tertulis dari Kabar Arunika."
)


def test_bans_of_machines_are_said_in_the_file_and_beside_it(sources: Command) -> None:
    rules = Answer(b"User-agent: GPTBot\nDisallow: /\nUser-agent: *\nAllow: /\nCrawl-delay: 12\n")
    with serve(robots=rules) as site:
        links = feed_link("/feed/") + '<meta name="robots" content="index, noai, noimageai">'
        site.add("/", front(links, f"<footer><p>{NOTICE}</p></footer>"))
        site.add("/feed/", feed(site), kind=RSS)
        add_articles(site)
        told = sources("add", site.url, "--json").json
        full = sources("add", site.url, "--permission", "penuh").err

    assert [(ban["kind"], ban["said"]) for ban in told["bans"]] == [
        ("robots.txt for AI crawlers", "GPTBot"),
        ("notice", NOTICE),
        ("noai tag", "index, noai, noimageai"),
    ]
    found = parse_source(told["yaml"], "u")
    assert NOTICE in found.basis
    assert "robots.txt menutup perayap AI “GPTBot”" in found.basis
    assert found.source.permission is Permission.FEED_ONLY
    assert found.delay_seconds == 12
    assert any(NOTICE in warning for warning in told["warnings"])
    assert "penuh contradicts it" in full


def test_a_headline_about_ai_is_no_ban(sources: Command, site: Site) -> None:
    site.add("/", front(feed_link("/feed/"), "<h3>Siswa dilarang memakai AI saat ujian</h3>"))
    site.add("/feed/", feed(site), kind=RSS)
    assert sources("add", site.url, "--json").json["bans"] == []


REVIEW = (
    '<script type="application/ld+json">{"@type": "ClaimReview", "claimReviewed": "TPS ditutup",'
    ' "reviewRating": {"alternateName": "Salah"}}</script>'
)


def test_a_site_whose_articles_bear_claim_reviews_is_a_fact_checker(sources: Command, site: Site) -> None:
    site.add("/", front(feed_link("/feed/")))
    site.add("/feed/", feed(site), kind=RSS)
    add_articles(site, head=REVIEW)

    found = proposal(sources("add", site.url, "--permission", "tertulis"))
    assert (found.source.kind, found.feeds) == (SourceKind.FACT_CHECKER, (f"{site.url}/feed/",))

    unread = sources("add", f"{site.url}/berita/0/warga-membahas-hal-0")
    assert proposal(unread).source.kind is SourceKind.PRESS
    assert "# ClaimReview terlihat" in unread.out
    assert "ClaimReview was seen" in unread.err


CHANNEL = "".join(
    f'<div class="tgme_widget_message" data-post="infowarga/{n}"><div class="tgme_widget_message_text">Kabar {n}</div>'
    f'<a class="tgme_widget_message_date" href="https://t.me/infowarga/{n}"><time datetime="{stamp}"></time></a></div>'
    for n, stamp in ((n, (NOW - timedelta(hours=8 * n)).isoformat()) for n in range(5))
)


def test_the_preview_of_a_channel_is_proposed_as_a_channel(sources: Command, site: Site) -> None:
    head = '<meta property="og:title" content="Info Warga: “Arunika” #1">'
    site.add("/s/infowarga", f"<html><head>{head}</head><body>{CHANNEL}</body></html>")

    found = proposal(sources("add", f"{site.url}/s/infowarga"))

    assert (found.source.kind, found.channel) == (SourceKind.PUBLIC_CHANNEL, f"{site.url}/s/infowarga")
    assert (found.source.name, found.source.title) == ("infowarga", "Info Warga: “Arunika” #1")
    assert "5 butir" in found.basis
    assert "bukan milik perorangan" in found.basis
    assert site.paths() == ["/robots.txt", "/s/infowarga"]


def test_a_tag_of_mastodon_is_proposed_by_its_posts(sources: Command, site: Site) -> None:
    statuses = [
        {
            "id": str(n),
            "uri": f"{site.url}/users/a/statuses/{n}",
            "url": f"{site.url}/@a/{n}",
            "created_at": (NOW - timedelta(hours=n)).isoformat(),
            "visibility": "public",
            "language": "id",
            "content": "<p>Kabar arunika</p>",
            "account": {"acct": "a", "noindex": n == 3},
        }
        for n in range(1, 5)
    ]
    site.add("/api/v1/timelines/tag/arunika", json.dumps(statuses), kind="application/json")

    outcome = sources("add", f"{site.url}/tags/arunika")

    found = proposal(outcome)
    assert found.posts is not None
    assert (found.posts.site.value, found.posts.at, found.posts.names) == ("mastodon", site.url, ("arunika",))
    assert found.source.name == "mastodon-arunika"
    assert "1 posts are withheld" in outcome.err


def test_a_page_at_tags_of_another_site_is_read_as_that_site(sources: Command, site: Site) -> None:
    add_wordpress(site)
    site.add("/tags/banjir", front())
    assert proposal(sources("add", f"{site.url}/tags/banjir")).feeds == (f"{site.url}/feed/",)


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("ftp://kabar.example/", "only http and https"),
        ("http://10.0.0.1/", "internal network"),
        ("kabar example", "only http and https"),
        ("https://www.facebook.com/kabararunika", "no source"),
        ("https://sosial.example/@warga", "a page of one person"),
        ("https://www.reddit.com/user/warga", "not the address of a community"),
        ("https://t.me/+abcDEF123", "not the address of a public channel"),
    ],
)
def test_an_address_that_is_never_a_source_is_named(sources: Command, address: str, said: str) -> None:
    line = refused(sources("add", address), 2)
    assert said in line
    assert address in line


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--name", "Kabar Baru"), "--name: 'Kabar Baru' must be"),
        (("--region", "Kota A"), "--region: 'Kota A' must be"),
        (("--time-zone", "WIB"), "--time-zone: 'WIB' is not a time zone"),
        (("--permission", "semua"), "'semua' is not one of"),
        (("--out", "/tidak/ada/x.yaml"), "--out: there is no folder"),
    ],
)
def test_bad_options_are_named_before_anything_is_fetched(
    sources: Command, site: Site, words: tuple[str, ...], said: str
) -> None:
    assert said in refused(sources("add", site.url, *words), 2)
    assert site.asked == []


def test_a_site_that_is_not_there_ends_with_one_line(sources: Command) -> None:
    assert "does not answer" in refused(sources("add", "http://127.0.0.1:9/"))


def test_the_file_is_written_once_and_never_over_another(
    sources: Command, site: Site, tmp_path: Path
) -> None:
    add_wordpress(site)
    out = tmp_path / "kabar.yaml"

    first = sources("add", site.url, "--name", "kabar-arunika", "--out", str(out))
    again = sources("add", site.url, "--out", str(out))

    assert (first.code, first.out) == (0, "")
    assert f"written: {out}" in first.err.replace("\n", "")
    assert read_source(out).name == "kabar-arunika"
    assert "is there already" in refused(again, 2)
    listed = sources("--sources", str(tmp_path), "--json").json
    assert [(s["name"], s["active"], s["items"]) for s in listed] == [("kabar-arunika", False, 0)]


def test_a_site_that_is_read_already_is_said(sources: Command, site: Site, tmp_path: Path) -> None:
    add_wordpress(site)
    sources("add", site.url, "--name", "kabar-arunika", "--out", str(tmp_path / "kabar.yaml"))

    outcome = sources("--sources", str(tmp_path), "add", site.url)
    named = sources("--sources", str(tmp_path), "add", site.url, "--name", "kabar-arunika")

    assert "is read already by the source kabar-arunika" in outcome.err
    assert "--name: there is a source 'kabar-arunika' already" in refused(named, 2)


def test_a_shipped_source_can_be_replaced_by_one_of_its_name(sources: Command, site: Site) -> None:
    add_wordpress(site)
    assert proposal(sources("add", site.url, "--name", "antara-babel")).name == "antara-babel"


def test_bare_sources_lists_those_of_the_region_of_the_nation_and_one_s_own(
    sources: Command, site: Site, tmp_path: Path
) -> None:
    add_wordpress(site)
    (tmp_path / "home" / "sources").mkdir(parents=True)
    sources("add", site.url, "--name", "kabar", "--out", str(tmp_path / "home" / "sources" / "kabar.yaml"))
    rows = sources("--json", KENTONGAN_REGION="balikpapan").json
    names = {row["name"] for row in rows}

    assert {"name", "title", "kind", "permission", "active", "items", "state", "alarms"} <= rows[0].keys()
    assert {"antara-kaltim", "cekfakta", "kabar"} <= names
    assert "antara-babel" not in names
    assert "cekfakta" in sources().out


def test_the_proposal_reads_as_the_shipped_files_do(sources: Command, site: Site) -> None:
    add_wordpress(site)
    lines = sources("add", site.url).out.splitlines()
    fields = [line.partition(":")[0] for line in lines if line[0] not in "# "]
    assert fields == [
        "name",
        "title",
        "kind",
        "permission",
        "home",
        "region",
        "time_zone",
        "press_council",
        "feeds",
        "expected_daily",
        "delay_seconds",
        "active",
        "basis",
    ]
    assert f"  - {site.url}/feed/" in lines
    assert max(map(len, lines)) <= 120


def test_what_is_proposed_is_what_the_crawl_reads(sources: Command, tmp_path: Path) -> None:
    with serve() as first, serve() as second, serve() as third:
        add_wordpress(first)
        add_sitemaps(second)
        add_index(third)
        add_articles(third)
        given = [(first, "feed-saja"), (second, "penuh"), (third, "tertulis")]
        proposed = []
        for number, (site, permission) in enumerate(given):
            text = sources("add", site.url, "--permission", permission, "--name", f"situs-{number}").out
            hurried = text.replace("delay_seconds: 5", "delay_seconds: 0").replace(
                "active: false", "active: true"
            )
            proposed.append(parse_source(hurried, "usulan.yaml"))

        report = run_crawl(tmp_path / "record", *proposed)

    assert [(r.source, r.items, r.errors) for r in report.sources] == [(f"situs-{n}", 6, 0) for n in range(3)]


def hostile() -> Mapping[str, Answer]:
    bomb = gzip.compress(b"<rss>" + b" " * (60 * 1024 * 1024))
    laughs = '<!DOCTYPE r [<!ENTITY a "ha">' + "".join(
        f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9)
    )
    endless = "<rss version='2.0'><channel>" + "<item><title>x</title></item>" * 120_000
    return {
        "/feed/": Answer(bomb, kind=RSS, headers={"Content-Encoding": "gzip"}),
        "/rss": Answer(
            f"{laughs}]><rss version='2.0'><channel><title>&j;</title></channel></rss>".encode(), kind=RSS
        ),
        "/rss.xml": Answer(endless.encode(), kind=RSS),
        "/feed.xml": Answer(status=302, headers={"Location": "/atom.xml"}),
        "/atom.xml": Answer(status=302, headers={"Location": "/feed.xml"}),
        "/rss/terkini.xml": Answer(status=302, headers={"Location": "http://169.254.169.254/latest/"}),
        "/sitemap.xml": Answer(bytes(range(256)) * 2000, kind=XML),
    }


def test_a_hostile_site_is_asked_little_and_proposes_nothing(sources: Command) -> None:
    with serve(hostile()) as site:
        links = "".join(feed_link(f"/umpan/{n}", "x" * 200) for n in range(20_000))
        site.add("/", front(links, "<a href='/a-b-c-d-e'>a b c d e</a>" * 20_000))
        assert "no feed, sitemap or open WordPress API" in refused(sources("add", site.url))
        assert len(site.asked) <= 20


@pytest.mark.parametrize(
    "title",
    [
        "a: b # c",
        "- x",
        "{a: [b",
        "'\"`%@!&*|>",
        "true",
        "2025-01-01",
        "Kabar 🥁 Arunika \N{ZERO WIDTH JOINER}\N{RIGHT-TO-LEFT OVERRIDE}",
        "x" * 50_000,
        "satu\ndua\n---\nactive: true",
        "[bold red]merah[/]",
    ],
)
def test_a_hostile_title_stays_a_title(sources: Command, site: Site, title: str) -> None:
    site.add("/", front(feed_link("/feed/"), title=title))
    site.add("/feed/", feed(site), kind=RSS)
    found = proposal(sources("add", site.url))
    assert not found.active
    assert 0 < len(found.source.title) <= 80
    assert found.feeds == (f"{site.url}/feed/",)

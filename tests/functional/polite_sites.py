"""Sites that refuse, dawdle, mislead or forbid, one for each promise of test_crawl_politeness."""

import json
import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from ipaddress import ip_address
from itertools import pairwise
from pathlib import Path
from ssl import PROTOCOL_TLS_SERVER, SSLContext

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from scrapy import Spider
from scrapy.crawler import Crawler
from scrapy.statscollectors import MemoryStatsCollector, StatsT
from sqlalchemy import select

from crawler.run import CrawlReport, SourceReport
from crawler.source_file import SourceFile
from kentongan.store import Store
from kentongan.store.schema import FetchRow, ItemRow
from tests.functional.crawl_sites import (
    Answer,
    Asked,
    Site,
    article,
    make_source,
    prose,
)
from tests.unit.crawler.posts.invented import status

BUSY, DOWN = 429, 503
TXT = "text/plain"
BACKOFF = 0.4
SETTINGS = {
    "KENTONGAN_BACKOFF_SECONDS": BACKOFF,
    "DOWNLOAD_TIMEOUT": 3,
    "STATS_CLASS": "tests.functional.polite_sites.KeptStats",
}
PATIENT = "0.05"  # any delay makes a source ask one thing at a time
LONG_PAGE = 40
REFUSED_SITES = ("list", "page", "robots", "factcheck", "channel", "posts", "sitemap")


class KeptStats(MemoryStatsCollector):
    """Scrapy's own numbers, kept where the test can read them after the crawl's process has ended."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._folder = Path(crawler.settings["HTTPCACHE_DIR"])

    def _persist_stats(self, stats: StatsT) -> None:
        spider = self._crawler.spider
        assert spider is not None
        kept = {key: value for key, value in stats.items() if isinstance(value, int)}
        (self._folder / f"{_name(spider)}.json").write_text(json.dumps(kept))


def _name(spider: Spider) -> str:
    return str(spider.context.source.name)  # type: ignore[attr-defined]


def page(n: int) -> str:
    return article(f"Berita {n} dari Arunika", prose(f"pasar nomor {n}"))


def fill(site: Site, pages: int, prefix: str = "/berita") -> None:
    links = "".join(f'<li><a href="{prefix}/{n}">Berita {n}</a></li>' for n in range(pages))
    site.add("/", f"<ul>{links}</ul>")
    for n in range(pages):
        site.add(f"{prefix}/{n}", page(n))


def news(site: Site, name: str, delay: str = "0", path: str = "/") -> SourceFile:
    shape = f'index: {{urls: ["{site.url}{path}"], links: "li a"}}'
    return make_source(site.url, shape, name=name, delay_seconds=delay)


def refuse(status: int, after: str | None = None) -> Answer:
    return Answer(b"nanti", status, TXT, {"Retry-After": after} if after is not None else {})


def errors(store: Store, source: str) -> list[str]:
    with store.database.read() as session:
        query = select(FetchRow).where(FetchRow.source == source, FetchRow.error != "")
        return [f"{row.url} {row.error}" for row in session.scalars(query.order_by(FetchRow.id))]


def items(store: Store, source: str) -> list[ItemRow]:
    with store.database.read() as session:
        return list(session.scalars(select(ItemRow).where(ItemRow.source == source)))


def report_of(report: CrawlReport, name: str) -> SourceReport:
    return next(found for found in report.sources if found.source == name)


def overlaps(log: list[Asked]) -> int:
    ordered = sorted(log, key=lambda asked: asked.began)
    return sum(later.began < earlier.ended for earlier, later in pairwise(ordered))


NAMES = (
    *REFUSED_SITES,
    "untold", "hour", "always", "never-told", "hangs", "slow-page", "slow-robots", "pause", "long-pause",
    "chain", "long-chain", "away", "html", "large", "mark", "turns-away", "patient", "round",
)  # fmt: skip


def source_of(name: str, site: Site) -> SourceFile:
    url = site.url
    shapes = {
        "factcheck": (f'feeds: ["{url}/feed"]', "fact_checker"),
        "channel": (f"channel: {url}/s/arunika", "public_channel"),
        "posts": (f"mastodon: {{at: {url}, tags: [arunika]}}", "public_channel"),
        "sitemap": (f'sitemaps: ["{url}/peta.xml"]', "press"),
    }
    index = (f'index: {{urls: ["{url}/"], links: "li a"}}', "press")
    if name in REFUSED_SITES:
        shape, kind = shapes.get(name, index)
        return make_source(url, shape, name=name, kind=kind, delay_seconds=PATIENT)
    return news(site, name, {"patient": "0.5", "hour": PATIENT}.get(name, "0"))


def fill_refusals(sites: dict[str, Site]) -> float:
    """Give each kind of source something that is refused once; return the moment named as a date."""
    for name in ("list", "page", "robots", "untold"):
        fill(sites[name], 5)
    moment = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=9)
    date = time.monotonic() + (moment - datetime.now(UTC)).total_seconds()
    sites["list"].first["/"] = [refuse(BUSY, "2")]
    sites["page"].first["/berita/2"] = [refuse(DOWN, format_datetime(moment, usegmt=True))]
    sites["robots"].first["/robots.txt"] = [refuse(BUSY, "1")]
    sites["untold"].first["/"] = [refuse(DOWN), refuse(BUSY)]

    check = sites["factcheck"]
    check.add(
        "/feed",
        f"<rss version='2.0'><channel><item><title>x</title><link>{check.url}/cek</link></item></channel></rss>",
    )
    check.first["/feed"] = [refuse(DOWN, "1")]
    check.first["/cek"] = [refuse(BUSY, "1")]
    post = (
        '<div class="tgme_widget_message" data-post="arunika/1"><div class="tgme_widget_message_text">Pasar ramai</div>'
        '<a class="tgme_widget_message_date" href="/arunika/1"><time datetime="2025-11-03T02:00:00+00:00"></time></a></div>'
    )
    sites["channel"].add("/s/arunika", post)
    sites["channel"].first["/s/arunika"] = [refuse(DOWN, "1")]
    tag = "/api/v1/timelines/tag/arunika?limit=40"
    sites["posts"].add(tag, json.dumps([status(1, sites["posts"].url)]), kind="application/json")
    sites["posts"].first[tag] = [refuse(BUSY, "1")]
    fill(sites["sitemap"], 1)
    sites["sitemap"].add(
        "/peta.xml",
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
        f"<url><loc>{sites['sitemap'].url}/berita/0</loc></url></urlset>",
        kind="application/xml",
    )
    sites["sitemap"].first["/peta.xml"] = [refuse(DOWN, "1")]

    for name in ("hour", "always", "never-told"):
        fill(sites[name], LONG_PAGE)
    for n in range(LONG_PAGE):
        sites["hour"].pages[f"/berita/{n}"] = refuse(BUSY, "3600")
        sites["always"].pages[f"/berita/{n}"] = refuse(BUSY, "0")
        sites["never-told"].pages[f"/berita/{n}"] = refuse(DOWN)
    return date


def fill_robots(sites: dict[str, Site]) -> None:
    closed = "User-agent: *\nDisallow: /\n"
    names = (
        "pause",
        "long-pause",
        "chain",
        "long-chain",
        "away",
        "html",
        "large",
        "mark",
        "turns-away",
    )
    for name in names:
        fill(sites[name], 3)

    def robots(name: str, body: bytes | str, **kwargs: object) -> None:
        sites[name].add("/robots.txt", body, **{"kind": TXT, **kwargs})

    robots("pause", "User-agent: Kentongan\nCrawl-delay: 1\n")
    robots("long-pause", "User-agent: *\nCrawl-delay: 600\n")
    for name, hops in (("chain", 5), ("long-chain", 7)):
        for n in range(hops):
            path = f"/robots{n}" if n else "/robots.txt"
            sites[name].pages[path] = Answer(b"", 301, headers={"Location": f"/robots{n + 1}"})
        sites[name].add(f"/robots{hops}", "User-agent: *\nDisallow: /berita/1\n", kind=TXT)
    away = {"Location": f"{sites['chain'].url}/robots5"}
    sites["away"].pages["/robots.txt"] = Answer(b"", 302, headers=away)
    robots("html", "<!doctype html><html><body><h1>Beranda</h1></body></html>", kind="text/html")
    robots("large", f"User-agent: *\n{'# catatan panjang' * 20_000}\nDisallow: /berita/1\n#{'x' * 900_000}\n")
    robots("mark", b"\xef\xbb\xbf" + closed.replace("\n", "\r\n").encode(), kind="image/png")
    robots("turns-away", "User-agent: *\nAllow: /\n")


def fill_slow(sites: dict[str, Site]) -> None:
    fill(sites["hangs"], LONG_PAGE)
    for n in range(LONG_PAGE):
        sites["hangs"].pages[f"/berita/{n}"] = Answer(page(n).encode(), pause_seconds=0.3)
    fill(sites["slow-page"], 3)
    sites["slow-page"].pages["/berita/1"] = Answer(page(1).encode(), pause_seconds=0.3)
    fill(sites["slow-robots"], 3)
    sites["slow-robots"].pages["/robots.txt"] = Answer(b"#" * 1000, kind=TXT, pause_seconds=0.3)
    fill(sites["patient"], 4)
    for n in range(4):
        sites["patient"].pages[f"/berita/{n}"] = Answer(page(n).encode(), pause_seconds=0.0005)
    fill(sites["round"], 2)
    sites["round"].add(
        "/", "<ul>" + "".join(f'<li><a href="/{p}">x</a></li>' for p in ("putar", "terus/0", "berita/0"))
    )
    sites["round"].pages["/putar"] = Answer(b"", 302, headers={"Location": "/putar/lagi"})
    sites["round"].pages["/putar/lagi"] = Answer(b"", 302, headers={"Location": "/putar"})
    for n in range(9):
        sites["round"].pages[f"/terus/{n}"] = Answer(b"", 302, headers={"Location": f"/terus/{n + 1}"})


def certified(folder: Path) -> SSLContext:
    """Return a server's side of TLS with a certificate of its own making for 127.0.0.1."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "arunika.example")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    file = folder / "tls.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file.write_bytes(private + certificate.public_bytes(serialization.Encoding.PEM))
    context = SSLContext(PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context

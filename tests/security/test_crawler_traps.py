"""Sites that never end and pages that are not what they say: bounded, told, and the good page is kept."""

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from itertools import count

import pytest

from crawler.source_file import SourceFile
from tests.functional.crawl_sites import Answer, article, gzipped, make_source, prose, serve
from tests.security.raw_sites import GOOD, GOOD_TITLE, Outcome, crawl_and_weigh, endless_site, index_of, plain

MOST_ARTICLES = 12
CHAIN = 1000
XML = b"application/xml"
Page = Callable[[str, str], bytes]


def links(*paths: str) -> bytes:
    return "".join(f'<li><a href="{path}">x</a></li>' for path in paths).encode()


def page(number: int) -> bytes:
    return article(f"Berita nomor {number} Arunika", prose(f"hal {number}")).encode()


def ever_new(first: Page) -> Page:
    """Return a site with `first` at its lists; every other path is an article that links to ten more."""
    numbers = count()

    def answer(url: str, path: str) -> bytes:
        if path == "/robots.txt":
            return plain(b"", status=b"404 No")
        if path == "/baik":
            return plain(GOOD)
        return first(url, path) or plain(page(next(numbers)) + links(*(f"{path}/{n}" for n in range(10))))

    return answer


def calendar(url: str, path: str) -> bytes:
    months = links("/baik", *(f"/?month={n}" for n in range(2000)))
    return plain(months) if path.startswith("/?") or path == "/" else b""


def endless_feed(url: str, path: str) -> bytes:
    items = "".join(f"<item><title>J{n}</title><link>{url}/b/{n}</link></item>" for n in range(5000))
    good = f"<item><title>x</title><link>{url}/baik</link></item>"
    feed = f'<rss version="2.0"><channel>{good}{items}</channel></rss>'
    return plain(feed.encode(), kind=XML) if path == "/rss" else b""


def endless_sitemaps(url: str, path: str) -> bytes:
    if not path.startswith("/peta"):
        return b""
    if path == "/peta":
        inside = "".join(f"<sitemap><loc>{url}/peta{n}</loc></sitemap>" for n in (*range(200), "-baik"))
        return plain(f"<sitemapindex>{inside}</sitemapindex>".encode(), kind=XML)
    if path == "/peta-baik":
        return plain(f"<urlset><url><loc>{url}/baik</loc></url></urlset>".encode(), kind=XML)
    inside = "".join(f"<sitemap><loc>{url}{path}-{n}</loc></sitemap>" for n in range(200))
    return plain(f"<sitemapindex>{inside}</sitemapindex>".encode(), kind=XML)


def endless_parts(url: str, path: str) -> bytes:
    if path == "/":
        return plain(links("/satu", "/baik"))
    if not path.startswith("/satu"):
        return b""
    number = int(path.partition("=")[2] or 1)
    pager = f'<p><a href="/satu?page={number + 1}">Halaman selanjutnya</a></p>'
    body = "".join(
        f"<p>Warga membahas bagian {number} kalimat {n} pada rapat desa malam itu.</p>" for n in range(5)
    )
    return plain(article("Berita tanpa akhir Arunika", body + pager).encode())


def redirects(url: str, path: str) -> bytes:
    if path == "/":
        return plain(links("/lompat0", "/baik"))
    if not path.startswith("/lompat"):
        return b""
    onward = int(path.removeprefix("/lompat")) + 1
    return plain(b"", b"Location: /lompat%d" % onward, status=b"302 Found") if onward < CHAIN else plain(GOOD)


TRAPS: dict[str, tuple[Page, str]] = {
    "calendar": (calendar, 'index: {{urls: ["{url}/"], links: "li a"}}'),
    "feed": (endless_feed, 'feeds: ["{url}/rss"]'),
    "sitemaps": (endless_sitemaps, 'sitemaps: ["{url}/peta"]'),
    "parts": (endless_parts, 'index: {{urls: ["{url}/"], links: "li a"}}'),
    "redirects": (redirects, 'index: {{urls: ["{url}/"], links: "li a"}}'),
}
MOST_ASKED = {"calendar": 20, "feed": 20, "sitemaps": 40, "parts": 20, "redirects": 12}


@pytest.fixture(scope="module")
def trapped(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Outcome, dict[str, list[str]]]]:
    with ExitStack() as stack:
        asked: dict[str, list[str]] = {}
        sources: list[SourceFile] = []
        for name, (first, shape) in TRAPS.items():
            url, asked[name] = stack.enter_context(endless_site(ever_new(first)))
            sources.append(
                make_source(url, shape.format(url=url), name=name, max_articles=str(MOST_ARTICLES))
            )
        yield crawl_and_weigh(tmp_path_factory.mktemp("traps"), *sources), asked


@pytest.mark.parametrize("name", [*TRAPS])
def test_a_site_without_end_is_asked_a_bounded_number_of_times(
    trapped: tuple[Outcome, dict[str, list[str]]], name: str
) -> None:
    outcome, asked = trapped

    assert len(asked[name]) <= MOST_ASKED[name]
    assert not outcome.report.stopped


@pytest.mark.parametrize("name", ["calendar", "feed", "parts", "redirects"])
def test_a_good_page_of_a_site_without_end_is_kept(
    trapped: tuple[Outcome, dict[str, list[str]]], name: str
) -> None:
    assert GOOD_TITLE in trapped[0].titles[name]


def test_an_article_without_end_is_kept_as_far_as_an_article_may_go(
    trapped: tuple[Outcome, dict[str, list[str]]],
) -> None:
    outcome, asked = trapped

    assert "Berita tanpa akhir Arunika" in outcome.titles["parts"]
    assert sum(path.startswith("/satu") for path in asked["parts"]) <= 10


def test_a_chain_of_a_thousand_redirects_is_told(trapped: tuple[Outcome, dict[str, list[str]]]) -> None:
    assert any("/lompat" in row for row in trapped[0].errors["redirects"])


TEXT = prose("hal yang aneh")
STRANGE: dict[str, Answer] = {
    "png": Answer(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40),
    "pdf": Answer(b"%PDF-1.7\n" + bytes(range(256)) * 40),
    "zip": Answer(b"PK\x03\x04" + bytes(range(256)) * 40),
    "exe": Answer(b"MZ\x90\x00" + bytes(4000)),
    "utf16-as-utf8": Answer(article("Berita aneh satu", TEXT).encode("utf-16-le")),
    "nul": Answer(b"\x00" * 5000),
    "json": Answer(json.dumps({"judul": "x"}).encode(), kind="text/html"),
    "deep": Answer(b"<div>" * 90_000 + TEXT.encode()),
    "many-tags": Answer(b"<p>x" * 200_000),
    "attributes": Answer(f"<p {' '.join(f'a{n}=1' for n in range(400_000))}>".encode()),
    "surrogates": Answer(b"<p>&#xD800;&#55296;&#0;&#x110000;&#99999999999;\xed\xa0\x80</p>"),
}
READABLE: dict[str, Answer] = {
    "cp1252": Answer(
        article("Kafé “Arunika” dibuka", TEXT).replace('<meta charset="utf-8">', "").encode("cp1252"),
        kind="text/html",
    ),
    "mixed": Answer(article("Berita campur Arunika", TEXT).encode() + "<p>kafé</p>".encode("latin-1") * 20),
    "bom": Answer(b"\xef\xbb\xbf\xef\xbb\xbf" + article("Berita bertanda Arunika", TEXT).encode()),
    "punycode": Answer(article("Berita sandi Arunika", TEXT).encode(), kind="text/html; charset=punycode"),
    "control": Answer(
        article("Berita kendali Arunika", f"<div class=share>Bagi</div>a &#6;\x0c{TEXT}").encode()
    ),
    "one-line": Answer(article("Berita panjang Arunika", TEXT + f"<p>{'kata ' * 500_000}.</p>").encode()),
    "as-xml": Answer(article("Berita berkas Arunika", TEXT).encode(), kind="application/xml"),
    "as-text": Answer(article("Berita polos Arunika", TEXT).encode(), kind="text/plain"),
    "as-json": Answer(article("Berita paket Arunika", TEXT).encode(), kind="application/json"),
}
BOMB = '<!DOCTYPE x [<!ENTITY a0 "ha">' + "".join(
    f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10)
)
LISTS: dict[str, tuple[str, Answer]] = {
    "feed-bomb": (
        "feeds",
        Answer(f"{BOMB}]><rss version='2.0'><channel><title>&a9;</title></channel></rss>".encode()),
    ),
    "feed-author": (
        "feeds",
        Answer(
            f"<rss version='2.0'><channel><item><author>{'a' * 3_000_000}</author></item></channel></rss>".encode()
        ),
    ),
    "feed-html": ("feeds", Answer(GOOD)),
    "sitemap-bomb": ("sitemaps", Answer(f"{BOMB}]><urlset><url><loc>/&a9;</loc></url></urlset>".encode())),
    "sitemap-million": (
        "sitemaps",
        Answer(gzipped("<urlset>" + "<url><loc>/x</loc></url>" * 1_000_000), kind="application/gzip"),
    ),
    "sitemap-zip-bomb": ("sitemaps", Answer(gzipped("<urlset>" + " " * 60_000_000), kind="application/gzip")),
    "sitemap-json": ("sitemaps", Answer(b'{"a": 1}', kind="application/xml")),
    "wordpress-deep": ("wordpress", Answer(b"[" * 1_000_000, kind="application/json")),
    "wordpress-number": ("wordpress", Answer(b"[" + b"9" * 1_000_000 + b"]", kind="application/json")),
    "wordpress-nan": (
        "wordpress",
        Answer(b'[NaN, 1e999, {"link": 1, "link": null}]', kind="application/json"),
    ),
}
POSTS = "/wp-json/wp/v2/posts"


@pytest.fixture(scope="module")
def strange(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Outcome]:
    with ExitStack() as stack:
        site = stack.enter_context(
            serve({f"/{name}": answer for name, answer in {**STRANGE, **READABLE}.items()})
        )
        site.add("/baik", GOOD)
        site.pages["/"] = Answer(links(*(f"/{name}" for name in {**STRANGE, **READABLE}), "/baik"))
        sources = [index_of(site.url, "pages")]
        for name, (way, answer) in LISTS.items():
            other = stack.enter_context(serve({"/daftar": answer, POSTS: answer}))
            other.add("/baik", GOOD)
            other.pages["/"] = Answer(links("/baik"))
            where = f"wordpress: {other.url}" if way == "wordpress" else f'{way}: ["{other.url}/daftar"]'
            index = f'index: {{urls: ["{other.url}/"], links: "li a"}}'
            sources.append(make_source(other.url, f"{where}\n{index}", name=name))
        yield crawl_and_weigh(tmp_path_factory.mktemp("strange"), *sources)


@pytest.mark.parametrize("name", STRANGE)
def test_what_is_no_page_is_a_row(strange: Outcome, name: str) -> None:
    assert any(f"/{name} CrawlError" in row for row in strange.errors["pages"]), strange.errors["pages"]


@pytest.mark.parametrize("name", READABLE)
def test_a_page_in_the_wrong_clothes_is_read(strange: Outcome, name: str) -> None:
    title = READABLE[name].body.decode("cp1252", "replace").partition("<h1>")[2].partition("</h1>")[0]

    assert title in strange.titles["pages"]
    assert not any(f"/{name} " in row for row in strange.errors["pages"])


@pytest.mark.parametrize("name", ["pages", *LISTS])
def test_the_good_page_beside_strange_ones_is_kept(strange: Outcome, name: str) -> None:
    assert GOOD_TITLE in strange.titles[name]


@pytest.mark.parametrize("name", ["feed-html", "sitemap-zip-bomb", "sitemap-json"])
def test_a_list_that_is_none_is_a_row(strange: Outcome, name: str) -> None:
    assert any("CrawlError" in row for row in strange.errors[name])


def test_strange_pages_and_lists_cost_bounded_memory(strange: Outcome) -> None:
    assert strange.mebibytes < 400
    assert not strange.report.stopped

"""What once stopped a crawl, or came out as no page could: each input here was found by a fuzzer or a clock."""

import gzip
import json
import time
from collections.abc import Callable
from contextlib import suppress
from zoneinfo import ZoneInfo

import pytest

from crawler.errors import CrawlError
from crawler.extract import Extracted, extract_page
from crawler.listing import MAX_ENTRIES, read_feed, read_sitemap, read_wordpress
from crawler.page import decode, parse
from crawler.paging import further_parts
from tests.functional.crawl_sites import article, prose

URL = "https://kabararunika.example/berita/hal-yang-baik"
ZONE = ZoneInfo("Asia/Jakarta")
MOST_SECONDS = 20  # of the processor; each took from half a minute to days, and takes less than two
RSS = '<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel>'
URLSET = '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
LINK = "<link>https://a.example/1</link>"


def page_of(html: str | bytes, encoding: str | None = None) -> Extracted:
    raw = html.encode() if isinstance(html, str) else html
    return extract_page(raw, URL, time_zone="Asia/Jakarta", encoding=encoding)


def feed_item(inside: str) -> bytes:
    return f"{RSS}<item><title>J</title>{LINK}{inside}</item></channel></rss>".encode()


def zipped(text: str) -> bytes:
    return gzip.compress(text.encode(), 1)


READINGS: dict[str, Callable[[], object]] = {
    "attributes": lambda: page_of(f"<p {' '.join(f'a{n}=1' for n in range(400_000))}>"),
    "elements": lambda: page_of("<p>x" * 1_000_000),
    "dates-in-words": lambda: page_of(
        "".join(f"<meta itemprop=datePublished content='{n} jam lalu'>" for n in range(60_000))
    ),
    "bylines": lambda: page_of("<div class=author>" * 200 + "<p>Warga membahas hal itu.</p>" * 19_000),
    "headings-in-a-link": lambda: page_of(f"<a href=/x>{'<h2>a</h2>' * 19_000}</a>"),
    "headings-in-headings": lambda: page_of("<h2>x" * 250 + "<a href=/x>a</a>" * 19_000),
    "marks": lambda: page_of("<p>a" + "\u0301\u0323" * 900_000),
    "punycode": lambda: page_of(b"<p>" + b"a-" * 2_000_000, "punycode"),
    "feed-author": lambda: read_feed(feed_item(f"<author>{'a' * 2_000_000}</author>"), URL, ZONE),
    "feed-author-in-pieces": lambda: read_feed(
        feed_item(f"<dc:creator>{('a' * 400 + '<b/>') * 5000}</dc:creator>"), URL, ZONE
    ),
    "feed-author-in-references": lambda: read_feed(
        feed_item(f"<author>{'&#97;' * 800_000}</author>"), URL, ZONE
    ),
    "feed-empty-lines": lambda: read_feed(b"\n" * 4_000_000 + feed_item(""), URL, ZONE),
    "feed-declarations": lambda: read_feed(b"<?a " + b"encoding='" * 300_000 + feed_item(""), URL, ZONE),
    "feed-empty-entries": lambda: read_feed(f"{RSS}{'<item/>' * 1_000_000}".encode(), URL, ZONE),
    "feed-attributes": lambda: read_feed(
        f"{RSS}<item {' '.join(f'a{n}=' + repr('x') for n in range(500_000))}/></channel></rss>".encode(),
        URL,
        ZONE,
    ),
    "feed-deep": lambda: read_feed(f"{RSS}{'<a>' * 1_000_000}".encode(), URL, ZONE),
}


@pytest.mark.parametrize("name", READINGS)
def test_what_once_took_minutes_or_days_is_read_or_refused_at_once(name: str) -> None:
    started = time.process_time()

    with suppress(CrawlError):
        READINGS[name]()

    assert time.process_time() - started < MOST_SECONDS


def test_a_sitemap_that_goes_on_and_on_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crawler.listing.MAX_EVENTS", 1000)
    last = "<url><loc>https://a.example/1</loc></url>"

    assert len(read_sitemap(f"{URLSET}{'<x/>' * 400}{last}".encode(), URL, ZONE).articles) == 1
    assert read_sitemap(f"{URLSET}{'<x/>' * 500}{last}".encode(), URL, ZONE).articles == ()


def test_of_a_million_entries_as_many_are_read_as_a_list_may_have() -> None:
    rows = "<url><loc>https://a.example/1</loc></url>" * 700_000

    assert len(read_sitemap(zipped(f"{URLSET}{rows}</urlset>"), URL, ZONE).articles) == MAX_ENTRIES


def test_words_are_no_date_in_a_sitemap() -> None:
    rows = [
        f"<url><loc>/{n}</loc><lastmod>{told}</lastmod></url>"
        for n, told in enumerate(("1 jam lalu", "2025-11-03"))
    ]

    articles = read_sitemap(f"{URLSET}{''.join(rows)}</urlset>".encode(), "https://a.example/", ZONE).articles

    assert [entry.url for entry in articles] == ["https://a.example/1", "https://a.example/0"]


def test_a_sitemap_larger_than_is_unzipped_is_refused() -> None:
    with pytest.raises(CrawlError, match="gzip cannot be read"):
        read_sitemap(zipped(URLSET + " " * 40_000_000), URL, ZONE)


def test_a_control_character_beside_furniture_loses_neither_article_nor_furniture() -> None:
    html = article("Berita baik dari Arunika", f"<div class=share>Bagikan</div>awal &#6;{prose('hal baik')}")

    text = page_of(html).text

    assert "hal baik" in text
    assert "Bagikan" not in text
    assert "\x06" not in text


@pytest.mark.parametrize(
    "codec",
    [
        "idna",
        "punycode",
        "unicode_escape",
        "raw_unicode_escape",
        "undefined",
        "utf-7",
        "rot13",
        "hex",
        "zlib",
    ],
)
def test_a_charset_that_is_none_is_as_good_as_no_charset(codec: str) -> None:
    html = article("Kafé Arunika dibuka", prose("kafé"), head=f"<meta charset={codec}>").replace(
        '<meta charset="utf-8">', ""
    )

    assert decode(html.encode(), codec) == html
    assert decode(html.encode(), None) == html


def test_an_element_with_too_many_attributes_is_named() -> None:
    with pytest.raises(CrawlError, match="attributes"):
        parse(f"<p {' '.join(f'a{n}' for n in range(3000))}>halo</p>")


def test_a_pager_of_elements_with_strange_names_is_read() -> None:
    pager = "<div><td.<div><a href='?page=2'>2</a></div>"
    html = article("Berita berhalaman Arunika", prose("hal") + pager)

    assert further_parts(html.encode(), URL).rest in ((), (f"{URL}?page=2",))


@pytest.mark.parametrize("language", ["x" * 100_000, "<b>", "9", "i"])
def test_a_language_that_is_no_code_is_none(language: str) -> None:
    assert page_of(f"<html lang='{language}'><p>Satu dua</p></html>").language == ""


def test_a_name_within_names_without_end_is_none() -> None:
    author = '{"name":' * 900 + '"Budi"' + "}" * 900
    html = (
        f'<script type="application/ld+json">{{"@type":"NewsArticle","author":{author}}}</script><p>Halo</p>'
    )

    assert page_of(html).author == ""


def test_what_a_wordpress_says_beside_the_article_can_be_kept() -> None:
    ugly = "\ud800a\x00b\u202e" + "c" * 5000
    post = {
        "link": "https://a.example/1", "title": {"rendered": ugly}, "content": {"rendered": ugly}, "modified_gmt": ugly,
        "_embedded": {"author": [{"name": ugly}], "wp:term": [[{"taxonomy": "post_tag", "name": f"<b>{ugly[:9]}"}]]},
    }  # fmt: skip

    [entry] = read_wordpress(json.dumps([post]).encode(), URL, ZONE)

    for told in (entry.title, entry.text, entry.author, entry.stamp, *entry.tags):
        assert not {"\x00", "\u202e", "\ud800"} & set(told)
    assert len(entry.stamp) <= 64
    assert len(entry.author) <= 120


@pytest.mark.parametrize(
    ("body", "title"),
    [
        (f"{RSS}<item><title>Susu & Kopi</title>{LINK}</item></channel></rss>".encode(), "Susu & Kopi"),
        (f"{RSS}<item><title>Susu&nbsp;dan &eacute;s</title>{LINK}</item></channel></rss>".encode(), "Susu dan és"),
        (b"\xef\xbb\xbf\n\n<?xml version='1.0'?>" + feed_item(""), "J"),
        (f"<?xml version='1.0' encoding='utf-8'?>{RSS}<item><title>Kafé</title>{LINK}</item>".encode("cp1252"), "Kafé"),
        (f"{RSS}<item><title>a\x08b\x00c</title>{LINK}</item></channel></rss>".encode(), "abc"),
        (f"{RSS}<item><title>Tanpa akhir</title>{LINK}".encode(), "Tanpa akhir"),
        (f"{RSS}<item><media:x/><title>Awalan</title>{LINK}</item></channel></rss>".encode(), "Awalan"),
        (f"{RSS}<item><title>Kafé</title>{LINK}</item></channel></rss>".encode("utf-16"), "Kafé"),
    ],
)  # fmt: skip
def test_a_feed_with_a_common_mistake_is_read(body: bytes, title: str) -> None:
    [entry] = read_feed(body, URL, ZONE)

    assert (entry.title, entry.url) == (title, "https://a.example/1")


def test_a_namespace_that_is_no_address_is_no_crash() -> None:
    with suppress(CrawlError):
        read_feed(b'<feed xmlns="http://a b/c"><entry><title>J</title></entry></feed>', URL, ZONE)


@pytest.mark.parametrize(
    "doctype",
    [
        '<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/hostname">]>',
        '<!DOCTYPE r [<!ENTITY % p SYSTEM "http://127.0.0.1:9/x.dtd"> %p;]>',
        '<!DOCTYPE r SYSTEM "http://127.0.0.1:9/x.dtd">',
        '<!DOCTYPE r [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY x "&b;&b;&b;&b;&b;">]>',
    ],
)
def test_no_entity_of_a_list_is_followed_or_unfolded(doctype: str) -> None:
    feed = f"{doctype}{RSS}<item><title>A&x;B</title>{LINK}</item></channel></rss>".encode()
    sitemap = f"{doctype}{URLSET}<url><loc>https://a.example/A&x;B</loc></url></urlset>".encode()

    said = [entry.title for entry in read_feed(feed, URL, ZONE)]
    said += [entry.url for entry in read_sitemap(sitemap, URL, ZONE).articles]

    assert said
    assert all(len(told) < 40 for told in said)

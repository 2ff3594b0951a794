"""Feeds, sitemaps, WordPress answers and index pages as lists of articles."""

import gzip
import json
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from crawler.errors import CrawlError
from crawler.listing import MAX_ENTRIES, read_feed, read_links, read_sitemap, read_wordpress

ZONE = ZoneInfo("Asia/Jakarta")
BASE = "https://kabar.example/feed/"

RSS = """<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel><title>Kabar</title>
<item><title>Pasar &amp; Pelabuhan Arunika</title><link>https://kabar.example/a?utm_source=rss</link>
<pubDate>Mon, 03 Nov 2025 10:11:12 +0700</pubDate>
<description>&lt;p&gt;Harga ikan turun.&lt;/p&gt;&lt;script&gt;alert(1)&lt;/script&gt;</description></item>
<item><title>Tanpa alamat</title></item>
<item><title>Alamat jahat</title><link>javascript:alert(1)</link></item></channel></rss>"""

ATOM = """<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><title>Kabar</title><entry>
<title>Jembatan</title><link href="/b"/><updated>2025-11-03T02:00:00Z</updated><summary>Ringkas.</summary>
</entry></feed>"""


def test_an_rss_feed_gives_address_title_summary_and_date() -> None:
    [entry] = read_feed(RSS.encode(), BASE, ZONE)

    assert entry.url == "https://kabar.example/a"
    assert entry.title == "Pasar & Pelabuhan Arunika"
    assert entry.text == "Harga ikan turun."
    assert entry.published_at == datetime(2025, 11, 3, 3, 11, 12, tzinfo=UTC)


def test_an_atom_feed_completes_relative_addresses() -> None:
    [entry] = read_feed(ATOM.encode(), BASE, ZONE)

    assert entry.url == "https://kabar.example/b"


@pytest.mark.parametrize(
    "body", [b"", b"<html><body>Situs dalam perbaikan</body></html>", b"\xff\xfe\x00", b"{}"]
)
def test_an_error_page_in_place_of_a_feed_is_an_error_and_not_an_empty_feed(body: bytes) -> None:
    with pytest.raises(CrawlError, match="not a feed"):
        read_feed(body, BASE, ZONE)


def test_xml_entities_of_a_feed_are_not_expanded() -> None:
    bomb = '<!DOCTYPE r [<!ENTITY a "haha"><!ENTITY b "&a;&a;&a;"><!ENTITY f SYSTEM "file:///etc/passwd">]>'
    body = bomb + RSS.replace('<?xml version="1.0" encoding="UTF-8"?>', "").replace("Harga ikan", "&b;&f;")

    try:
        texts = [e.text for e in read_feed(body.encode(), BASE, ZONE)]
    except CrawlError:
        texts = []

    assert not any("root:" in t or "hahahaha" in t for t in texts)


def post(**fields: object) -> dict[str, object]:
    return {
        "link": "https://kabar.example/2025/11/a/",
        "date": "2025-11-03T09:00:00",
        "date_gmt": "2025-11-03T02:00:00",
        "title": {"rendered": "Warga &#8216;Sawah Luhur&#8217; rapat"},
        "content": {"rendered": "<p>Alinea satu.</p><p>Alinea dua.</p>", "protected": False},
        "_embedded": {"author": [{"name": "Sari Wulan"}]},
    } | fields


def test_a_wordpress_answer_gives_whole_articles_without_comments() -> None:
    [entry] = read_wordpress(json.dumps([post()]).encode(), BASE, ZONE)

    assert entry.title == "Warga ‘Sawah Luhur’ rapat"
    assert entry.text == "Alinea satu.\nAlinea dua."
    assert entry.author == "Sari Wulan"
    assert entry.published_at == datetime(2025, 11, 3, 2, 0, tzinfo=UTC)


def test_a_wordpress_date_without_gmt_is_in_the_zone_of_the_source() -> None:
    [entry] = read_wordpress(json.dumps([post(date_gmt=None)]).encode(), BASE, ZONE)

    assert entry.published_at == datetime(2025, 11, 3, 2, 0, tzinfo=UTC)


def test_protected_posts_and_rows_of_another_kind_are_left_out() -> None:
    rows = [post(content={"rendered": "", "protected": True}), 7, {"link": 3}, post(title=None, _embedded=[])]

    assert len(read_wordpress(json.dumps(rows).encode(), BASE, ZONE)) == 1


@pytest.mark.parametrize("body", [b"<html>", b'{"code":"rest_no_route"}', b"[" * 100_000])
def test_what_is_no_wordpress_answer_is_an_error(body: bytes) -> None:
    with pytest.raises(CrawlError):
        read_wordpress(body, BASE, ZONE)


def sitemap(urls: list[tuple[str, str]], kind: str = "urlset", row: str = "url") -> bytes:
    rows = "".join(f"<{row}><loc>\n {u}\n</loc><lastmod> {d} </lastmod></{row}>" for u, d in urls)
    return f'<?xml version="1.0"?><{kind} xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{rows}</{kind}>'.encode()


def test_a_sitemap_gives_its_newest_articles_first_zipped_or_not() -> None:
    body = sitemap([("https://k.example/a", "2024-01-01"), ("https://k.example/b", "2025-01-01")])

    for sent in (body, gzip.compress(body)):
        page = read_sitemap(sent, BASE, ZONE)
        assert [e.url for e in page.articles] == ["https://k.example/b", "https://k.example/a"]


def test_a_sitemap_index_leaves_out_lists_of_tags_and_people() -> None:
    names = ["posts-post-1", "taxonomies-post_tag-1", "users-1", "posts-page-1", "posts-post-2"]
    body = sitemap([(f"https://k.example/wp-sitemap-{n}.xml", "") for n in names], "sitemapindex", "sitemap")

    page = read_sitemap(body, BASE, ZONE)

    assert [u[-12:] for u in page.sitemaps] == ["s-post-2.xml", "s-post-1.xml"]


def test_a_sitemap_without_end_is_cut() -> None:
    body = sitemap([(f"https://k.example/{n}", "") for n in range(5000)])

    assert len(read_sitemap(body, BASE, ZONE).articles) == MAX_ENTRIES


@pytest.mark.parametrize(
    "body", [b"", b"<html></html>", b"\x1f\x8bnot gzip", gzip.compress(b"0" * 40_000_000)]
)
def test_what_is_no_sitemap_is_an_error(body: bytes) -> None:
    with pytest.raises(CrawlError):
        read_sitemap(body, BASE, ZONE)


def test_an_index_page_gives_each_linked_article_once() -> None:
    html = b"""<div class=card><a href="/a?utm_source=home">Satu</a></div><div class=card><a href="/a">Satu</a></div>
    <div class=card><b>tanpa tautan</b></div><div class=card><a href="mailto:x@k.example">surel</a></div>"""

    assert [e.url for e in read_links(html, "https://k.example/", None, "div.card")] == [
        "https://k.example/a"
    ]

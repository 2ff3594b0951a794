"""Whatever a site sends, every reader gives what the record can keep, or one of our errors, in time.

Sound answers are spoilt: cut, doubled, nested, spliced, declared as what they are not. A longer run:
`KENTONGAN_TEST_FUZZ_EXAMPLES=20000 pytest tests/unit/crawler/test_reading_fuzzed.py`.
"""

import json
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crawler.dates import parse_date
from crawler.errors import CrawlError
from crawler.extract import extract_page
from crawler.joining import join_parts
from crawler.listing import Entry, read_feed, read_links, read_sitemap, read_wordpress
from crawler.paging import further_parts
from crawler.posts.shapes import SHAPES as POSTS
from crawler.replay import replay
from crawler.robots import read_rules
from crawler.source_file import parse_source
from crawler.warc import Response, make_response, read_record, write_record
from kentongan.domain import NewItem, Permission, Platform, Source, SourceKind
from kentongan.errors import BadInput, KentonganError
from kentongan.store import Store, open_store
from tests.functional.crawl_sites import article, prose
from tests.unit.crawler.posts.invented import bluesky_post, reddit_feed, status, youtube_feed

EXAMPLES = int(os.environ.get("KENTONGAN_TEST_FUZZ_EXAMPLES", "60"))
fuzzed = settings(
    max_examples=EXAMPLES,
    deadline=timedelta(seconds=20),  # a reader that hangs, not one that is slow on a busy machine
    suppress_health_check=[
        HealthCheck.too_slow,
        HealthCheck.data_too_large,
        HealthCheck.function_scoped_fixture,
    ],
)
URL, ZONE = "https://kabararunika.example/berita/hal-baik", ZoneInfo("Asia/Jakarta")
LD = json.dumps(
    {
        "@graph": [
            {
                "@type": "NewsArticle", "headline": "Berita baik", "datePublished": "2025-11-03T09:15:00+07:00",
                "author": [{"name": "Budi"}], "keywords": ["desa"], "articleSection": "Kota",
            },
            {"@type": "ClaimReview", "claimReviewed": "x", "reviewRating": {"alternateName": "Salah"}},
        ]
    }
)  # fmt: skip
PAGES = (
    article("Berita baik", prose("hal"), head=f'<script type="application/ld+json">{LD}</script>'),
    article(
        "Berita berhalaman", prose("hal") + '<p><a href="?page=2">2</a> <a href="?page=all">semua</a></p>'
    ),
    "<div class=tgme_widget_message data-post=a/1><div class=tgme_widget_message_text>Pesan &amp; kabar</div></div>",
)
ITEM = (
    "<item><title>Judul &amp; <![CDATA[<b>isi</b>]]></title><link>https://kabararunika.example/1</link>"
    "<pubDate>Mon, 03 Nov 2025 09:00:00 +0700</pubDate><author>a@b.example (Budi)</author><category>desa</category>"
    "<description>&lt;p&gt;isi&lt;/p&gt;</description></item>"
)
FEEDS = (
    f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel>{ITEM}{ITEM}</channel></rss>',
    youtube_feed(("a1abcdef", "Judul", "isi")),
    reddit_feed(("a1abcd", "Judul", "<div class='md'>isi</div>")),
)
SITEMAPS = (
    "<urlset xmlns:news='http://www.google.com/schemas/sitemap-news/0.9'><url><loc>https://kabararunika.example/1</loc>"
    "<lastmod>2025-11-03</lastmod><news:title>Judul</news:title></url></urlset>",
    "<sitemapindex><sitemap><loc>https://kabararunika.example/a.xml</loc></sitemap></sitemapindex>",
)
JSONS = (
    json.dumps(
        [
            {
                "link": URL, "date": "2025-11-03T09:00:00", "modified_gmt": "x", "title": {"rendered": "J &amp; K"},
                "content": {"rendered": "<p>isi</p>", "protected": False},
                "_embedded": {
                    "author": [{"name": "Budi"}],
                    "wp:term": [[{"taxonomy": "category", "name": "Kota"}, {"taxonomy": "post_tag", "name": "desa"}]],
                },
            }
        ]
    ),
    json.dumps([status(7)]),
    json.dumps({"posts": [bluesky_post("7")]}),
)  # fmt: skip
ROBOTS = ("User-agent: *\nDisallow: /a*b$\nAllow: /\nCrawl-delay: 5\nSitemap: https://x.example/\n",)
SOURCE = (
    "name: arunika\ntitle: Arunika\nkind: press\npermission: penuh\nhome: https://arunika.example\nregion: arunika\n"
    'time_zone: Asia/Jakarta\nfeeds: ["https://arunika.example/rss"]\nselectors: {body: ".isi", remove: ["p a"]}\n',
)
BITS = (
    "\x00", "\x06", "\x0c", "\ud800", "\udfff", "\ufffe", "\ufeff", "\u202e", "\ue000", "&#6;", "&#xD800;", "&#0;", "&nbsp;", "&amp;",
    "&x;", "<", ">", "\"", "'", "</", "]]>", "<![CDATA[", "<!--", "-->", "<?", "<!DOCTYPE x [", "<!ENTITY x 'y'>", "<div>",
    "<a href='?page=2'>2</a>", "<h1>", "<meta charset=utf-16>", "<meta charset=idna>", "<base href=//x>", "<svg>", "<table><tr><td>",
    "xmlns='a b'", "encoding='utf-7'", "\\ud800", "\\u0000", "[", "]", "{", "}", ",", ":", "null", "NaN", "1e999", "9" * 4400, "-1", "\r",
    "\n", " ", "kemarin lalu", "2 jam yang lalu", "31 Februari 2025", "9999-12-31T23:59:59+23:59", "0001-01-01", "Senin (1/1)",
    "https://[::1", "http://a:99999/", "javascript:", "//x@y/", "é", "e\u0301", "\U0001f600", "ﷺ", "*", "&a", "!!python/object:x", "%",
)  # fmt: skip
ENCODINGS = (
    None,
    "utf-8",
    "utf-16",
    "cp1252",
    "shift_jis",
    "idna",
    "punycode",
    "hex",
    "utf-7",
    "tidak-ada",
    "\x00",
)


@st.composite
def spoilt(draw: st.DrawFn, sound: Sequence[str]) -> bytes:
    """Return a sound answer after a few blows."""
    text = draw(st.sampled_from(sound))
    for _ in range(draw(st.integers(0, 5))):
        start, end = sorted((draw(st.integers(0, len(text))), draw(st.integers(0, len(text)))))
        bit = draw(st.sampled_from(BITS) | st.text(max_size=8))
        blow = draw(st.sampled_from(("cut", "insert", "double", "nest", "splice", "repeat")))
        inner = text[start:end]
        text = {
            "cut": text[:start] + text[end:],
            "insert": text[:start] + bit + text[start:],
            "double": text[:end] + inner + text[end:],
            "nest": text[:start] + bit * 30 + inner + text[end:],
            "splice": text[:start] + draw(st.sampled_from(sound))[start:],
            "repeat": text[:start] + inner[:40] * 50 + text[end:],
        }[blow][:60_000]
    coding = draw(st.sampled_from(("utf-8", "utf-8", "utf-8", "utf-16", "utf-16-be", "cp1252", "utf-8-sig")))
    raw = text.encode(coding, "surrogatepass" if coding.startswith("utf") else "replace")
    if draw(st.booleans()) and raw:
        at = draw(st.integers(0, len(raw) - 1))
        raw = raw[:at] + draw(st.binary(max_size=4)) + raw[at + draw(st.integers(0, 3)) :]
    return raw


@pytest.fixture(scope="module")
def store(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    path = tmp_path_factory.mktemp("fuzzed") / "record.db"
    shutil.copyfile(sqlite_template, path)
    opened = open_store(f"sqlite:///{path}")
    opened.collector.save_source(
        Source(
            "arunika",
            "Arunika",
            SourceKind.PRESS,
            Permission.FULL,
            "https://a.example",
            "arunika",
            "Asia/Jakarta",
        )
    )
    yield opened
    opened.close()


def check_texts(*texts: str) -> None:
    for text in texts:
        text.encode()
        assert "\x00" not in text


def check_address(url: str) -> None:
    assert url.startswith(("http://", "https://"))
    assert len(url.encode()) <= 8000
    assert url.isprintable()


def keep(store: Store, text: str, **fields: object) -> None:
    """Put a text into a real record, which may refuse it in words."""
    item = NewItem(source="arunika", platform=Platform.NEWS, text=text, **fields)  # type: ignore[arg-type]
    with suppress(BadInput):
        store.collector.save_item(item)


def check_entries(entries: Sequence[Entry], store: Store) -> None:
    for entry in entries:
        check_address(entry.url)
        check_texts(entry.title, entry.text, entry.author, entry.stamp, entry.section, *entry.tags)
    for entry in entries[:1]:
        keep(
            store, entry.text or entry.title, url=entry.url, title=entry.title, author=entry.author, tags=entry.tags,
            published_at=entry.published_at, section=entry.section,
        )  # fmt: skip


@fuzzed
@given(body=spoilt(PAGES), encoding=st.sampled_from(ENCODINGS))
def test_a_spoilt_page_is_an_article_that_can_be_kept_or_an_error(
    store: Store, body: bytes, encoding: str | None
) -> None:
    for address in (*(parts := further_parts(body, URL, encoding)).rest, parts.whole):
        assert not address or address.isprintable()
    with suppress(CrawlError):
        read_links(body, URL, encoding, "li a, a")
    with suppress(CrawlError):
        page = extract_page(body, URL, time_zone="Asia/Jakarta", encoding=encoding)
        page = join_parts((page, page))
        check_address(page.url)
        check_texts(page.title, page.text, page.author, page.section, page.language, *page.tags)
        keep(
            store, page.text, url=page.url, title=page.title, author=page.author, language=page.language, tags=page.tags,
            published_at=page.published_at, section=page.section,
        )  # fmt: skip


READERS: dict[str, tuple[Callable[[bytes], Sequence[Entry]], tuple[str, ...]]] = {
    "feed": (lambda body: read_feed(body, URL, ZONE), FEEDS + SITEMAPS + PAGES),
    "sitemap": (lambda body: read_sitemap(body, URL, ZONE).articles, SITEMAPS + FEEDS),
    "wordpress": (lambda body: read_wordpress(body, URL, ZONE), JSONS),
}


@pytest.mark.parametrize("name", READERS)
@fuzzed
@given(data=st.data())
def test_a_spoilt_list_is_entries_that_can_be_kept_or_an_error(
    store: Store, name: str, data: st.DataObject
) -> None:
    read, sound = READERS[name]
    with suppress(CrawlError):
        check_entries(read(data.draw(spoilt(sound))), store)


@fuzzed
@given(body=spoilt((*JSONS, *FEEDS)))
def test_spoilt_posts_can_be_kept_or_are_an_error(store: Store, body: bytes) -> None:
    for shape in POSTS.values():
        with suppress(CrawlError):
            for post in shape.read(body, "https://sosial.example").posts:
                check_address(post.url)
                check_texts(post.title, post.text, post.language)
                keep(store, post.text, url=post.url, title=post.title, language=post.language)


@fuzzed
@given(
    body=spoilt((*PAGES, *FEEDS, *JSONS)),
    kind=st.sampled_from(("text/html", "application/json", "x", "\x00;;=")),
)
def test_a_spoilt_answer_is_replayed_or_an_error(body: bytes, kind: str) -> None:
    kept = Response(200, [("Content-Type", kind)], body)
    with suppress(KentonganError):
        found = replay(kept, URL, item_url=URL, time_zone="Asia/Jakarta")
        check_texts(found.title, found.text)


@fuzzed
@given(
    text=st.sampled_from(BITS)
    | st.text(max_size=130)
    | spoilt(BITS).map(lambda raw: raw.decode("utf-8", "replace"))
)
def test_any_text_is_a_date_of_our_time_or_none(text: str) -> None:
    found = parse_date(text, ZONE)

    assert found is None or (found.tzinfo is UTC and found.year >= 1995)


@fuzzed
@given(body=spoilt(ROBOTS))
def test_a_spoilt_robots_txt_says_yes_or_no(body: bytes) -> None:
    rules = read_rules(body, "Kentongan")

    assert rules.allow(URL) in (True, False)
    assert isinstance(rules.crawl_delay, float | int)


@fuzzed
@given(body=spoilt(SOURCE))
def test_a_spoilt_source_file_is_a_source_or_an_error(body: bytes) -> None:
    with suppress(KentonganError):
        parse_source(body.decode("utf-8", "replace"), "arunika.yaml")


@fuzzed
@given(data=st.data())
def test_a_spoilt_record_of_evidence_is_an_answer_or_an_error(tmp_path: Path, data: st.DataObject) -> None:
    headers = {"Content-Type": ["text/html; é"], "X": ["a\r\nb"]}
    record = write_record(
        URL, datetime(2025, 11, 3, tzinfo=UTC), make_response(200, headers, b"isi" * 50), "0" * 64, None
    )
    at, end = sorted(data.draw(st.tuples(*[st.integers(0, 400)] * 2)))  # a record has some 330 bytes
    path = tmp_path / "a.warc.gz"
    path.write_bytes(record[:at] + data.draw(st.binary(max_size=9)) + record[end:])
    with suppress(KentonganError):
        assert read_record(path, data.draw(st.integers(0, 20)), "a").response.payload is not None

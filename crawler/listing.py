"""Reading what lists articles: feeds, sitemaps, WordPress answers, index pages.

Values in, values out; the spiders fetch. Hostile lists are cut at `MAX_ENTRIES`.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

import feedparser
import lxml.etree
from scrapy.utils.gz import gunzip
from scrapy.utils.sitemap import Sitemap

from crawler.body import tidy
from crawler.dates import parse_date
from crawler.errors import CrawlError
from crawler.feed_xml import tame_feed
from crawler.metadata import MAX_TAG_CHARACTERS, MAX_TAGS
from crawler.page import block_text, decode, flat, parse
from crawler.urls import clean_url
from kentongan.text import clean

MAX_ENTRIES = 500  # of one feed or sitemap page
MAX_SCANNED = 60_000  # a sitemap may hold 50,000 (sitemaps.org); we look for its newest
MAX_EVENTS = 1_000_000  # beginnings and ends of a sitemap's elements: 20 for each of its articles
MAX_STAMP_CHARACTERS = 64  # a date with its zone has 31
MAX_UNZIPPED_BYTES = 32 * 1024 * 1024
_NO_ARTICLES = ("-taxonomies-", "-users-", "-posts-page-", "-category", "-tag", "-author", "-image")


@dataclass(frozen=True, slots=True)
class Entry:
    """One article as its list tells it."""

    url: str
    title: str = ""
    text: str = ""  # summary of a feed, whole article of WordPress
    author: str = ""
    published_at: datetime | None = None
    stamp: str = ""  # what the list says of its state: changes when the article does
    whole: bool = False  # the text is the whole article: its page need not be fetched
    section: str = ""
    tags: tuple[str, ...] = ()


def read_feed(body: bytes, base: str, zone: ZoneInfo) -> list[Entry]:
    """Return the entries of an RSS or Atom feed, in its order; raises CrawlError when it is none."""
    tamed = tame_feed(body, base)
    try:
        parsed: Any = feedparser.parse(
            BytesIO(tamed),
            response_headers={"content-location": base},
            sanitize_html=False,
            resolve_relative_uris=False,
        )
    except Exception as exc:  # of many kinds: ValueError for a namespace with a space, say
        raise CrawlError(f"{base}: not a feed: {type(exc).__name__}") from exc
    if not parsed.get("version"):
        raise CrawlError(f"{base}: not a feed ({parsed.get('bozo_exception', 'no RSS or Atom in it')})")
    entries = []
    for raw in parsed.entries[:MAX_ENTRIES]:
        url = clean_url(str(raw.get("link") or ""), base)
        if url:
            published, updated = str(raw.get("published") or ""), str(dict.get(raw, "updated") or "")
            stamp = published or updated or str(raw.get("created") or "")
            entries.append(
                Entry(
                    url=url,
                    title=html_line(str(raw.get("title") or "")),
                    text=html_text(str(raw.get("summary") or "")),
                    author=flat(clean(str(raw.get("author") or "")))[:120],
                    published_at=parse_date(stamp, zone) if stamp else None,
                    stamp=_stamp(updated) if updated != published else "",
                    tags=_tags(str(tag.get("term") or "") for tag in raw.get("tags") or ()),
                )
            )
    return entries


def _stamp(told: str) -> str:
    """Return what a list says of an entry's state as the record can keep it."""
    return flat(clean(told[: MAX_STAMP_CHARACTERS * 5]))[:MAX_STAMP_CHARACTERS]


def _tags(words: Iterable[str]) -> tuple[str, ...]:
    """Return at most `MAX_TAGS` words, each once, none too long to be one."""
    kept = dict.fromkeys(flat(clean(word[: MAX_TAG_CHARACTERS * 5])) for word in islice(words, MAX_TAGS * 5))
    return tuple(word for word in kept if 0 < len(word) <= MAX_TAG_CHARACTERS)[:MAX_TAGS]


def html_text(html: str) -> str:
    """Return the cleaned text of a piece of HTML, a line for each block; '' for none."""
    if "<" not in html and "&" not in html:
        return tidy(html)
    if not html.strip():
        return ""
    try:
        return tidy(block_text(parse(f"<html><body><div>{html}</div></body></html>")))
    except CrawlError:
        return ""


def html_line(html: str) -> str:
    """Return the cleaned text of a title, on one line."""
    return flat(html_text(html))


def read_wordpress(body: bytes, base: str, zone: ZoneInfo) -> list[Entry]:
    """Return the posts of a WordPress REST answer; raises CrawlError when it is none."""
    try:
        posts = json.loads(body)
    except (ValueError, RecursionError) as exc:
        raise CrawlError(f"{base}: not an answer of the WordPress REST API") from exc
    if not isinstance(posts, list):
        raise CrawlError(f"{base}: not a list of WordPress posts")
    return [entry for post in posts[:MAX_ENTRIES] if (entry := _post(post, base, zone)) is not None]


def _post(post: object, base: str, zone: ZoneInfo) -> Entry | None:
    link = post.get("link") if isinstance(post, dict) else None
    if not isinstance(post, dict) or not isinstance(link, str) or not (url := clean_url(link, base)):
        return None
    content = post.get("content")
    if isinstance(content, dict) and content.get("protected"):
        return None
    local, universal = post.get("date"), post.get("date_gmt")
    stamp, told = (universal, ZoneInfo("UTC")) if isinstance(universal, str) else (local, zone)
    return Entry(
        url=url,
        title=html_line(_rendered(post.get("title"))),
        text=html_text(_rendered(content)),
        author=_embedded_author(post),
        published_at=parse_date(stamp, told) if isinstance(stamp, str) else None,
        stamp=_stamp(f"modified {changed}") if isinstance(changed := post.get("modified_gmt"), str) else "",
        whole=True,
        section=next(iter(_terms(post, "category")), ""),
        tags=_terms(post, "post_tag"),
    )


def _terms(post: dict[str, object], taxonomy: str) -> tuple[str, ...]:
    """Return the names of a WordPress post's categories or tags."""
    embedded = post.get("_embedded")
    groups = embedded.get("wp:term") if isinstance(embedded, dict) else None
    terms = (
        [term for group in groups[:5] if isinstance(group, list) for term in group[:MAX_TAGS]]
        if isinstance(groups, list)
        else []
    )
    names = (t.get("name") for t in terms if isinstance(t, dict) and t.get("taxonomy") == taxonomy)
    return _tags(html_line(name) for name in names if isinstance(name, str))


def _rendered(value: object) -> str:
    rendered = value.get("rendered") if isinstance(value, dict) else value
    return rendered if isinstance(rendered, str) else ""


def _embedded_author(post: dict[str, object]) -> str:
    embedded = post.get("_embedded")
    authors = embedded.get("author") if isinstance(embedded, dict) else None
    first = authors[0] if isinstance(authors, list) and authors else None
    name = first.get("name") if isinstance(first, dict) else None
    return flat(clean(name))[:120] if isinstance(name, str) else ""


@dataclass(frozen=True, slots=True)
class SitemapPage:
    """A sitemap: other sitemaps, or articles; newest first."""

    sitemaps: tuple[str, ...]
    articles: tuple[Entry, ...]


class _NewsSitemap(Sitemap):
    """A sitemap whose news extension is read too: titles and dates of articles. Cut at `MAX_EVENTS`."""

    def __init__(self, body: bytes) -> None:
        super().__init__(body)
        self.xmliter = islice(self.xmliter, MAX_EVENTS)

    def _process_sitemap_element(self, elem: lxml.etree._Element) -> dict[str, Any] | None:
        news = {
            name: (el.text or "").strip()
            for el in elem.iter()
            if (name := self._get_tag_name(el)) in ("publication_date", "title")
        }
        row = super()._process_sitemap_element(elem)
        return row if row is None else {**row, **news}


def read_sitemap(body: bytes, base: str, zone: ZoneInfo, most: int = MAX_ENTRIES) -> SitemapPage:
    """Return a sitemap or sitemap index, unzipped if need be; raises CrawlError when it is none.

    At most `most` articles, or `MAX_ENTRIES` where that is more. Lists of tags, authors and static
    pages, as WordPress names them, are left out.
    """
    if body[:2] == b"\x1f\x8b":
        try:
            body = gunzip(body, max_size=MAX_UNZIPPED_BYTES)
        except Exception as exc:  # gzip, zlib and Scrapy's own size error have no common base
            raise CrawlError(f"{base}: the gzip cannot be read: {exc}") from exc
    try:
        page = _NewsSitemap(body)
        rows = list(_rows(page, base, zone))
    except (lxml.etree.LxmlError, StopIteration, ValueError) as exc:
        raise CrawlError(f"{base}: not a sitemap") from exc
    rows.sort(key=lambda row: row[0], reverse=True)
    entries = [entry for _, entry in rows[: max(most, MAX_ENTRIES)]]
    if page.type == "sitemapindex":
        return SitemapPage(tuple(e.url for e in entries if not any(w in e.url for w in _NO_ARTICLES)), ())
    if page.type != "urlset":
        raise CrawlError(f"{base}: not a sitemap but <{page.type}>")
    return SitemapPage((), tuple(entries))


def _rows(page: Sitemap, base: str, zone: ZoneInfo) -> Iterator[tuple[tuple[datetime, int], Entry]]:
    oldest = datetime.min.replace(tzinfo=UTC)
    for number, row in enumerate(page):
        if number >= MAX_SCANNED:
            return
        url = clean_url(str(row.get("loc") or ""), base)
        stamp = str(row.get("lastmod") or "").strip()
        if url:
            moment = parse_date(stamp, zone, words=False) if stamp else None
            told = str(row.get("publication_date") or "")
            published = parse_date(told, zone, words=False) if told else None
            title = flat(clean(str(row.get("title") or "")))
            entry = Entry(url, title, published_at=published, stamp=_stamp(stamp))
            yield (published or moment or oldest, number), entry


def read_links(body: bytes, base: str, encoding: str | None, selector: str) -> list[Entry]:
    """Return the articles that an index page links to, in order, each once."""
    tree = parse(decode(body, encoding))
    found: dict[str, Entry] = {}
    for element in tree.cssselect(selector):
        link = element if element.tag == "a" else next(iter(element.iterfind(".//a[@href]")), None)
        url = clean_url(link.get("href") or "", base) if link is not None else ""
        if url and url not in found:
            found[url] = Entry(url)
    return list(found.values())[:MAX_ENTRIES]

"""Reading what lists articles: feeds, sitemaps, WordPress answers, index pages.

Values in, values out; the spiders fetch. Hostile lists are cut at `MAX_ENTRIES`.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from typing import Any
from zoneinfo import ZoneInfo

import feedparser
import lxml.etree
from scrapy.utils.gz import gunzip
from scrapy.utils.sitemap import Sitemap

from crawler.body import tidy
from crawler.dates import parse_date
from crawler.errors import CrawlError
from crawler.page import block_text, decode, flat, parse
from crawler.urls import clean_url

MAX_ENTRIES = 500  # of one feed or sitemap page
MAX_SCANNED = 60_000  # a sitemap may hold 50,000 (sitemaps.org); we look for its newest
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


def read_feed(body: bytes, base: str, zone: ZoneInfo) -> list[Entry]:
    """Return the entries of an RSS or Atom feed, in its order; raises CrawlError when it is none."""
    parsed: Any = feedparser.parse(
        BytesIO(body),
        response_headers={"content-location": base},
        sanitize_html=False,
        resolve_relative_uris=False,
    )
    if not parsed.get("version"):
        raise CrawlError(f"{base}: not a feed ({parsed.get('bozo_exception', 'no RSS or Atom in it')})")
    entries = []
    for raw in parsed.entries[:MAX_ENTRIES]:
        url = clean_url(str(raw.get("link") or ""), base)
        if url:
            stamp = str(raw.get("published") or raw.get("updated") or raw.get("created") or "")
            entries.append(
                Entry(
                    url=url,
                    title=html_line(str(raw.get("title") or "")),
                    text=html_text(str(raw.get("summary") or "")),
                    author=flat(str(raw.get("author") or ""))[:120],
                    published_at=parse_date(stamp, zone) if stamp else None,
                )
            )
    return entries


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
    )


def _rendered(value: object) -> str:
    rendered = value.get("rendered") if isinstance(value, dict) else value
    return rendered if isinstance(rendered, str) else ""


def _embedded_author(post: dict[str, object]) -> str:
    embedded = post.get("_embedded")
    authors = embedded.get("author") if isinstance(embedded, dict) else None
    first = authors[0] if isinstance(authors, list) and authors else None
    name = first.get("name") if isinstance(first, dict) else None
    return flat(name)[:120] if isinstance(name, str) else ""


@dataclass(frozen=True, slots=True)
class SitemapPage:
    """A sitemap: other sitemaps, or articles; newest first."""

    sitemaps: tuple[str, ...]
    articles: tuple[Entry, ...]


def read_sitemap(body: bytes, base: str, zone: ZoneInfo) -> SitemapPage:
    """Return a sitemap or sitemap index, unzipped if need be; raises CrawlError when it is none.

    Lists of tags, authors and static pages, as WordPress names them, are left out.
    """
    if body[:2] == b"\x1f\x8b":
        try:
            body = gunzip(body, max_size=MAX_UNZIPPED_BYTES)
        except Exception as exc:  # gzip, zlib and Scrapy's own size error have no common base
            raise CrawlError(f"{base}: the gzip cannot be read: {exc}") from exc
    try:
        page = Sitemap(body)
        rows = list(_rows(page, base, zone))
    except (lxml.etree.LxmlError, StopIteration, ValueError) as exc:
        raise CrawlError(f"{base}: not a sitemap") from exc
    rows.sort(key=lambda row: row[0], reverse=True)
    entries = [entry for _, entry in rows[:MAX_ENTRIES]]
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
            moment = parse_date(stamp, zone) if stamp else None
            yield (moment or oldest, number), Entry(url)


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

"""What a front page tells of how its site may be read. Values in, values out.

Owns: title, zone, links to feeds, WordPress or Blogger, checks in ClaimReview. Leaves bans to `bans`.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from urllib.parse import urlsplit

from lxml.html import HtmlElement
from w3lib.url import safe_url_string

from crawler.claim_review import claim_reviews
from crawler.discovery.bans import Ban, bans_of_page
from crawler.language import guess_language
from crawler.metadata import jsonld
from crawler.page import block_text, decode, flat, parse
from crawler.urls import clean_url

MAX_LINKS = 5_000  # looked at on one page
MAX_FEED_LINKS = 30
MAX_TITLE_CHARACTERS = 80
_FEED_KINDS = ("application/rss+xml", "application/atom+xml", "application/rdf+xml")
_ZONE_WORD = re.compile(r"\b[0-2]?\d[.:][0-5]\d(?:[.:][0-5]\d)?\s*\(?(WIB|WITA|WIT)\b")
ZONES = {"WIB": "Asia/Jakarta", "WITA": "Asia/Makassar", "WIT": "Asia/Jayapura"}
_SEPARATOR = re.compile(r"\s+[-–—|»:·]\s+|\s*\|\s*")
_PLACEHOLDERS = frozenset({"home", "beranda", "homepage", "index", "untitled"})


@dataclass(frozen=True, slots=True)
class FeedLink:
    url: str
    title: str


@dataclass(frozen=True, slots=True)
class PageHints:
    url: str
    title: str  # the site's name; '' when it does not say
    language: str
    time_zone: str  # IANA name, by the words that stand beside hours; '' for none
    feeds: tuple[FeedLink, ...]
    wordpress: str  # where its API says it is, without /wp-json/; '' for none
    is_wordpress: bool
    is_blogger: bool
    has_checks: bool  # ClaimReview stands on it
    bans: tuple[Ban, ...]


def read_hints(body: bytes, url: str, encoding: str | None, headers: Mapping[str, str]) -> PageHints:
    """Return what the page tells; raises CrawlError when the bytes are no page."""
    html = decode(body, encoding)
    tree = parse(html)
    links = list(islice(tree.iter("link"), MAX_LINKS))
    text = block_text(tree)
    metas = {
        (meta.get("property") or meta.get("name") or "").lower(): flat(meta.get("content"))
        for meta in islice(tree.iter("meta"), MAX_LINKS)
    }
    generator = metas.get("generator", "").lower()
    language = (tree.get("lang") or "").lower().split("-")[0]
    return PageHints(
        url=url,
        title=_site_name(metas, tree, url),
        language=guess_language(text, language if language.isalpha() else ""),
        time_zone=zone_of_words(text),
        feeds=tuple(islice(_feeds(links, url), MAX_FEED_LINKS)),
        wordpress=_wordpress(links, url),
        is_wordpress="wordpress" in generator or "/wp-content/" in html,
        is_blogger="blogger" in generator or (urlsplit(url).hostname or "").endswith(".blogspot.com"),
        has_checks=bool(claim_reviews(jsonld(tree))),
        bans=tuple(bans_of_page(tree, headers, url)),
    )


def zone_of_words(text: str) -> str:
    """Return the zone that stands most often beside an hour, '' for none."""
    counted = Counter(_ZONE_WORD.findall(text))
    return ZONES[counted.most_common(1)[0][0]] if counted else ""


def one_line(text: str, limit: int) -> str:
    """Return a text as it may stand in a line of YAML or a table: printable, single spaces, cut."""
    return flat("".join(c if c.isprintable() else " " for c in text[: limit * 8]))[:limit].strip()


def fetchable(url: str, base: str = "") -> str:
    """Return an address as it is asked for and written down, in ASCII; '' when it is none."""
    cleaned = clean_url(url, base)
    try:
        quoted = str(safe_url_string(cleaned)) if cleaned else ""
    except ValueError:
        return ""
    return quoted if quoted.isascii() and not re.search(r"\s", quoted) else ""


def root_of(url: str) -> str:
    """Return the front page of an address's site."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}/"


def _feeds(links: list[HtmlElement], base: str) -> Iterator[FeedLink]:
    seen = set()
    for link in links:
        if "alternate" not in (link.get("rel") or "").lower().split():
            continue
        if (link.get("type") or "").split(";")[0].strip().lower() not in _FEED_KINDS:
            continue
        url = fetchable(link.get("href") or "", base)
        if url and url not in seen:
            seen.add(url)
            yield FeedLink(url, one_line(link.get("title") or "", MAX_TITLE_CHARACTERS))


def _wordpress(links: list[HtmlElement], base: str) -> str:
    for link in links:
        if "https://api.w.org/" in (link.get("rel") or "").split():
            url = fetchable(link.get("href") or "", base)
            before, found, _ = url.partition("/wp-json")
            return before if found else ""
    return ""


def _site_name(metas: Mapping[str, str], tree: HtmlElement, url: str) -> str:
    """Return the site's name: as it says, else the piece of its title that its host bears, else the first."""
    named = one_line(metas.get("og:site_name", ""), MAX_TITLE_CHARACTERS)
    if named:
        return named
    whole = one_line(tree.findtext(".//title") or metas.get("og:title", ""), 4 * MAX_TITLE_CHARACTERS)
    pieces = [p for p in _SEPARATOR.split(whole) if p and p.casefold() not in _PLACEHOLDERS]
    host = re.sub(r"[^a-z0-9]", "", (urlsplit(url).hostname or "").removeprefix("www."))
    squeezed = [(re.sub(r"[\W_]", "", piece.casefold()), piece) for piece in pieces]
    own = next((piece for squeeze, piece in squeezed if len(squeeze) >= 4 and squeeze in host), "")
    return one_line(own or (pieces[0] if pieces else ""), MAX_TITLE_CHARACTERS)

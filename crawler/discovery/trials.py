"""What came of trying one list of articles: how many, how new, how often, or why it is none.

Reads with the crawl's own readers. Values in, values out; `finder` fetches.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from math import ceil
from statistics import median
from zoneinfo import ZoneInfo

from crawler.dates import parse_date
from crawler.discovery.page_hints import fetchable
from crawler.errors import CrawlError
from crawler.guard import refusal_of_url
from crawler.listing import (
    Entry,
    read_feed,
    read_links,
    read_sitemap,
    read_wordpress,
)
from crawler.source_file import host_of

MIN_OWN_SHARE = 0.5  # of the entries, on the source's own hosts: the crawl refuses the others
COUNTED_SHARE = 0.75  # of the dated entries, the newest: one pinned for a year says nothing of the pace
FUTURE = timedelta(minutes=15)  # clocks differ by less
_COMMENT_PATH = re.compile(
    r"/comments?(?:/|$)|/komentar(?:/|$)|/feeds/\d+/comments|[?&]feed=comments|/comments/default"
)
_COMMENT_TITLE = re.compile(r"^\s*(?:comment|komentar)s?\s+(?:on|pada|di|untuk)\b|^\s*(?:by|oleh)\s*:", re.I)
_SECTION_PATH = re.compile(
    r"/(?:category|kategori|kanal|rubrik|tag|tags|topik|topic|author|penulis|label|search)/|/-/|[?&](?:cat|tag)="
)


class How(StrEnum):
    FEED = "feed"
    WORDPRESS = "wordpress"
    SITEMAP = "sitemap"
    INDEX = "index"
    POSTS = "posts"


@dataclass(frozen=True, slots=True)
class Trial:
    """One list as tried; `problem` is '' when it can be used."""

    how: How
    url: str
    problem: str = ""
    entries: int = 0
    newest: datetime | None = None
    oldest: datetime | None = None
    per_day: float | None = None  # by the list's own dates; None where they do not tell
    summary_characters: int = 0  # median of the entries' texts
    selector: str = ""  # of an index
    articles: tuple[Entry, ...] = field(default=(), repr=False)
    deeper: tuple[str, ...] = ()  # a sitemap's sitemaps
    elsewhere: bool = False  # its entries lie on another site

    @property
    def usable(self) -> bool:
        return not self.problem


def is_comments(url: str, title: str = "") -> bool:
    """Whether a feed is one of comments, by its address or the title of its link."""
    return bool(_COMMENT_PATH.search(url.lower())) or bool(
        re.search(r"\b(?:comments|komentar)\b", title, re.I)
    )


def is_section(url: str) -> bool:
    """Whether a feed is that of a category, tag, label or author, by its address."""
    return bool(_SECTION_PATH.search(url.lower()))


def try_feed(body: bytes, url: str, zone: ZoneInfo, hosts: frozenset[str], loopback: bool) -> Trial:
    try:
        entries = read_feed(body, url, zone)
    except CrawlError:
        return Trial(How.FEED, url, "not a feed")
    titled = [entry for entry in entries if entry.title]
    if entries and sum(bool(_COMMENT_TITLE.match(e.title)) for e in titled) > len(entries) / 2:
        return Trial(How.FEED, url, "a feed of comments", len(entries))
    return _listed(How.FEED, url, titled, hosts, loopback)


def try_wordpress(body: bytes, url: str, base: str, zone: ZoneInfo, loopback: bool) -> Trial:
    """`url` is what was asked, `base` the address that a source file names."""
    try:
        entries = read_wordpress(body, url, zone)
    except CrawlError:
        return Trial(How.WORDPRESS, base, "not an answer of the WordPress API")
    hosts = frozenset({host_of(base)})
    return _listed(How.WORDPRESS, base, entries, hosts, loopback)


def try_sitemap(body: bytes, url: str, zone: ZoneInfo, hosts: frozenset[str], loopback: bool) -> Trial:
    """Return a sitemap's articles; an index has none of its own but `deeper` ones."""
    try:
        page = read_sitemap(body, url, zone)
    except CrawlError:
        return Trial(How.SITEMAP, url, "not a sitemap")
    if page.sitemaps:
        deeper = tuple(filter(None, map(fetchable, page.sitemaps)))
        allowed = tuple(u for u in deeper if not refusal_of_url(u, hosts, loopback))
        if not allowed:
            return Trial(How.SITEMAP, url, "its sitemaps are those of another site")
        return Trial(How.SITEMAP, url, "none of its sitemaps could be read", deeper=allowed)
    moments = [e.published_at or parse_date(e.stamp, zone) for e in page.articles]
    return _listed(How.SITEMAP, url, page.articles, hosts, loopback, [m for m in moments if m])


def try_index(body: bytes, url: str, encoding: str | None, selector: str, loopback: bool) -> Trial:
    try:
        entries = read_links(body, url, encoding, selector)
    except CrawlError:
        return Trial(How.INDEX, url, "not a page")
    trial = _listed(How.INDEX, url, entries, frozenset({host_of(url)}), loopback)
    return Trial(How.INDEX, url, trial.problem, trial.entries, selector=selector, articles=trial.articles)


def pace(moments: Iterable[datetime]) -> tuple[datetime | None, datetime | None, float | None]:
    """Return the newest and oldest of the moments, and how many a day there are among the newest."""
    ordered = sorted(moments, reverse=True)
    if not ordered:
        return None, None, None
    counted = ordered[: max(2, ceil(len(ordered) * COUNTED_SHARE))]
    days = (counted[0] - counted[-1]) / timedelta(days=1)
    return ordered[0], ordered[-1], (len(counted) - 1) / days if days > 0 else None


def best(trials: Sequence[Trial]) -> Trial | None:
    """Return the list to propose: of those as new as the newest, within a day, the one with most a day.

    Then the one with most entries, then with the longest texts, then the first.
    """
    usable = [trial for trial in trials if trial.usable]
    dated = [trial.newest for trial in usable if trial.newest]
    fresh = max(dated) - timedelta(days=1) if dated else None
    return max(
        usable,
        key=lambda t: (
            fresh is None or (t.newest is not None and t.newest >= fresh),
            t.newest is not None,
            round(t.per_day or 0.0, 3),
            t.entries,
            t.summary_characters,
        ),
        default=None,
    )


def _listed(
    how: How,
    url: str,
    entries: Sequence[Entry],
    hosts: frozenset[str],
    loopback: bool,
    moments: Sequence[datetime] | None = None,
) -> Trial:
    if not entries:
        return Trial(how, url, "empty")
    own = [entry for entry in entries if not refusal_of_url(entry.url, hosts, loopback)]
    if len(own) < MIN_OWN_SHARE * len(entries):
        others = sorted({host_of(entry.url) for entry in entries})[:3]
        return Trial(how, url, f"lists another site: {', '.join(others)}", len(entries), elsewhere=True)
    dates = [e.published_at for e in own if e.published_at] if moments is None else moments
    newest, oldest, per_day = pace(dates)
    return Trial(
        how,
        url,
        entries=len(own),
        newest=newest,
        oldest=oldest,
        per_day=per_day,
        summary_characters=int(median(len(entry.text) for entry in own)),
        articles=tuple(own[:10]),
    )

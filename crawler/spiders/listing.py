"""Working through a source's lists: WordPress REST, feeds, sitemaps, index pages; and looking again.

Subclasses say what to do with a listed article and with a fetched page. Every list is bounded, every
address is read once, and again only when its list says that it changed or by the ledger's plan. A
WordPress API that is closed (401, 403, 404) falls through to the feed.
"""

from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode

from scrapy import Request
from scrapy.http import Response
from twisted.python.failure import Failure

from crawler.context import Found
from crawler.errors import CrawlError
from crawler.guard import refusal_of_url
from crawler.listing import Entry, read_feed, read_links, read_sitemap, read_wordpress
from crawler.middlewares import ARTICLE, Refused
from crawler.pace import Left, Stopping
from crawler.part_address import first_address
from crawler.spiders.base import SourceSpider, declared_encoding
from crawler.spiders.looking import Looks
from kentongan.collecting import DuePage, PageSeen

MAX_SITEMAPS = 5  # newest of an index
MAX_LOOKS = 50  # pages looked at again in one crawl: four minutes at the usual pause
WORDPRESS_PAGE_SIZE = 50
MAX_WORDPRESS_PAGES = 6
CLOSED = (400, 401, 403, 404, 410, 501)
BAD_REQUEST = 400  # WordPress: no such page of the list, or a parameter it does not know
OVERLAP = timedelta(days=1)  # clocks differ, and one crawl may have been cut short
_WORDPRESS_FIELDS = "id,link,date,date_gmt,modified_gmt,title,content,categories,_links,_embedded"

Output = Iterator[Request | Found]


class ListingSpider(SourceSpider):
    """Lists articles in whatever ways the source names, each article once."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._listed: set[str] = set()
        self._taken = 0
        self._looks = Looks(self.context)

    async def start(self) -> AsyncIterator[Request]:
        source = self.context.source
        if source.wordpress:
            yield self._wordpress_page(1, self.context.since)
        for url in source.feeds:
            yield Request(url, self.parse_feed, errback=self.failed)
        for url in source.sitemaps:
            yield Request(url, self.parse_sitemap, errback=self.failed)
        for url in source.index.urls if source.index else ():
            yield Request(url, self.parse_index, errback=self.failed)
        for page in () if source.feed_only else self._looks.due(MAX_LOOKS):
            yield self._article(page.url, self.parse_look, -2, page=page)

    def closed(self, reason: str) -> None:
        super().closed(reason)
        self._looks.settle()

    def listed(self, entry: Entry, response: Response) -> Output:
        """Yield what follows from one listed article: by default a request for its page."""
        yield self._article(entry.url, self.parse_page, -1, entry=entry)

    def _article(self, url: str, callback: Any, priority: int, **kwargs: object) -> Request:
        return Request(
            url,
            callback,
            errback=self.unanswered,
            cb_kwargs=kwargs,
            meta={ARTICLE: True},
            priority=priority,
        )

    def parse_page(self, response: Response, entry: Entry, look: DuePage | None = None) -> Output:
        raise NotImplementedError

    def parse_look(self, response: Response, page: DuePage) -> Output:
        """Read a page that was read before: what it says now, or only that it is still there."""
        if self._looks.is_elsewhere(page, response):
            return
        if page.from_list:
            self.context.sink.pages.mark(
                self.context.source.name,
                PageSeen(page.url, datetime.now(UTC), again=True, from_list=True),
            )
        else:
            yield from self.parse_page(response, Entry(page.url), look=page)

    def unanswered(self, failure: Failure) -> None:
        """Tell of an article page without an answer, and see to it that it is asked for again."""
        self.failed(failure)
        asked = not isinstance(failure.value, Left | Stopping)
        if asked and not isinstance(failure.value, Refused):
            self._looks.missed(failure)
        else:  # robots.txt may change its mind, and a host that wants time is asked later
            self.waiting(str(failure.request.meta.get("redirect_urls", [failure.request.url])[0]), asked)  # type: ignore[attr-defined]

    def waiting(self, url: str, asked: bool) -> None:
        """Note an article that was not read though it is listed: it is due again by itself."""
        self.context.sink.pages.mark_unanswered(self.context.source.name, url, datetime.now(UTC), asked=asked)

    def seen(self, entry: Entry) -> PageSeen:
        """Return what the ledger is to know of an article that was read."""
        return PageSeen(
            entry.url,
            datetime.now(UTC),
            stamp=self.stamp_of(entry),
            again=not self.context.source.feed_only,
            from_list=entry.whole or self.context.source.feed_only,
        )

    def stamp_of(self, entry: Entry) -> str:
        """Return what tells that an entry says something new; '' where the list does not say.

        What a feed alone is read for is in the feed: all of it is its stamp.
        """
        if not self.context.source.feed_only:
            return entry.stamp
        return sha256(f"{entry.title}\n{entry.text}".encode(errors="replace")).hexdigest()[:32]

    def _each(self, entries: Sequence[Entry], response: Response) -> Output:
        context, fresh = self.context, dict[str, Entry]()
        for listed in entries:
            entry = replace(listed, url=first_address(listed.url) or listed.url)
            if entry.url in self._listed:
                continue
            self._listed.add(entry.url)
            refusal = refusal_of_url(entry.url, context.source.hosts, context.allow_loopback)
            if refusal:
                context.trouble(entry.url, f"listed but refused: {refusal}")
            else:
                fresh[entry.url] = entry
        stamps = {url: self.stamp_of(entry) for url, entry in fresh.items()}
        for url in context.sink.pages.unread(stamps, from_list=context.source.feed_only):
            if self._taken >= context.source.max_articles:
                context.tally.lists_cut += 1
                return
            self._taken += 1
            yield from self.listed(fresh[url], response)

    def parse_feed(self, response: Response) -> Output:
        entries = read_feed(response.body, response.url, self.context.time_zone)
        self.context.tally.count_list(entry.published_at for entry in entries)
        yield from self._each(entries, response)

    def parse_index(self, response: Response) -> Output:
        index = self.context.source.index
        assert index is not None
        entries = read_links(response.body, response.url, declared_encoding(response), index.links)
        if not entries:
            raise CrawlError(f"{response.url}: no link matches {index.links!r}")
        self.context.tally.count_list(entry.published_at for entry in entries)
        yield from self._each(entries, response)

    def parse_sitemap(self, response: Response) -> Output:
        context = self.context
        page = read_sitemap(response.body, response.url, context.time_zone, context.source.max_articles)
        context.tally.count_list(entry.published_at for entry in page.articles)
        if response.meta["depth"] < 2:
            for url in page.sitemaps[:MAX_SITEMAPS]:
                yield Request(url, self.parse_sitemap, errback=self.failed)
        yield from self._each(page.articles, response)

    def _wordpress_page(self, number: int, since: datetime | None, newest: bool = False) -> Request:
        """Ask for one page of posts: those changed since the last crawl, or the newest, or the one newest."""
        asked: dict[str, object] = {
            "per_page": 1 if newest else WORDPRESS_PAGE_SIZE,
            "page": number,
            "_embed": "author,wp:term",
            "_fields": _WORDPRESS_FIELDS,
        }
        if since is not None:
            asked["orderby"] = "modified"
            asked["modified_after"] = (since - OVERLAP).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        base = self.context.source.wordpress.rstrip("/")
        return Request(
            f"{base}/wp-json/wp/v2/posts?{urlencode(asked)}",
            self.parse_wordpress,
            errback=self.failed,
            cb_kwargs={"number": number, "since": since, "newest": newest},
            meta={"handle_httpstatus_list": CLOSED, "expected_statuses": CLOSED},
        )

    def parse_wordpress(
        self, response: Response, number: int, since: datetime | None, newest: bool = False
    ) -> Output:
        if response.status in CLOSED:
            yield from self._closed_wordpress(response, number, since)
            return
        try:
            entries = read_wordpress(response.body, response.url, self.context.time_zone)
        except CrawlError:
            yield from self._wordpress_feed(response, number)
            return
        if since is None:
            self.context.tally.count_list(entry.published_at for entry in entries)
        elif number == 1:  # what changed may be nothing, or old: how fresh the site is, its newest post tells
            yield self._wordpress_page(1, None, newest=True)
        yield from self._each([entry for entry in entries if entry.text], response)
        pages = response.headers.get(b"X-WP-TotalPages") or b"1"
        total = int(pages) if pages.isdigit() else 1
        if newest:
            return
        if entries and number < min(total, MAX_WORDPRESS_PAGES):
            yield self._wordpress_page(number + 1, since)
        elif entries and since is not None and total > number:
            self.context.tally.lists_cut += 1
            self.context.trouble(
                response.url, f"{total} pages of changed posts: only {number} are read", response.status
            )

    def _closed_wordpress(self, response: Response, number: int, since: datetime | None) -> Output:
        if response.status == BAD_REQUEST and number == 1 and since is not None:
            yield self._wordpress_page(1, None)  # older than 5.7: it does not know modified_after
        elif response.status != BAD_REQUEST or number == 1:  # 400 on a later page is the end of the list
            yield from self._wordpress_feed(response, number)

    def _wordpress_feed(self, response: Response, number: int) -> Output:
        """The way round a closed API: the feed that every WordPress has, unless one is named already."""
        if number > 1:
            self.context.tally.lists_cut += 1
            self.context.trouble(response.url, "the WordPress API stopped answering", response.status)
        elif not self.context.source.feeds:
            feed = f"{self.context.source.wordpress.rstrip('/')}/feed/"
            yield Request(feed, self.parse_feed, errback=self.failed)

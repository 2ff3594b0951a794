"""Working through a source's lists: WordPress REST, feeds, sitemaps, index pages.

Subclasses say what to do with a listed article and with a fetched page. Every list is
bounded; a WordPress API that is closed (401, 403, 404) falls through to the feed.
"""

from collections.abc import AsyncIterator, Iterator
from typing import Any
from urllib.parse import urlencode

from scrapy import Request
from scrapy.http import Response

from crawler.context import Found
from crawler.errors import CrawlError
from crawler.guard import refusal_of_url
from crawler.listing import Entry, read_feed, read_links, read_sitemap, read_wordpress
from crawler.middlewares import ARTICLE
from crawler.spiders.base import SourceSpider, declared_encoding

MAX_ARTICLES = 300  # of one source in one crawl
MAX_SITEMAPS = 5  # newest of an index
WORDPRESS_PAGE_SIZE = 50
MAX_WORDPRESS_PAGES = 6
CLOSED = (400, 401, 403, 404, 410, 501)
_WORDPRESS_FIELDS = "id,link,date,date_gmt,title,content,_links,_embedded"

Output = Iterator[Request | Found]


class ListingSpider(SourceSpider):
    """Lists articles in whatever ways the source names, each article once."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._listed: set[str] = set()

    async def start(self) -> AsyncIterator[Request]:
        source = self.context.source
        if source.wordpress:
            yield self._wordpress_page(1)
        for url in source.feeds:
            yield Request(url, self.parse_feed, errback=self.failed)
        for url in source.sitemaps:
            yield Request(url, self.parse_sitemap, errback=self.failed)
        for url in source.index.urls if source.index else ():
            yield Request(url, self.parse_index, errback=self.failed)

    def listed(self, entry: Entry, response: Response) -> Output:
        """Yield what follows from one listed article: by default a request for its page."""
        yield Request(
            entry.url,
            self.parse_page,
            errback=self.failed,
            cb_kwargs={"entry": entry},
            meta={ARTICLE: True},
            priority=-1,
        )

    def parse_page(self, response: Response, entry: Entry) -> Output:
        raise NotImplementedError

    def _each(self, entries: list[Entry] | tuple[Entry, ...], response: Response) -> Output:
        context = self.context
        for entry in entries:
            refusal = refusal_of_url(entry.url, context.source.hosts, context.allow_loopback)
            if entry.url in self._listed or len(self._listed) >= MAX_ARTICLES:
                continue
            self._listed.add(entry.url)
            if refusal:
                context.trouble(entry.url, f"listed but refused: {refusal}")
            else:
                yield from self.listed(entry, response)

    def parse_feed(self, response: Response) -> Output:
        yield from self._each(read_feed(response.body, response.url, self.context.time_zone), response)

    def parse_index(self, response: Response) -> Output:
        index = self.context.source.index
        assert index is not None
        entries = read_links(response.body, response.url, declared_encoding(response), index.links)
        if not entries:
            raise CrawlError(f"{response.url}: no link matches {index.links!r}")
        yield from self._each(entries, response)

    def parse_sitemap(self, response: Response) -> Output:
        page = read_sitemap(response.body, response.url, self.context.time_zone)
        if response.meta["depth"] < 2:
            for url in page.sitemaps[:MAX_SITEMAPS]:
                yield Request(url, self.parse_sitemap, errback=self.failed)
        yield from self._each(page.articles, response)

    def _wordpress_page(self, number: int) -> Request:
        query = urlencode(
            {
                "per_page": WORDPRESS_PAGE_SIZE,
                "page": number,
                "_embed": "author",
                "_fields": _WORDPRESS_FIELDS,
            }
        )
        base = self.context.source.wordpress.rstrip("/")
        return Request(
            f"{base}/wp-json/wp/v2/posts?{query}",
            self.parse_wordpress,
            errback=self.failed,
            cb_kwargs={"number": number},
            meta={"handle_httpstatus_list": CLOSED, "expected_statuses": CLOSED},
        )

    def parse_wordpress(self, response: Response, number: int) -> Output:
        if response.status in CLOSED:
            yield from self._wordpress_feed(number)
            return
        try:
            entries = read_wordpress(response.body, response.url, self.context.time_zone)
        except CrawlError:
            yield from self._wordpress_feed(number)
            return
        yield from self._each([e for e in entries if e.text], response)
        pages = response.headers.get(b"X-WP-TotalPages") or b"1"
        total = int(pages) if pages.isdigit() else 1
        if entries and number < min(total, MAX_WORDPRESS_PAGES):
            yield self._wordpress_page(number + 1)

    def _wordpress_feed(self, number: int) -> Output:
        """The way round a closed API: the feed that every WordPress has, unless one is named already."""
        if number == 1 and not self.context.source.feeds:
            yield Request(
                f"{self.context.source.wordpress.rstrip('/')}/feed/", self.parse_feed, errback=self.failed
            )

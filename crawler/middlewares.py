"""Between the spiders and the network: the guard and the diary of fetches.

Order (settings.py): `Guard` sees every request first, redirects included; `robots` next; `Diary`
near the end, beyond the cache; `pace` last, so that a request that has its turn goes out at once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scrapy import signals
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Request, Response

from crawler.context import CrawlContext
from crawler.guard import refusal_of_url
from crawler.source_file import host_of

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

ARTICLE = "article"  # in a request's meta: it is for a page, not for a list
ROBOTS = "robots"  # in a request's meta: it is for robots.txt


def context_of(crawler: Crawler) -> CrawlContext:
    """Return what `run` gave this crawl."""
    context = getattr(crawler.spider, "context", None)
    assert isinstance(context, CrawlContext)
    return context


class Refused(IgnoreRequest):
    """We do not fetch this; a row says why already."""


def tell(context: CrawlContext, url: str, exception: BaseException) -> None:
    """Record what became of a request that got no answer, once however many hear of it."""
    if isinstance(exception, Refused) or getattr(exception, "told", False):
        return
    exception.told = True  # type: ignore[attr-defined]
    context.trouble(url, f"{type(exception).__name__}: {exception}")


class Guard:
    """Refuses what `guard` refuses, and puts each host (with its port) in a slot of its own."""

    def __init__(self, crawler: Crawler) -> None:
        self._context = context_of(crawler)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Guard:
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        context = self._context
        refusal = refusal_of_url(request.url, context.source.hosts, context.allow_loopback)
        came_by = request.meta.get("redirect_urls", ())
        if came_by and came_by[-1].startswith("https:") and request.url.startswith("http:"):
            refusal = refusal or "redirected from https to http"  # anyone on the way could have written it
        if refusal:
            context.trouble(request.url, f"refused: {refusal}")
            raise Refused(refusal)
        request.meta["download_slot"] = host_of(request.url)


class Diary:
    """Writes a row for every failure, and for every answer to a list or robots.txt.

    Articles that answered have no row of their own: their items say when they were seen.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._context = context_of(crawler)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Diary:
        diary = cls(crawler)
        crawler.signals.connect(diary.dropped, signal=signals.request_dropped)
        return diary

    def dropped(self, request: Request) -> None:
        """Tell of redirects that go round: the scheduler drops what it has seen without a word."""
        came_by = request.meta.get("redirect_urls", ())
        if request.url in came_by:
            self._context.trouble(came_by[0], "redirected round in a circle")

    def process_response(self, request: Request, response: Response) -> Response:
        expected = request.meta.get("expected_statuses", ())
        if response.status >= 400 and response.status not in expected and not request.meta.get(ROBOTS):
            self._context.trouble(request.url, f"HTTP {response.status}", response.status)
        elif not request.meta.get(ARTICLE):
            self._context.fetched(request.url, response.status)
        return response

    def process_exception(self, request: Request, exception: Exception) -> None:
        tell(self._context, request.url, exception)


class SpiderErrors:
    """Turns an error inside a spider's reading of one page into a row; the other pages go on."""

    def __init__(self, crawler: Crawler) -> None:
        self._context = context_of(crawler)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> SpiderErrors:
        return cls(crawler)

    def process_spider_exception(self, response: Response, exception: Exception) -> list[Any] | None:
        if response.request is None or not response.request.meta.get(ARTICLE):
            self._context.tally.lists_failed += 1
        self._context.trouble(response.url, f"{type(exception).__name__}: {exception}", response.status)
        return []

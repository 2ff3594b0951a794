"""Between the spiders and the network: the guard, robots.txt, the diary of fetches.

Order (settings.py): `Guard` sees every request first, redirects included; `ClosedRobots`
next; `Diary` last, where only real answers of the network pass.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Request, Response
from scrapy.utils.misc import build_from_crawler

from crawler.context import CrawlContext
from crawler.guard import refusal_of_url
from crawler.source_file import host_of

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

DENY_ALL = b"User-agent: *\nDisallow: /\n"
TOO_MANY_REQUESTS = 429
ARTICLE = "article"  # in a request's meta: it is for a page, not for a list


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
        if refusal:
            context.trouble(request.url, f"refused: {refusal}")
            raise Refused(refusal)
        request.meta["download_slot"] = host_of(request.url)


class ClosedRobots(RobotsTxtMiddleware):
    """robots.txt by RFC 9309: no file (4xx) allows all; unreachable (5xx, 429, no answer) allows nothing.

    Scrapy's own fails open. 429 counts as unreachable: a server that is out of breath has
    not said yes. Source: RFC 9309, 2.3.1.3 and 2.3.1.4.
    """

    async def _parse_robots(self, response: Response, netloc: str, request: Request) -> None:
        if response.status >= 500 or response.status == TOO_MANY_REQUESTS:
            response = response.replace(body=DENY_ALL)
            context_of(self.crawler).trouble(
                response.url, "robots.txt unreachable: nothing is fetched", response.status
            )
        elif response.status >= 400:
            response = response.replace(body=b"")
        elif response.status != 200:
            response = response.replace(body=DENY_ALL)
        await super()._parse_robots(response, netloc, request)

    def _robots_error(self, exc: Exception, netloc: str) -> None:
        context_of(self.crawler).trouble(
            f"robots.txt of {netloc}", f"robots.txt unreachable: nothing is fetched ({type(exc).__name__})"
        )
        waiting = self._parsers[netloc]
        parser = build_from_crawler(self._parserimpl, self.crawler, DENY_ALL)
        self._parsers[netloc] = parser
        waiting.callback(parser)  # type: ignore[union-attr]

    def process_request_2(self, rp: Any, request: Request) -> None:
        try:
            super().process_request_2(rp, request)
        except IgnoreRequest as exc:
            context_of(self.crawler).trouble(request.url, "refused: robots.txt does not allow it")
            raise Refused(str(exc)) from exc


class Diary:
    """Writes a row for every failure, and for every answer to a list or robots.txt.

    Articles that answered have no row of their own: their items say when they were seen.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._context = context_of(crawler)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Diary:
        return cls(crawler)

    def process_response(self, request: Request, response: Response) -> Response:
        expected = request.meta.get("expected_statuses", ())
        is_robots = request.url.endswith("/robots.txt")
        if response.status >= 400 and response.status not in expected and not is_robots:
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
        self._context.trouble(response.url, f"{type(exception).__name__}: {exception}", response.status)
        return []

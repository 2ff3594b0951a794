"""What every spider does: remember its source, tell what a response was, send products on."""

from collections.abc import AsyncIterator
from typing import Any

from scrapy import Request, Spider
from scrapy.http import Response, TextResponse
from scrapy.spidermiddlewares.httperror import HttpError
from twisted.python.failure import Failure

from crawler.context import CrawlContext, Found, captured
from crawler.middlewares import ARTICLE, tell
from kentongan.collecting import PageSeen
from kentongan.domain import NewFactCheck, NewItem


class SourceSpider(Spider):
    """A spider over one source. `context` is given by `crawler.run`."""

    name = "source"
    context: CrawlContext

    def __init__(self, context: CrawlContext, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.context = context

    def closed(self, reason: str) -> None:
        if reason == "shutdown":
            self.context.tally.stopped = True

    async def start(self) -> AsyncIterator[Request]:
        raise NotImplementedError
        yield  # pragma: no cover

    def failed(self, failure: Failure) -> None:
        """Record a request that came to nothing above the network: too large, too many redirects."""
        request: Request = failure.request  # type: ignore[attr-defined]
        problem = failure.value
        if not request.meta.get(ARTICLE):
            self.context.tally.lists_failed += 1
        if isinstance(problem, HttpError):
            status = problem.response.status
            if 300 <= status < 400:
                self.context.trouble(request.url, "redirected to where we do not go", status)
            elif status < 300:
                self.context.trouble(request.url, f"HTTP {status}: no status that there is")
            return  # other statuses are in the diary
        if problem is not None:
            tell(self.context, request.url, problem)

    def found(
        self,
        product: NewItem | NewFactCheck,
        response: Response,
        page: PageSeen | None = None,
        look: bool = False,
    ) -> Found:
        """Return the product with the response it was read from and what the ledger is to know."""
        return Found(product, captured(response), page, look)


def declared_encoding(response: Response) -> str | None:
    """Return the encoding that the server or the page declared, None when neither did."""
    return response._declared_encoding() if isinstance(response, TextResponse) else None

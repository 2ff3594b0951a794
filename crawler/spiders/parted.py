"""Reading the further parts of an article, one after another, before it becomes an item.

Owns: asking for the parts and what becomes of an article when one does not come. Leaves finding them to
`paging`, making one text of them to `joining`, and the item to the spider that derives from this.
"""

from dataclasses import dataclass, replace

from scrapy import Request
from scrapy.http import Response
from twisted.python.failure import Failure

from crawler.context import Captured, captured
from crawler.errors import CrawlError
from crawler.extract import Extracted, extract_page
from crawler.joining import join_parts
from crawler.listing import Entry
from crawler.middlewares import ARTICLE, Refused
from crawler.pace import Left, Stopping
from crawler.paging import further_parts
from crawler.part_address import first_address, place_of
from crawler.spiders.base import declared_encoding
from crawler.spiders.listing import ListingSpider, Output
from kentongan.collecting import DuePage


@dataclass(frozen=True, slots=True)
class Gathered:
    """What was read of one article so far, and what is still to be asked for."""

    entry: Entry
    look: DuePage | None
    first: str  # the address of its first part
    pages: tuple[Extracted, ...]  # in order; the whole takes the place of the second and all others
    answers: tuple[Captured, ...]  # the responses that they were read from
    waiting: tuple[str, ...] = ()
    spare: tuple[str, ...] = ()  # the parts, while the whole is waited for
    total: int = 1  # how many parts there are by what the pages show

    @property
    def complete(self) -> bool:
        return len(self.pages) >= self.total


class PartedSpider(ListingSpider):
    """Reads every part of an article in turn; a part that does not come ends the reading, not the article."""

    def joined(self, page: Extracted, article: Gathered) -> Output:
        """Yield what follows from an article that was read as far as it came."""
        raise NotImplementedError

    def in_parts(self, page: Extracted, response: Response, entry: Entry, look: DuePage | None) -> Output:
        """Yield the request for the next part of an article, or what follows from all of it."""
        first = first_address(response.url) or response.url
        parts = further_parts(response.body, response.url, declared_encoding(response), first=first)
        article = Gathered(
            entry,
            look,
            first,
            pages=(page,),
            answers=(captured(response),),
            waiting=(parts.whole,) if parts.whole else parts.rest,
            spare=parts.rest if parts.whole else (),
            total=max(1, parts.total),
        )
        yield from self._go_on(article, response.meta.get("depth", 0))

    def parse_part(self, response: Response, article: Gathered) -> Output:
        depth = response.meta.get("depth", 0)
        page = self._read_part(response, article)
        if page is None or not _adds(page, article):
            yield from self._without(article, depth)
            return
        read = replace(
            article,
            pages=(*article.pages, page),
            answers=(*article.answers, captured(response)),
            waiting=article.waiting[1:],
            spare=(),
        )
        if (place := place_of(article.waiting[0], article.first)) is not None and place.whole:
            read = replace(read, total=1)
        elif not read.waiting:
            parts = further_parts(
                response.body,
                response.url,
                declared_encoding(response),
                first=article.first,
                number=len(read.pages),
            )
            read = replace(read, waiting=parts.rest, total=max(read.total, parts.total))
        yield from self._go_on(read, depth)

    def part_failed(self, failure: Failure) -> Output:
        """Go on without a part that did not answer; one that we may not read is not missing."""
        self.failed(failure)
        request: Request = failure.request  # type: ignore[attr-defined]
        article: Gathered = request.cb_kwargs["article"]
        if isinstance(failure.value, Left | Stopping):
            self.waiting(article.entry.url, asked=False)  # it is begun again in another crawl
            return
        if isinstance(failure.value, Refused) and not article.spare:
            article = replace(article, total=len(article.pages))
        yield from self._without(article, request.meta.get("depth", 0))

    def _go_on(self, article: Gathered, depth: int) -> Output:
        limit = self.settings.getint("DEPTH_LIMIT")
        if article.waiting and not (limit and depth >= limit):
            yield Request(
                article.waiting[0],
                self.parse_part,
                errback=self.part_failed,
                cb_kwargs={"article": article},
                meta={ARTICLE: True},
                priority=1,  # what was begun is ended first
                dont_filter=True,  # a list may have named the part as an article of its own
            )
            return
        if not article.complete:
            told = f"{len(article.pages)} of {article.total} parts came"
            self.context.trouble(article.first, f"incomplete: {told}")
        yield from self.joined(join_parts(article.pages), article)

    def _without(self, article: Gathered, depth: int) -> Output:
        """Go on with the parts when the whole did not come, and end the reading when a part did not."""
        yield from self._go_on(replace(article, waiting=article.spare, spare=()), depth)

    def _read_part(self, response: Response, article: Gathered) -> Extracted | None:
        if place_of(response.url, article.first) is None:
            self.context.trouble(response.url, f"a part of {article.first} led to another page")
            return None
        try:
            return extract_page(
                response.body,
                response.url,
                encoding=declared_encoding(response),
                time_zone=self.context.source.source.time_zone,
                selectors=self.context.source.selectors,
            )
        except CrawlError as exc:
            self.context.trouble(response.url, str(exc), response.status)
            return None


def _adds(page: Extracted, article: Gathered) -> bool:
    """Whether a page says something that was not read yet: a site may answer every part with the first."""
    return len(join_parts((*article.pages, page)).text) > len(join_parts(article.pages).text)

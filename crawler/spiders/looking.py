"""Looking again at pages that were read: whether their source has taken them away.

404 and 410 say so, and a redirect to the front page; being unreachable, refused, slow or sent
elsewhere does not. A site that has lost most of what was looked at lately has changed
its addresses: that is told, and nothing of it counts as taken away.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from scrapy.http import Response
from scrapy.spidermiddlewares.httperror import HttpError
from twisted.python.failure import Failure

from crawler.context import CrawlContext, captured
from crawler.errors import CrawlError
from crawler.metadata import read_metadata
from crawler.page import decode, parse
from crawler.part_address import first_address, place_of
from crawler.spiders.base import declared_encoding
from crawler.urls import canonical_url
from kentongan.collecting import DuePage

NOT_FOUND, GONE, MOVED = 404, 410, 302
CONFIRM_AFTER = timedelta(hours=24)  # sites lose pages for an hour and find them again
LATELY = timedelta(days=7)  # small outlets have a look or two in one crawl
LEAST_LOOKS = 3  # fewer say nothing about a site
MOST_MISSED = 0.5  # of the looks: above, it is the site that changed and not the articles


@dataclass(slots=True)
class Looks:
    """The looks of one crawl; what was missed is settled at its end."""

    context: CrawlContext
    _due: dict[str, DuePage] = field(default_factory=dict)
    _missed: dict[str, Response] = field(default_factory=dict)

    def due(self, limit: int) -> Sequence[DuePage]:
        """Return what is to be looked at in this crawl."""
        pages = self.context.sink.pages.due(self.context.source.name, datetime.now(UTC), limit)
        self._due = {page.url: page for page in pages}
        return pages

    def is_elsewhere(self, page: DuePage, response: Response) -> bool:
        """Tell whether a redirect led to something else than what was read at the address."""
        request = response.request
        if request is None or not request.meta.get("redirect_urls"):
            return False
        if not urlsplit(response.url).path.strip("/") and urlsplit(page.url).path.strip("/"):
            self._missed[page.url] = response
        elif _is_article(page, response):
            return False
        else:  # a new address of it, or of something else: neither a revision nor taken away
            self.context.sink.pages.mark_unanswered(self.context.source.name, page.url, datetime.now(UTC))
        return True

    def missed(self, failure: Failure) -> None:
        """Note what an unanswered page means: taken away, or to be asked for again."""
        url = str(failure.request.meta.get("redirect_urls", [failure.request.url])[0])  # type: ignore[attr-defined]
        answer = failure.value.response if isinstance(failure.value, HttpError) else None
        if answer is not None and answer.status in (NOT_FOUND, GONE) and url in self._due:
            self._missed[url] = answer
        else:
            self.context.sink.pages.mark_unanswered(self.context.source.name, url, datetime.now(UTC))

    def settle(self) -> None:
        """Tell the record what was missed, unless it is too much to be true."""
        if not self._missed:
            return
        now, ledger, source = datetime.now(UTC), self.context.sink.pages, self.context.source
        looked, missed = ledger.looked_at(source.name, now - LATELY, list(self._missed))
        looked, missed = looked + len(self._missed), missed + len(self._missed)
        if looked >= LEAST_LOOKS and missed > MOST_MISSED * looked:
            self.context.trouble(
                source.source.home,
                f"{missed} of {looked} articles looked at again lately are not there: "
                "the site's addresses seem to have changed, nothing counts as taken away",
            )
            for url in self._missed:
                ledger.mark_unanswered(source.name, url, now)
            return
        for url, response in self._missed.items():
            kept = captured(response)
            evidence = self.context.evidence.keep(kept.url, kept.status, kept.headers, kept.payload, now)
            status = response.status if response.status in (NOT_FOUND, GONE) else MOVED
            after = timedelta(0) if status == GONE else CONFIRM_AFTER
            self.context.tally.gone += ledger.mark_missed(url, status, now, after, evidence)


def _is_article(page: DuePage, response: Response) -> bool:
    """Whether a page that we were sent to is what was read before, by the address that it gives itself."""
    try:
        said = read_metadata(parse(decode(response.body, declared_encoding(response))))
    except CrawlError:
        return False
    here = first_address(canonical_url(said.canonical, response.url))
    known = (page.item_url or page.url, page.url)
    return any(place_of(here, first_address(url)) is not None for url in known)

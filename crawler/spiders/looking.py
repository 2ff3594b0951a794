"""Looking again at pages that were read: whether their source has taken them away.

404 and 410 and a redirect to the front page say so; being unreachable, refused or slow does not. A
site that answers 404 to most of what we ask has changed its addresses: that is told, and nothing of
it counts as taken away.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from scrapy.http import Response
from scrapy.spidermiddlewares.httperror import HttpError
from twisted.python.failure import Failure

from crawler.context import CrawlContext, captured
from kentongan.collecting import DuePage

NOT_FOUND, GONE = 404, 410
CONFIRM_AFTER = timedelta(hours=24)  # sites lose pages for an hour and find them again
LEAST_LOOKS = 6  # fewer say nothing about a site
MOST_MISSED = 0.5  # of the looks: above, it is the site that changed and not the articles


@dataclass(slots=True)
class Looks:
    """The looks of one crawl; what was missed is settled at its end."""

    context: CrawlContext
    _due: set[str] = field(default_factory=set)
    _missed: dict[str, Response] = field(default_factory=dict)
    _elsewhere: set[str] = field(default_factory=set)  # sent to the front page

    def due(self, limit: int) -> Sequence[DuePage]:
        """Return what is to be looked at in this crawl."""
        pages = self.context.sink.pages.due(self.context.source.name, datetime.now(UTC), limit)
        self._due = {page.url for page in pages}
        return pages

    def is_gone(self, page: DuePage, response: Response) -> bool:
        """Tell whether an answer is not the page that was asked for but the site's front page."""
        if urlsplit(response.url).path.strip("/") or not urlsplit(page.url).path.strip("/"):
            return False
        self._missed[page.url] = response
        self._elsewhere.add(page.url)
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
        now, ledger = datetime.now(UTC), self.context.sink.pages
        if len(self._due) >= LEAST_LOOKS and len(self._missed) > MOST_MISSED * len(self._due):
            self.context.trouble(
                self.context.source.source.home,
                f"{len(self._missed)} of {len(self._due)} articles looked at again are not there: "
                "the site's addresses seem to have changed, nothing counts as taken away",
            )
            for url in self._missed:
                ledger.mark_unanswered(self.context.source.name, url, now)
            return
        for url, response in self._missed.items():
            at_once = response.status == GONE
            kept = captured(response)
            evidence = self.context.evidence.keep(kept.url, kept.status, kept.headers, kept.payload, now)
            status = 302 if url in self._elsewhere else response.status
            after = timedelta(0) if at_once else CONFIRM_AFTER
            self.context.tally.gone += ledger.mark_missed(url, status, now, after, evidence)

"""Fact-checkers: what their pages and lists state becomes checks in the record, never items.

How they are read is their shape's (`crawler.factchecks`). A page, feed or answer that lost its
shape is drift: a row, a count of its own in the report, never "no checks today".
"""

from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from scrapy import Request
from scrapy.http import Response

from crawler.errors import CrawlError, ShapeDrift
from crawler.factchecks.reading import Document, Outlet
from crawler.factchecks.shapes import SHAPES
from crawler.listing import Entry, read_feed, read_sitemap
from crawler.spiders.base import declared_encoding
from crawler.spiders.listing import ListingSpider, Output
from kentongan.collecting import DuePage, PageSeen
from kentongan.domain import NewFactCheck

MAX_TOLD_REFUSALS = 50  # of one list


@contextmanager
def _promised(url: str) -> Iterator[None]:
    """Turns a list that cannot be read into drift: a fact-checker's list promises checks."""
    try:
        yield
    except ShapeDrift:
        raise
    except CrawlError as exc:
        raise ShapeDrift(url, str(exc)) from exc


class FactCheckSpider(ListingSpider):
    """Reads published checks through whichever lists the source names, in the source's shape."""

    name = "factcheck"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        source = self.context.source
        self._shape = SHAPES[source.shape]
        self._outlet = Outlet(source.name, source.source.title, self.context.time_zone)

    async def start(self) -> AsyncIterator[Request]:
        async for request in super().start():
            yield self._ours(request)

    def _ours(self, request: Request) -> Request:
        return request.replace(headers=dict(self._shape.headers)) if self._shape.headers else request

    def _watched(self, output: Output) -> Output:
        """Yield what a reading yields; drift in it is counted on its way to its row."""
        try:
            for product in output:
                yield self._ours(product) if isinstance(product, Request) else product
        except ShapeDrift:
            self.context.tally.drift += 1
            raise

    def listed(self, entry: Entry, response: Response) -> Output:
        read = self._shape.read_entry
        if read is None:
            yield from super().listed(entry, response)
        else:
            yield self.found(read(entry, self._outlet), response, self.seen(entry))

    def _each(self, entries: Sequence[Entry], response: Response) -> Output:
        """As for all lists, but a post that is no check is a row and the others go on."""
        if self._shape.read_entry is None:
            yield from super()._each(entries, response)
            return
        for entry in entries:
            try:
                yield from super()._each([entry], response)
            except CrawlError as exc:
                self._refused(entry.url, exc)

    def _refused(self, url: str, exc: CrawlError) -> None:
        self.context.tally.drift += int(isinstance(exc, ShapeDrift))
        self.context.trouble(url, f"{type(exc).__name__}: {exc}")

    def seen(self, entry: Entry) -> PageSeen:
        """As for all lists, but a check that its list gives whole is not looked at again."""
        return replace(super().seen(entry), again=not entry.whole)

    def parse_page(self, response: Response, entry: Entry, look: DuePage | None = None) -> Output:
        self.context.tally.pages += 1
        try:
            yield from self._watched(self._read_page(response, entry))
        except CrawlError:
            self.context.tally.unread += 1
            self.waiting(entry.url, asked=True)
            raise

    def _read_page(self, response: Response, entry: Entry) -> Output:
        read = self._shape.read_page
        if read is None:
            raise CrawlError(f"{response.url}: {self.context.source.shape} has no pages")
        encoding = declared_encoding(response)
        document = Document(response.body, response.url, asked=entry.url, encoding=encoding, entry=entry)
        yield self.found(read(document, self._outlet), response, self.seen(entry))

    def parse_index(self, response: Response, number: int = 1) -> Output:
        yield from self._watched(self._read_index(response, number))

    def _read_index(self, response: Response, number: int) -> Output:
        read = self._shape.read_list
        if read is None:
            with _promised(response.url):
                yield from super().parse_index(response)
            return
        redirected = response.request.meta.get("redirect_urls", ()) if response.request else ()
        asked = redirected[0] if redirected else response.url
        document = Document(response.body, response.url, asked=asked, encoding=declared_encoding(response))
        reading = read(document, self._outlet)
        self.context.tally.count_list(
            [*(check.published_at for check in reading.checks), *(e.published_at for e in reading.entries)]
        )
        yield from self._checks(reading.checks, response)
        for refusal in reading.refused[:MAX_TOLD_REFUSALS]:
            self._refused(refusal.where, refusal.error)
        yield from self._each(reading.entries, response)
        if reading.next_url and number < self._shape.max_lists:
            yield Request(
                reading.next_url, self.parse_index, errback=self.failed, cb_kwargs={"number": number + 1}
            )

    def _checks(self, checks: Sequence[NewFactCheck], response: Response) -> Output:
        """Yield the checks of a list that say what the record does not have yet."""
        stamps = {check.url: _stamp(check) for check in checks}
        fresh = set(self.context.sink.pages.unread(stamps))
        for check in checks:
            if check.url in fresh:
                page = PageSeen(check.url, datetime.now(UTC), stamp=stamps[check.url], from_list=True)
                yield self.found(check, response, page)

    def parse_feed(self, response: Response) -> Output:
        yield from self._watched(self._read_feed(response))

    def _read_feed(self, response: Response) -> Output:
        with _promised(response.url):
            entries = read_feed(response.body, response.url, self.context.time_zone)
        if not entries:
            raise ShapeDrift(response.url, "no entry in the feed")
        self.context.tally.count_list(entry.published_at for entry in entries)
        yield from self._each(entries, response)

    def parse_sitemap(self, response: Response) -> Output:
        yield from self._watched(self._read_sitemap(response))

    def _read_sitemap(self, response: Response) -> Output:
        with _promised(response.url):
            page = read_sitemap(response.body, response.url, self.context.time_zone)
        if not page.articles and not page.sitemaps:
            raise ShapeDrift(response.url, "no address in the sitemap")
        yield from super().parse_sitemap(response)

    def parse_wordpress(
        self, response: Response, number: int, since: datetime | None, newest: bool = False
    ) -> Output:
        yield from self._watched(self._read_wordpress(response, number, since, newest))

    def _read_wordpress(
        self, response: Response, number: int, since: datetime | None, newest: bool
    ) -> Output:
        if number == 1 and since is None and response.status == 200 and response.body.strip() == b"[]":
            raise ShapeDrift(response.url, "no post in the answer")
        yield from super().parse_wordpress(response, number, since, newest)


def _stamp(check: NewFactCheck) -> str:
    said = (check.title, check.claim, check.verdict.value, check.verdict_text)
    return sha256("\n".join(said).encode(errors="replace")).hexdigest()[:32]

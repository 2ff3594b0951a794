"""Public posts of Mastodon, Bluesky, YouTube and Reddit: what was said, never a page about who said it.

How a site is asked and read is its shape's (`crawler.posts`). One request at a time, each after
the answer to the one before: what a site says about its limits holds for the very next request.
"""

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from scrapy import Request
from scrapy.http import Response
from scrapy.settings import BaseSettings
from twisted.python.failure import Failure

from crawler.context import Found
from crawler.errors import CrawlError
from crawler.language import guess_language
from crawler.posts.reading import Post, Reading
from crawler.posts.shapes import SHAPES
from crawler.spiders.base import SourceSpider
from kentongan.collecting import PageSeen
from kentongan.domain import NewItem, Platform
from kentongan.text import mask_personal


class PostSpider(SourceSpider):
    """Asks one site for each of the source's names, each a bounded number of pages back."""

    name = "posts"

    @classmethod
    def update_settings(cls, settings: BaseSettings) -> None:
        super().update_settings(settings)
        settings.set(
            "DEPTH_LIMIT", 0, priority="spider"
        )  # one after another is deep; names and pages bound it

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        place = self.context.source.posts
        assert place is not None
        self._place = place
        self._shape = SHAPES[place.site]
        self._names = iter(place.names)
        self._seen: set[str] = set()  # two tags, or two pages, give one post

    async def start(self) -> AsyncIterator[Request]:
        for request in self._next_name():
            yield request

    def _next_name(self) -> Iterator[Request]:
        name = next(self._names, None)
        if name is not None:
            yield self._page(name, "", 1)

    def _page(self, name: str, older: str, number: int) -> Request:
        statuses = list(self._shape.refusals)
        return Request(
            self._shape.page_url(self._place.at, name, older),
            self.parse_page,
            errback=self.passed_over,
            cb_kwargs={"name": name, "older": older, "number": number},
            meta={
                "dont_redirect": True,
                "dont_cache": self._shape.withholds,
                "handle_httpstatus_list": statuses,
                "expected_statuses": statuses,
            },
            dont_filter=True,
        )

    def passed_over(self, failure: Failure) -> Iterator[Request]:
        """Tell what became of a request without an answer, and go on with the next name."""
        self.failed(failure)
        yield from self._next_name()

    def parse_page(self, response: Response, name: str, older: str, number: int) -> Iterator[Request | Found]:
        refusal = self._shape.refusals.get(response.status)
        if refusal is not None:
            self.context.tally.lists_failed += 1
            self.context.trouble(response.url, f"HTTP {response.status}: {refusal.problem}", response.status)
            if not refusal.final:
                yield from self._next_name()
            return
        try:
            reading = self._shape.read(response.body, self._place.at)
        except CrawlError as exc:
            self.context.tally.lists_failed += 1
            self.context.trouble(response.url, f"{type(exc).__name__}: {exc}", response.status)
            yield from self._next_name()
            return
        yield from self._products(reading, response)
        if reading.older not in ("", older) and number < self._shape.max_pages:
            yield self._page(name, reading.older, number + 1)
        else:
            yield from self._next_name()

    def _products(self, reading: Reading, response: Response) -> Iterator[Found]:
        context = self.context
        context.tally.withheld += reading.withheld
        if reading.unread:
            context.trouble(response.url, f"posts that cannot be read: {reading.unread}", response.status)
        kept = response if reading.kept is None else response.replace(body=reading.kept)
        context.tally.count_list(post.published_at for post in reading.posts)
        items = {post.url: self._item(post) for post in reading.posts if post.url not in self._seen}
        self._seen.update(items)
        stamps = {url: _stamp(item) for url, item in items.items()}
        for url in context.sink.pages.unread(stamps):
            page = PageSeen(url, datetime.now(UTC), stamp=stamps[url], from_list=True)
            yield self.found(items[url], kept, page)

    def _item(self, post: Post) -> NewItem:
        return NewItem(
            source=self.context.source.name,
            platform=Platform.POST,
            text=mask_personal(post.text),
            url=post.url,
            title=mask_personal(post.title),
            author=self.context.author_of(post.handle, post.published_at),
            published_at=post.published_at,
            language=guess_language(post.text, post.language),
        )


def _stamp(item: NewItem) -> str:
    return sha256(f"{item.title}\n{item.text}".encode(errors="replace")).hexdigest()[:32]

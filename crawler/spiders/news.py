"""News outlets and government sites: articles become items.

A `feed-saja` source gives the title and summary of its feed and no page is fetched. A page
that asks not to be kept (`noindex`) is not (DOMAIN 7.2, R25).
"""

from scrapy.http import Response

from crawler.context import Found
from crawler.errors import CrawlError
from crawler.extract import Extracted, extract_page
from crawler.language import guess_language
from crawler.listing import Entry
from crawler.spiders.base import declared_encoding
from crawler.spiders.listing import Output
from crawler.spiders.parted import Gathered, PartedSpider
from kentongan.collecting import DuePage
from kentongan.domain import NewItem, Platform
from kentongan.text import mask_personal

MIN_ARTICLE_CHARACTERS = 80
ROBOTS_TAG = b"X-Robots-Tag"


class NewsSpider(PartedSpider):
    """Reads articles through whichever lists the source names."""

    name = "news"

    def listed(self, entry: Entry, response: Response) -> Output:
        if self.context.source.feed_only or entry.whole:
            if entry.title or entry.text:
                yield self.found(self._item(entry), response, self.seen(entry))
            return
        yield from super().listed(entry, response)

    def parse_page(self, response: Response, entry: Entry, look: DuePage | None = None) -> Output:
        try:
            page = extract_page(
                response.body,
                response.url,
                encoding=declared_encoding(response),
                time_zone=self.context.source.source.time_zone,
                selectors=self.context.source.selectors,
            )
        except CrawlError:
            self._unread(entry)
            raise
        if page.noindex or b"noindex" in (response.headers.get(ROBOTS_TAG) or b"").lower():
            self.context.tally.withheld += 1
            self.context.sink.pages.mark(self.context.source.name, self.seen(entry))
            return
        if len(page.text) < MIN_ARTICLE_CHARACTERS:
            self._unread(entry)
            raise CrawlError(f"{response.url}: no article found on the page")
        yield from self.in_parts(page, response, entry, look)

    def _unread(self, entry: Entry) -> None:
        self.context.tally.count_page(None)
        self.waiting(entry.url, asked=True)

    def joined(self, page: Extracted, article: Gathered) -> Output:
        entry, source = article.entry, self.context.source.name
        ledger = self.context.sink.pages
        if not article.complete and (article.look or ledger.known([entry.url])):
            self.waiting(entry.url, asked=True)  # what was read whole is not made shorter
            return
        if article.look and not page.title:  # its title is its list's, which is not at hand
            ledger.mark(source, self.seen(entry))
            return
        item = NewItem(
            source=source,
            platform=Platform.NEWS,
            text=page.text,
            url=page.url,
            title=page.title or entry.title,
            author=page.author or entry.author,
            published_at=page.published_at or entry.published_at,
            language=page.language,
            section=page.section,
            tags=page.tags,
        )
        self.context.tally.count_page(item)
        first, *further = article.answers
        yield Found(item, first, self.seen(entry), article.look is not None, tuple(further))

    def _item(self, entry: Entry) -> NewItem:
        text = entry.text or entry.title
        return NewItem(
            source=self.context.source.name,
            platform=Platform.NEWS,
            text=mask_personal(text),
            url=entry.url,
            title=mask_personal(entry.title),
            author=entry.author,
            published_at=entry.published_at,
            language=guess_language(text),
            section=entry.section,
            tags=entry.tags,
        )

"""News outlets and government sites: articles become items.

A `feed-saja` source gives the title and summary of its feed and no page is fetched. A page
that asks not to be kept (`noindex`) is not (DOMAIN 7.2, R25).
"""

from scrapy.http import Response

from crawler.errors import CrawlError
from crawler.extract import extract_page
from crawler.language import guess_language
from crawler.listing import Entry
from crawler.spiders.base import declared_encoding
from crawler.spiders.listing import ListingSpider, Output
from kentongan.domain import NewItem, Platform
from kentongan.text import mask_personal

MIN_ARTICLE_CHARACTERS = 80
ROBOTS_TAG = b"X-Robots-Tag"


class NewsSpider(ListingSpider):
    """Reads articles through whichever lists the source names."""

    name = "news"

    def listed(self, entry: Entry, response: Response) -> Output:
        from_wordpress = bool(entry.text) and "/wp-json/" in response.url
        if self.context.source.feed_only or from_wordpress:
            if entry.title or entry.text:
                yield self.found(self._item(entry), response)
            return
        yield from super().listed(entry, response)

    def parse_page(self, response: Response, entry: Entry) -> Output:
        page = extract_page(
            response.body,
            response.url,
            encoding=declared_encoding(response),
            time_zone=self.context.source.source.time_zone,
            selectors=self.context.source.selectors,
        )
        if page.noindex or b"noindex" in (response.headers.get(ROBOTS_TAG) or b"").lower():
            self.context.tally.withheld += 1
            return
        if len(page.text) < MIN_ARTICLE_CHARACTERS:
            raise CrawlError(f"{response.url}: no article found on the page")
        yield self.found(
            NewItem(
                source=self.context.source.name,
                platform=Platform.NEWS,
                text=mask_personal(page.text),
                url=page.url,
                title=mask_personal(page.title or entry.title),
                author=page.author or entry.author,
                published_at=page.published_at or entry.published_at,
                language=page.language,
            ),
            response,
        )

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
        )

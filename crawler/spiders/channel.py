"""Public channels as their preview pages show them to anyone (DOMAIN 4.5).

Posts only: no authors, no members, no counts. A channel that redirects away from its
preview is unavailable and is not worked round.
"""

from collections.abc import AsyncIterator, Iterator
from urllib.parse import urlencode, urljoin, urlsplit

from lxml.html import HtmlElement
from scrapy import Request
from scrapy.http import Response

from crawler.context import Found
from crawler.dates import parse_date
from crawler.errors import CrawlError
from crawler.guard import refusal_of_url
from crawler.language import guess_language
from crawler.page import block_text, decode, parse
from crawler.spiders.base import SourceSpider, declared_encoding
from crawler.urls import clean_url
from kentongan.domain import NewItem, Platform
from kentongan.text import clean, mask_personal

MAX_PAGES = 3  # the newest and two older ones
REDIRECTS = (301, 302, 303, 307, 308)


class ChannelSpider(SourceSpider):
    """Reads the posts of one public channel."""

    name = "channel"

    async def start(self) -> AsyncIterator[Request]:
        yield self._page(self.context.source.channel, 1)

    def _page(self, url: str, number: int) -> Request:
        return Request(
            url,
            self.parse_preview,
            errback=self.failed,
            cb_kwargs={"number": number},
            meta={"dont_redirect": True, "handle_httpstatus_list": REDIRECTS},
        )

    def parse_preview(self, response: Response, number: int) -> Iterator[Request | Found]:
        if response.status in REDIRECTS:
            raise CrawlError(f"{response.url}: the channel has no public preview (unavailable)")
        tree = parse(decode(response.body, declared_encoding(response)))
        messages = tree.cssselect("div.tgme_widget_message[data-post]")
        if not messages and number == 1:
            raise CrawlError(f"{response.url}: no posts on the preview page")
        for message in messages:
            item = self._item(message, response.url)
            if item is not None:
                yield self.found(item, response)
        before = next(
            (a.get("data-before") for a in tree.cssselect("a.tme_messages_more[data-before]")), None
        )
        if before and before.isdigit() and number < MAX_PAGES:
            yield self._page(f"{self.context.source.channel}?{urlencode({'before': before})}", number + 1)

    def _item(self, message: HtmlElement, page_url: str) -> NewItem | None:
        bodies = message.cssselect("div.tgme_widget_message_text")
        text = clean(block_text(bodies[-1])) if bodies else ""  # a reply quotes the other post first
        url = self._address(message, page_url)
        if not text or not url:
            return None
        stamps = message.cssselect("a.tgme_widget_message_date time[datetime]")
        stamp = stamps[0].get("datetime") if stamps else None
        return NewItem(
            source=self.context.source.name,
            platform=Platform.POST,
            text=mask_personal(text),
            url=url,
            published_at=parse_date(stamp, self.context.time_zone) if stamp else None,
            language=guess_language(text),
        )

    def _address(self, message: HtmlElement, page_url: str) -> str:
        """Return the post's own address, on the channel's host whatever the page claims."""
        links = message.cssselect("a.tgme_widget_message_date[href]")
        told = clean_url(links[0].get("href") or "", page_url) if links else ""
        context = self.context
        if told and not refusal_of_url(told, context.source.hosts, context.allow_loopback):
            return told
        post = urlsplit(message.get("data-post") or "").path.strip("/")
        return clean_url(urljoin(page_url, f"/{post}")) if post else ""

"""Public channels as their preview pages show them to anyone (DOMAIN 4.5).

Posts only: no authors and no members; of counts, how often a post was seen. A channel that
redirects away from its preview is unavailable and is not worked round.
"""

import math
import re
from collections.abc import AsyncIterator, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from hashlib import sha256
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
from kentongan.collecting import PageSeen
from kentongan.domain import NewItem, Platform
from kentongan.text import clean, mask_personal

MAX_PAGES = 3  # the newest and two older ones
MAX_NUMBERS = 500  # of posts from one end of a page to the other; more is no page of neighbours
CONFIRM_AFTER = timedelta(hours=1)  # missing twice so far apart is taken away: channels lose no posts
NOT_FOUND = 404
_VIEWS_STEP = 1.25  # views are told anew when they grow by a quarter
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
        posts = [item for message in messages if (item := self._item(message, response.url)) is not None]
        self.context.tally.count_list(item.published_at for item in posts)
        stamps = {item.url: _stamp(item) for item in posts}
        fresh = set(self.context.sink.pages.unread(stamps))
        for item in posts:
            if item.url in fresh:
                page = PageSeen(item.url, datetime.now(UTC), stamp=stamps[item.url], from_list=True)
                yield self.found(item, response, page, look=True)
        self._miss(posts, messages)
        if not fresh and self._read_before(posts):
            return
        before = next(
            (a.get("data-before") for a in tree.cssselect("a.tme_messages_more[data-before]")), None
        )
        if before and before.isdigit() and number < MAX_PAGES:
            yield self._page(f"{self.context.source.channel}?{urlencode({'before': before})}", number + 1)

    def _read_before(self, posts: Sequence[NewItem]) -> bool:
        """Tell whether a whole crawl came after the oldest of these posts: then all before it was read."""
        since, dates = self.context.since, [item.published_at for item in posts if item.published_at]
        return since is not None and bool(dates) and min(dates) < since

    def _miss(self, posts: Sequence[NewItem], messages: Sequence[HtmlElement]) -> None:
        """Tell the record which posts that it has are not among their neighbours any more."""
        shown = {number for message in messages if (number := _number(message.get("data-post") or ""))}
        beginning = next((item.url.rpartition("/")[0] for item in posts if _number(item.url) in shown), "")
        if not beginning or max(shown) - min(shown) > MAX_NUMBERS:
            return
        between = [n for n in range(min(shown), max(shown)) if n not in shown]
        ledger, now = self.context.sink.pages, datetime.now(UTC)
        for url in ledger.known([f"{beginning}/{number}" for number in between]):
            self.context.tally.gone += ledger.mark_missed(url, NOT_FOUND, now, CONFIRM_AFTER)

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
            views=read_views(message),
            edited=is_edited(message),
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


_VIEWS = re.compile(r"(\d+(?:[.,]\d+)?)\s*([KM]?)", re.I)
_TIMES = {"": 1, "K": 1_000, "M": 1_000_000}


def read_views(message: HtmlElement) -> int | None:
    """Return how often a post was seen, as rounded as its channel shows it ("1.5K"); None if it does not."""
    shown = message.cssselect("span.tgme_widget_message_views")
    found = _VIEWS.fullmatch(shown[0].text_content().strip()) if shown else None
    return round(float(found[1].replace(",", ".")) * _TIMES[found[2].upper()]) if found else None


def is_edited(message: HtmlElement) -> bool:
    """Tell whether the channel marks a post as edited: a word before its date."""
    return any(
        (meta.text or "").strip().lower() in ("edited", "diedit")
        for meta in message.cssselect("span.tgme_widget_message_meta")
    )


def _number(post: str) -> int | None:
    """Return the number at the end of a post's address or name."""
    last = post.rpartition("/")[2]
    return int(last) if last.isascii() and last.isdigit() and len(last) < 12 else None


def _stamp(item: NewItem) -> str:
    """Return what changes when a post says something else, is marked as edited or is seen far more."""
    seen = -1 if item.views is None else round(math.log(item.views + 1, _VIEWS_STEP))
    return sha256(f"{item.edited} {seen} {item.text}".encode(errors="replace")).hexdigest()[:32]

"""What extraction reads from a kept response, offline: the item's own text among what came with it.

Owns: telling which kind of answer it was (a site of public posts, a WordPress answer or a feed with the
item in it, a channel's preview, a page) by trying them. Leaves reading each to the modules the spiders use.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from email.message import Message
from urllib.parse import urljoin, urlsplit
from zoneinfo import ZoneInfo

from crawler.errors import CrawlError
from crawler.extract import Extracted, extract_page
from crawler.joining import join_parts
from crawler.listing import read_feed, read_wordpress
from crawler.page import block_text, decode, parse
from crawler.part_address import first_address
from crawler.posts.shapes import SHAPES
from crawler.source_file import Selectors
from crawler.urls import clean_url
from crawler.warc import Response
from kentongan.private_names import mask_private
from kentongan.text import body_end, clean, mask_personal

_HEAD_CHARACTERS = 300  # a line like the beginning of comments ends nothing within them
LISTS = (read_wordpress, read_feed)


@dataclass(frozen=True, slots=True)
class Replayed:
    """Plain text as the record keeps it: cleaned, personal data masked."""

    title: str
    text: str


def replay(
    response: Response, url: str, *, item_url: str, time_zone: str, selectors: Selectors | None = None
) -> Replayed:
    """Return what a response kept from `url` says of the item at `item_url`.

    Raises CrawlError when no text is found in it.
    """
    kind, encoding = _content_type(response)
    title, text = _public_post(response.payload, url, item_url)
    if not text and not kind.endswith("json"):
        text = _channel_post(response.payload, encoding, url, item_url)
    if text:
        return Replayed(mask_private(_as_kept(title)).replace("\n", " "), mask_private(_as_kept(text)))
    title, text = _listed(response.payload, url, item_url, ZoneInfo(time_zone))
    if not text and kind.endswith("json"):
        raise CrawlError(f"{url}: an answer of a kind that is not read again")
    if not text:
        page = extract_page(
            response.payload, url, encoding=encoding, time_zone=time_zone, selectors=selectors
        )
        title, text = page.title, page.text
    if not text:
        raise CrawlError(f"{url}: no text found in what was kept")
    return Replayed(_as_kept(title).replace("\n", " "), _as_kept(text))


def page_text(response: Response) -> str:
    """Return all that a visitor could read on a kept page, down to where its comments begin, as the record
    keeps texts; '' for what is no page.

    Not for a page of public posts: it names people who posted, which nothing masks.
    """
    kind, encoding = _content_type(response)
    if kind not in ("text/html", "application/xhtml+xml", "text/plain"):
        return ""
    try:
        tree = parse(decode(response.payload, encoding))
    except CrawlError:
        return ""
    text = clean(block_text(tree))
    return mask_private(_as_kept(text[: body_end(text, _HEAD_CHARACTERS)]))


def _as_kept(text: str) -> str:
    return mask_personal(clean(text))


def join_replayed(parts: Sequence[Replayed]) -> Replayed:
    """Return one article from what several kept responses say, in order; at least one."""
    pages = [Extracted("", part.title, part.text, "", None, "", (), "", noindex=False) for part in parts]
    return Replayed(parts[0].title, join_parts(pages).text)


def _public_post(payload: bytes, url: str, item_url: str) -> tuple[str, str]:
    """Return title and text of the post at `item_url` in the answer of a site of public posts."""
    at = f"{urlsplit(url).scheme}://{urlsplit(url).netloc}"
    for shape in SHAPES.values():
        with suppress(CrawlError):
            for post in shape.read(payload, at).posts:
                if post.url == item_url:
                    return post.title, post.text
    return "", ""


def _listed(payload: bytes, url: str, item_url: str, zone: ZoneInfo) -> tuple[str, str]:
    for read in LISTS:
        try:
            entries = read(payload, url, zone)
        except CrawlError:
            continue
        entry = next((e for e in entries if item_url in (e.url, first_address(e.url))), None)
        if entry is None:
            raise CrawlError(f"{url}: the list that was kept does not name the item")
        return entry.title, entry.text or entry.title
    return "", ""


def _channel_post(payload: bytes, encoding: str | None, url: str, item_url: str) -> str:
    """Return the text of the post at `item_url` on a channel's preview page, '' where there is none."""
    try:
        tree = parse(decode(payload, encoding))
    except CrawlError:
        return ""
    for message in tree.cssselect("div.tgme_widget_message[data-post]"):
        links = message.cssselect("a.tgme_widget_message_date[href]")
        told = clean_url(links[0].get("href") or "", url) if links else ""
        own = clean_url(urljoin(url, "/" + urlsplit(message.get("data-post") or "").path.strip("/")))
        bodies = message.cssselect("div.tgme_widget_message_text")
        if bodies and item_url in (told, own):
            return clean(block_text(bodies[-1]))
    return ""


def _content_type(response: Response) -> tuple[str, str | None]:
    said = Message()
    said["Content-Type"] = next((v for n, v in response.headers if n.lower() == "content-type"), "")
    return said.get_content_type(), said.get_content_charset()

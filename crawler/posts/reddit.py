"""Reddit: the newest posts of a community, as its public feed tells them; no comments, no people.

Source: DOMAIN 4.5. One answer a crawl: the site allows about one request a minute.
"""

import re
from functools import partial
from urllib.parse import urlencode, urlsplit

from lxml.etree import _Element

from crawler.errors import CrawlError
from crawler.page import block_text
from crawler.posts.atom import NAMESPACES, read_entries, text_at
from crawler.posts.reading import Post, PostShape, Reading, Refusal, moment, one_line, read_posts, wrapped
from crawler.source_file import host_of
from crawler.urls import clean_url
from kentongan.text import HANDLE_MASK, clean

SITE = "Reddit"
PAGE_SIZE = 100
_POST_PATH = re.compile(r"/r/\w{2,21}/comments/[a-z0-9]{1,12}(?:/[^/\s]{0,300})?/?", re.A)
_AUTHOR = re.compile(r"/?u/([\w-]{2,30})", re.A)
_MENTION = re.compile(r"(?<![\w/])/?u/[\w-]{2,30}", re.A | re.I)


def page_url(at: str, community: str, older: str) -> str:
    return f"{at}/r/{community}/new/.rss?{urlencode({'limit': PAGE_SIZE})}"


def read(body: bytes, at: str) -> Reading:
    """Return the posts of a community's feed; raises CrawlError when it is none."""
    return read_posts(read_entries(body, SITE), partial(_post, at=at))


def _post(entry: _Element, at: str) -> Post:
    link = entry.find("atom:link", NAMESPACES)
    path = urlsplit(clean_url(link.get("href") or "", at)).path if link is not None else ""
    title = _masked(one_line(text_at(entry, "atom:title")))
    if not _POST_PATH.fullmatch(path) or not title:
        raise CrawlError(f"a post of {SITE} without address or title")
    said = _said(text_at(entry, "atom:content"), at)
    author = _AUTHOR.fullmatch(text_at(entry, "atom:author/atom:name"))
    return Post(
        url=f"{at}{path}",
        text=said or title,
        title=title if said else "",
        handle=f"u/{author[1]}" if author else "",
        published_at=moment(text_at(entry, "atom:published") or text_at(entry, "atom:updated")),
    )


def _said(html: str, at: str) -> str:
    """Return what the post says and the address it passes on, without the line that names its author."""
    if not html:
        return ""
    tree = wrapped(html)
    bodies = tree.cssselect("div.md")
    said = _masked(clean(block_text(bodies[0]))) if bodies else ""
    passed_on = ""
    for anchor in tree.cssselect("span > a[href]"):
        if "".join(anchor.itertext()).strip() == "[link]":
            passed_on = clean_url(anchor.get("href") or "")
    if passed_on and host_of(passed_on) != host_of(at):
        said = f"{said}\n{passed_on}".strip()
    return said


def _masked(text: str) -> str:
    """Mask the site's own way of naming people, which the mask of @handles does not know."""
    return _MENTION.sub(HANDLE_MASK, text)


_CLOSED = Refusal("the community is closed to readers without an account (unavailable)", final=False)
SHAPE = PostShape(page_url=page_url, read=read, refusals={401: _CLOSED, 403: _CLOSED})

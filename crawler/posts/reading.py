"""What every reader of posts gives back and shares: posts, answers, texts and moments.

Readers take bytes and return values; the spider fetches. Hostile answers raise CrawlError.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import TypeVar
from zoneinfo import ZoneInfo

from lxml.html import HtmlElement

from crawler.dates import parse_date
from crawler.errors import CrawlError
from crawler.page import block_text, parse
from kentongan.text import clean

R = TypeVar("R")
MAX_POSTS = 200  # of one answer; none of the sites gives more than 100
_UTC = ZoneInfo("UTC")


@dataclass(frozen=True, slots=True)
class Post:
    """One public post: cleaned, not yet masked. The handle is for its pseudonym and nothing else."""

    url: str  # canonical
    text: str
    title: str = ""
    handle: str = ""
    published_at: datetime | None = None
    language: str = ""  # as declared; '' when not, or not readable


@dataclass(frozen=True, slots=True)
class Reading:
    """What one answer gave."""

    posts: tuple[Post, ...]
    withheld: int = 0  # posts whose authors asked not to be collected
    unread: int = 0  # posts we do not understand
    older: str = ""  # where the next older answer begins; '' when there is none
    kept: bytes | None = None  # what may be kept as evidence, when that is not the whole answer


@dataclass(frozen=True, slots=True)
class Refusal:
    """What a status means at a site that gives no posts with it."""

    problem: str
    final: bool  # it holds for all that the source asks of the site


@dataclass(frozen=True, slots=True)
class PostShape:
    """How one site is asked and read."""

    page_url: Callable[[str, str, str], str]  # (site's address, name, `older` of the last answer)
    read: Callable[[bytes, str], Reading]  # (body, site's address); raises CrawlError
    refusals: Mapping[int, Refusal]
    max_pages: int = 1  # of one name in one crawl
    withholds: bool = False  # answers may hold what must not be kept: they are not cached


def read_posts(
    raws: Iterable[R], read: Callable[[R], Post | None], may_keep: Callable[[R], bool] = lambda raw: True
) -> Reading:
    """Return the posts of an answer; those that raise CrawlError are counted, None is passed over."""
    posts: list[Post] = []
    withheld = unread = 0
    for raw in islice(raws, MAX_POSTS):
        if not may_keep(raw):
            withheld += 1
            continue
        try:
            post = read(raw)
        except CrawlError:
            unread += 1
            continue
        if post is not None:
            posts.append(post)
    return Reading(tuple(posts), withheld, unread)


def load_json(body: bytes, site: str) -> object:
    """Return the value of a JSON answer; raises CrawlError when it is none."""
    try:
        value: object = json.loads(body)
    except (ValueError, RecursionError) as exc:
        raise CrawlError(f"not an answer of {site}") from exc
    return value


def dump_json(value: object, site: str) -> bytes:
    """Return a JSON value as it is kept; raises CrawlError for one nested too deep."""
    try:
        return json.dumps(value, ensure_ascii=True).encode()
    except (ValueError, RecursionError) as exc:
        raise CrawlError(f"an answer of {site} that cannot be kept") from exc


def wrapped(html: str) -> HtmlElement:
    """Return a piece of HTML as a tree; raises CrawlError when it is not text."""
    return parse(f"<html><body><div>{html}</div></body></html>")


def html_words(html: str) -> str:
    """Return the cleaned text of a post's HTML, a line for each block; nothing is cut from it."""
    if "<" not in html and "&" not in html:
        return clean(html)
    return clean(block_text(wrapped(html)))


def one_line(text: str) -> str:
    return " ".join(clean(text).split())


def text_of(fields: Mapping[str, object], name: str) -> str:
    """Return a field that should be a text; '' when it is missing or something else."""
    value = fields.get(name)
    return value if isinstance(value, str) else ""


def moment(stamp: str) -> datetime | None:
    """Return a stamp's moment in UTC; None when it is none, or before 1995 or after tomorrow."""
    return parse_date(stamp, _UTC) if stamp else None


def language_code(code: str) -> str:
    """Return a declared language as two or three small letters, '' for anything else."""
    head = code.split("-")[0].lower()
    return head if head.isascii() and head.isalpha() and len(head) in (2, 3) else ""

"""Mastodon: the public posts of a tag, as an instance shows them to anyone.

Source: docs.joinmastodon.org/methods/timelines, DOMAIN 4.5. Of an account that says
`noindex`, or `indexable: false`, nothing is kept (R25); nor is what is not public.
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from urllib.parse import quote, urlencode, urlsplit

from crawler.errors import CrawlError
from crawler.guard import refusal_of_url
from crawler.posts.reading import (
    Post,
    PostShape,
    Reading,
    Refusal,
    dump_json,
    html_words,
    language_code,
    load_json,
    moment,
    read_posts,
    text_of,
)
from crawler.source_file import host_of
from crawler.urls import clean_url

SITE = "Mastodon"
PAGE_SIZE = 40  # the most an instance gives
_ID = re.compile(r"[0-9A-Za-z]{1,64}")
_ACCOUNT = re.compile(r"[\w.-]{1,100}(?:@[\w.:-]{1,200})?", re.A)
_POST_PATH = re.compile(r"/@[\w.@:-]{1,300}/\d{1,30}", re.A)


def page_url(at: str, tag: str, older: str) -> str:
    query = {"limit": str(PAGE_SIZE)} | ({"max_id": older} if older else {})
    return f"{at}/api/v1/timelines/tag/{quote(tag, safe='')}?{urlencode(query)}"


def read(body: bytes, at: str) -> Reading:
    """Return the posts of a tag's timeline; raises CrawlError when the answer is none."""
    statuses = load_json(body, SITE)
    if not isinstance(statuses, list):
        raise CrawlError(f"not a timeline of {SITE}")
    reading = read_posts(statuses, partial(_post, at=at), _may_keep)
    kept = dump_json([s for s in statuses if _may_keep(s)], SITE) if reading.withheld else None
    return replace(reading, older=_older(statuses), kept=kept)


def _older(statuses: list[object]) -> str:
    last = statuses[-1] if statuses else None
    told = text_of(last, "id") if isinstance(last, dict) else ""
    return told if _ID.fullmatch(told) else ""


def _may_keep(status: object) -> bool:
    if not isinstance(status, dict):
        return True  # not a post: told as unread
    account = status.get("account")
    return (
        status.get("visibility") == "public"
        and isinstance(account, dict)
        and account.get("noindex") in (None, False)
        and account.get("indexable") in (None, True)
    )


def _post(status: object, at: str) -> Post | None:
    if not isinstance(status, dict):
        raise CrawlError(f"not a post of {SITE}")
    if status.get("reblog"):
        return None  # another's post, passed on
    warning, content = text_of(status, "spoiler_text"), text_of(status, "content")
    text = "\n".join(part for part in (html_words(warning), html_words(content)) if part)
    if not text:
        return None  # pictures alone
    account = status["account"]
    name = text_of(account, "acct")
    if not _ACCOUNT.fullmatch(name):
        raise CrawlError(f"a post of {SITE} without an account")
    return Post(
        url=_address(status, name, at),
        text=text,
        handle=name if "@" in name else f"{name}@{host_of(at)}",
        published_at=moment(text_of(status, "created_at")),
        language=language_code(text_of(status, "language")),
    )


def _address(status: Mapping[str, object], name: str, at: str) -> str:
    """Return the post's own address: as told where it can be believed, else the instance's page of it.

    Believed on the host that the post's `uri` comes from, and in Mastodon's form only: the record
    knows an item by its address, and no post may pass for an article of somebody else's site.
    """
    told = clean_url(text_of(status, "url"))
    if told and _POST_PATH.fullmatch(urlsplit(told).path) and not urlsplit(told).query:
        host, origin = host_of(told), clean_url(text_of(status, "uri"))
        own = host == host_of(at)
        if own or (origin and host_of(origin) == host and not refusal_of_url(told, frozenset({host}), False)):
            return told
    post_id = text_of(status, "id")
    if not _ID.fullmatch(post_id):
        raise CrawlError(f"a post of {SITE} without an address")
    return f"{at}/@{name}/{post_id}"


_CLOSED = Refusal("the instance is closed to readers without an account (unavailable)", final=True)
SHAPE = PostShape(
    page_url=page_url,
    read=read,
    refusals={401: _CLOSED, 403: _CLOSED, 422: _CLOSED},
    max_pages=3,
    withholds=True,
)

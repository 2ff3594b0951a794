"""Bluesky: the newest public posts that a search finds, as its open API shows them to anyone.

Source: the lexicon app.bsky.feed.searchPosts, DOMAIN 4.5. Callers without an account get one
page, so `until` moves back instead of a cursor. Accounts that say `!no-unauthenticated` are
not kept (R25).
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from urllib.parse import urlencode

from crawler.errors import CrawlError
from crawler.posts.reading import (
    Post,
    PostShape,
    Reading,
    Refusal,
    dump_json,
    language_code,
    load_json,
    moment,
    read_posts,
    text_of,
)
from kentongan.text import clean

SITE = "Bluesky"
PAGE_SIZE = 100
LOGGED_IN_ONLY = "!no-unauthenticated"
LINK = "app.bsky.richtext.facet#link"
NO_HANDLE = "handle.invalid"  # what the API shows for every handle that no longer leads anywhere
_URI = re.compile(
    r"at://(did:[a-z]{1,20}:[A-Za-z0-9._:%-]{1,200})/app\.bsky\.feed\.post/([A-Za-z0-9._~:-]{1,64})"
)


def page_url(at: str, query: str, older: str) -> str:
    asked = {"q": query, "sort": "latest", "limit": str(PAGE_SIZE)} | ({"until": older} if older else {})
    return f"{at}/xrpc/app.bsky.feed.searchPosts?{urlencode(asked)}"


def read(body: bytes, at: str) -> Reading:
    """Return the posts of a search's answer; raises CrawlError when it is none."""
    answer = load_json(body, SITE)
    posts = answer.get("posts") if isinstance(answer, dict) else None
    if not isinstance(answer, dict) or not isinstance(posts, list):
        raise CrawlError(f"not a search's answer of {SITE}")
    reading = read_posts(posts, _post, _may_keep)
    kept = None
    if reading.withheld:
        kept = dump_json(answer | {"posts": [p for p in posts if _may_keep(p)]}, SITE)
    return replace(reading, older=_older(posts), kept=kept)


def _older(posts: list[object]) -> str:
    """Return the moment just after the oldest post: `until` leaves out its own moment."""
    moments = [at for post in posts if isinstance(post, dict) and (at := _sort_moment(post))]
    if not moments:
        return ""
    until = min(moments) + timedelta(milliseconds=1)
    return f"{until:%Y-%m-%dT%H:%M:%S}.{until.microsecond // 1000:03}Z"


def _sort_moment(post: dict[str, object]) -> datetime | None:
    """Return when a post counts as made: as its author says, but never after it was seen."""
    record = post.get("record")
    made = moment(text_of(record, "createdAt")) if isinstance(record, dict) else None
    return min((at for at in (made, moment(text_of(post, "indexedAt"))) if at), default=None)


def _may_keep(post: object) -> bool:
    if not isinstance(post, dict):
        return True  # not a post: told as unread
    return LOGGED_IN_ONLY not in set(_labels(post))


def _labels(post: dict[str, object]) -> Iterator[str]:
    """Yield the labels on the post, on its author, and those the author put on the post."""
    record, author = post.get("record"), post.get("author")
    own = record.get("labels") if isinstance(record, dict) else None
    for labels in (
        post.get("labels"),
        author.get("labels") if isinstance(author, dict) else None,
        own.get("values") if isinstance(own, dict) else own,
    ):
        for label in labels if isinstance(labels, list) else ():
            if isinstance(label, dict):
                yield text_of(label, "val")


def _post(post: object) -> Post | None:
    record = post.get("record") if isinstance(post, dict) else None
    author = post.get("author") if isinstance(post, dict) else None
    if not isinstance(post, dict) or not isinstance(record, dict) or not isinstance(author, dict):
        raise CrawlError(f"not a post of {SITE}")
    uri = _URI.fullmatch(text_of(post, "uri"))
    if uri is None:
        raise CrawlError(f"a post of {SITE} without an address")
    text = clean(_with_links(text_of(record, "text"), record.get("facets")))
    if not text:
        return None
    languages = record.get("langs")
    first = languages[0] if isinstance(languages, list) and languages else ""
    handle = text_of(author, "handle")
    return Post(
        url=f"https://bsky.app/profile/{uri[1]}/post/{uri[2]}",  # by its number: it bears no handle
        text=text,
        handle=handle if handle not in ("", NO_HANDLE) else uri[1],
        published_at=_sort_moment(post),
        language=language_code(first) if isinstance(first, str) else "",
    )


def _with_links(text: str, facets: object) -> str:
    """Return the text with each shortened link written out; a facet's places are bytes of UTF-8."""
    raw = text.encode("utf-8", "replace")
    pieces: list[bytes] = []
    at = 0
    for start, end, uri in sorted(_links(facets)):
        if at <= start < end <= len(raw):
            pieces += [raw[at:start], uri.encode("utf-8", "replace")]
            at = end
    return b"".join([*pieces, raw[at:]]).decode("utf-8", "replace")


def _links(facets: object) -> Iterator[tuple[int, int, str]]:
    for facet in facets if isinstance(facets, list) else ():
        index = facet.get("index") if isinstance(facet, dict) else None
        features = facet.get("features") if isinstance(facet, dict) else None
        if not isinstance(index, dict) or not isinstance(features, list):
            continue
        start, end = index.get("byteStart"), index.get("byteEnd")
        for feature in features:
            if isinstance(feature, dict) and feature.get("$type") == LINK:
                uri = text_of(feature, "uri")
                if (
                    isinstance(start, int)
                    and isinstance(end, int)
                    and uri.startswith(("http://", "https://"))
                ):
                    yield start, end, uri


_CLOSED = Refusal("search is closed to callers without an account (unavailable)", final=True)
SHAPE = PostShape(
    page_url=page_url, read=read, refusals={401: _CLOSED, 403: _CLOSED}, max_pages=3, withholds=True
)

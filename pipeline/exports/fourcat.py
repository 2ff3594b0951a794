"""4CAT's CSV exports, and Zeeschuimer's CSV, which has the same columns between semicolons.

Read in: 4CAT, `map_item` of
datasources/{tiktok,tiktok_comments,instagram,threads,telegram,facebook,bsky, twitter-import,twitterv2};
its import form (datasources/upload/import_formats.py: id, thread_id, author, body, timestamp) and
backend/lib/search.py (`unix_timestamp`, REDACTED). `timestamp` has no zone and is in UTC; where
`unix_timestamp` is given, that counts. Rows of other datasets are kept by their id, without an address.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from pipeline.exports.addresses import bluesky_post, facebook_post, is_facebook, post_address, telegram_post
from pipeline.exports.fields import iso_time, needed, number, text, unix_time
from pipeline.exports.post import Passed, Reading, Site, make_post, telegram_source
from pipeline.exports.x_web import x_author
from pipeline.exports.zeeschuimer import instagram_author, tiktok_author

UNNAMED = "4cat"
_COLUMNS = frozenset({"id", "body", "timestamp"})
_ONE_OF = frozenset({"thread_id", "unix_timestamp"})  # Facebook's has no thread, Bluesky's no such time
_ADDRESSES = ("link", "url", "tiktok_url")  # where the datasets above tell a post's own address
_RETWEET = re.compile(r"RT @\w{1,20}:? ")
_TELEGRAM_ID = re.compile(r"(.+)-(\d{1,12})", re.S)
_PUBLIC_NAME = re.compile(r"[A-Za-z]\w{3,31}", re.A)
_NO_AUTHOR = ("", "REDACTED")


def knows(columns: frozenset[str]) -> bool:
    return columns >= _COLUMNS and bool(columns & _ONE_OF)


def read(line: int, row: Mapping[str, Any]) -> Iterator[Reading]:
    """Yield the post of a row; raises ValueError naming a column."""
    yield _passed(row) or (_telegram(line, row) if "chat" in row else _post(line, row))


def _passed(row: Mapping[str, Any]) -> Passed | None:
    if text(row, "is_ad") == "yes":
        return Passed.AD
    if (
        text(row, "is_withheld") == "yes"
        or "yes" in (text(row, "message_noforwards"), text(row, "chat_noforwards"))
        or any(text(row, c).startswith("all:") for c in ("restriction_reason", "chat_restriction_reason"))
        or "!no-unauthenticated" in text(row, "labels").split(",")
    ):
        return Passed.WITHHELD
    return None


def _post(line: int, row: Mapping[str, Any]) -> Reading:
    id = needed(row, "id")
    site, url = _address(row, id)
    said, passed_on = text(row, "body"), text(row, "is_retweet") == "yes"
    if passed_on:  # the row tells the retweet's own id only
        id, url, said = "", "", _RETWEET.sub("", said, count=1)
    return make_post(
        line,
        source=site or UNNAMED,
        id=id,
        url=url,
        text=said,
        author="" if passed_on else _author(row, site),
        published_at=_published(row),
        passed_on=passed_on,
    )


def _address(row: Mapping[str, Any], id: str) -> tuple[Site | None, str]:
    if id.startswith("at://"):
        return Site.BLUESKY, bluesky_post(id)
    if "comment_url" in row:  # of TikTok; it leads to the video
        return Site.TIKTOK, ""
    for column in _ADDRESSES:
        told = text(row, column)
        if is_facebook(told):
            return Site.FACEBOOK, facebook_post(told)
        site, url = post_address(told)
        if site is not None:
            return site, url
    return None, ""


def _author(row: Mapping[str, Any], site: Site | None) -> str:
    name, id = text(row, "author").strip(), text(row, "author_id").strip()
    if name in _NO_AUTHOR:
        return ""
    if site is Site.X:
        return x_author(id or name)
    if site is Site.TIKTOK:
        return tiktok_author(name)
    if site in (Site.INSTAGRAM, Site.THREADS):
        return instagram_author(name)
    return name if site is Site.BLUESKY else f"{name}@{site or UNNAMED}"


def _telegram(line: int, row: Mapping[str, Any]) -> Reading:
    """Return a message; its address where the chat has a public name."""
    parts = _TELEGRAM_ID.fullmatch(needed(row, "id"))
    chat = needed(row, "chat")
    if parts is None:
        raise ValueError("id: not a chat and a message's number")
    public = _PUBLIC_NAME.fullmatch(chat) is not None
    author = text(row, "author").strip()
    return make_post(
        line,
        source=telegram_source(chat) if public else Site.TELEGRAM,
        id=f"{chat}/{parts[2]}",
        url=telegram_post(chat, parts[2]) if public else "",
        text=text(row, "body"),
        author="" if author in _NO_AUTHOR else f"{author}@{Site.TELEGRAM}",
        published_at=_published(row),
        version=number(row, "unix_timestamp_edited") or 0,
        passed_on=bool(text(row, "author_forwarded_from_name") or text(row, "author_forwarded_from_id")),
    )


def _published(row: Mapping[str, Any]) -> datetime | None:
    if text(row, "timestamp").isdecimal():  # Bluesky's are seconds; what the tool did not see is 0
        return unix_time(row, "timestamp")
    return unix_time(row, "unix_timestamp") or iso_time(row, "timestamp")

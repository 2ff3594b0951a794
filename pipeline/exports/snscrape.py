"""snscrape's JSONL: posts of X, public Telegram channels, Facebook Pages and Instagram.

Read in: snscrape, snscrape/base.py (`_type`) and
snscrape/modules/{twitter,telegram,facebook,instagram}.py (Tweet with rawContent, before 0.5 content;
retweetedTweet, editState; Tombstone, TweetRef; TelegramPost; FacebookPost; InstagramPost). Profiles,
trends and its other sites are counted as no posts. Its dates bear zones.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from pipeline.exports.addresses import facebook_id, facebook_post, is_facebook, post_address, x_post
from pipeline.exports.fields import id_of, inner, iso_time, needed, some_id, text
from pipeline.exports.post import Passed, Reading, Site, make_post, telegram_source
from pipeline.exports.x_web import first_of, x_author
from pipeline.exports.zeeschuimer import instagram_author

_PREFIX = "snscrape.modules."
_TELEGRAM = re.compile(r"https://t\.me/(\w+)/\d+")


def knows(row: Mapping[str, Any]) -> bool:
    kind = row.get("_type")
    return isinstance(kind, str) and kind.startswith(_PREFIX)


def read(line: int, row: Mapping[str, Any]) -> Iterator[Reading]:
    """Yield the post of a line; raises ValueError naming a field."""
    kind = needed(row, "_type").removeprefix(_PREFIX)
    if kind in ("twitter.Tombstone", "twitter.TweetRef"):
        yield Passed.GONE
    elif kind in _READERS:
        yield _READERS[kind](line, row)
    else:
        yield Passed.NO_POST


def _tweet(line: int, row: Mapping[str, Any]) -> Reading:
    first = inner(row, "retweetedTweet")
    if first:
        kind = text(first, "_type")
        return Passed.GONE if kind.endswith((".Tombstone", ".TweetRef")) else _tweet(line, first)
    id = id_of(row, "id")
    return make_post(
        line,
        source=Site.X,
        id=id,
        url=x_post(first_of(inner(row, "editState"), "editTweetIds") or id),
        text=text(row, "rawContent") or text(row, "content"),
        author=x_author(some_id(row, "user.id") or text(row, "user.username")),
        published_at=iso_time(row, "date"),
        version=int(id),
    )


def _telegram(line: int, row: Mapping[str, Any]) -> Reading:
    site, url = post_address(needed(row, "url"))
    parts = _TELEGRAM.fullmatch(url)
    if site is not Site.TELEGRAM or parts is None:
        raise ValueError("url: no post of a Telegram channel")
    return make_post(
        line,
        source=telegram_source(parts[1]),
        url=url,
        text=text(row, "content"),
        published_at=iso_time(row, "date"),
    )


def _facebook(line: int, row: Mapping[str, Any]) -> Reading:
    told = needed(row, "cleanUrl")
    if not is_facebook(told):
        raise ValueError("cleanUrl: no post of Facebook")
    return make_post(
        line,
        source=Site.FACEBOOK,
        url=facebook_post(told),
        id=facebook_id(told),
        text=text(row, "content"),
        published_at=iso_time(row, "date"),
    )


def _instagram(line: int, row: Mapping[str, Any]) -> Reading:
    site, url = post_address(needed(row, "url"))
    if site is not Site.INSTAGRAM or not url:
        raise ValueError("url: no post of Instagram")
    return make_post(
        line,
        source=site,
        url=url,
        text=text(row, "content"),
        author=instagram_author(text(row, "username")),
        published_at=iso_time(row, "date"),
    )


_READERS: Mapping[str, Callable[[int, Mapping[str, Any]], Reading]] = {
    "twitter.Tweet": _tweet,
    "telegram.TelegramPost": _telegram,
    "facebook.FacebookPost": _facebook,
    "instagram.InstagramPost": _instagram,
}

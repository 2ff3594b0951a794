"""Zeeschuimer's NDJSON (TikTok with comments, Instagram, Threads, X), and 4CAT's NDJSON of the same.

Read in: Zeeschuimer, js/zs-background.js (item_id, source_platform, timestamp_collected, data) and
js/lib.js; 4CAT, common/lib/helpers.py (`format_import_item`: the data beside `__import_meta`) and
`map_item` in
datasources/{tiktok/search_tiktok,tiktok_comments/search_tiktok_comments,instagram/search_instagram,
threads/search_threads}.py. Posts of one platform are told by their own fields, for some releases do not
name the platform. Its other platforms are not read, nor is Facebook, which it never captured.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from pipeline.exports import x_web
from pipeline.exports.addresses import instagram_post, threads_post, tiktok_video
from pipeline.exports.fields import code, field, id_of, inner, number, rows, text, unix_time
from pipeline.exports.post import Passed, Post, Reading, Site, make_post

_AD_LINKS = ("https://www.facebook.com/ads/ig_redirect",)


def is_zeeschuimer(row: Mapping[str, Any]) -> bool:
    return "__import_meta" in row or {"item_id", "data", "timestamp_collected"} <= row.keys()


def read(line: int, row: Mapping[str, Any]) -> Iterator[Reading]:
    """Yield the post of a row; raises ValueError for a platform that is not read, and naming a field."""
    wrapped = "data" in row and "__import_meta" not in row
    told = inner(row, "data") if wrapped else row
    about = row if wrapped else inner(row, "__import_meta")
    reading = _read_told(line, told, text(about, "source_platform"))
    if isinstance(reading, Post) and not reading.version:
        reading = Post(reading.record, number(about, "timestamp_collected") or 0)
    yield reading


def _read_told(line: int, told: Mapping[str, Any], platform: str) -> Reading:
    if x_web.is_tweet(told):
        return x_web.read_tweet(line, told)
    if "cid" in told and "aweme_id" in told:
        return _tiktok_comment(line, told)
    if "desc" in told and "createTime" in told:
        return _tiktok(line, told)
    if "text_post_app_info" in told:
        return _threads(line, told)
    if "shortcode" in told or ("code" in told and ("media_type" in told or "__typename" in told)):
        return _instagram(line, told)
    raise ValueError(
        f"data: not a post of TikTok, Instagram, Threads or X; its platform is {platform[:40]!r}"
    )


def _tiktok(line: int, told: Mapping[str, Any]) -> Reading:
    if field(told, "isAd") is True:
        return Passed.AD
    author = field(told, "author")
    id = id_of(told, "id")
    return make_post(
        line,
        source=Site.TIKTOK,
        id=id,
        url=tiktok_video(id),
        text=_with_stickers(told),
        author=tiktok_author(text(told, "author" if isinstance(author, str) else "author.uniqueId")),
        published_at=unix_time(told, "createTime"),
    )


def _with_stickers(told: Mapping[str, Any]) -> str:
    """Return the caption and what is written on the picture."""
    lines = [text(told, "desc")]
    for sticker in rows(told, "stickersOnItem"):
        words = field(sticker, "stickerText")
        lines += [w for w in words if isinstance(w, str)] if isinstance(words, list) else []
    return "\n".join(line for line in lines if line.strip())


def _tiktok_comment(line: int, told: Mapping[str, Any]) -> Reading:
    return make_post(
        line,
        source=Site.TIKTOK,
        id=id_of(told, "cid"),
        text=text(told, "text"),
        author=tiktok_author(text(told, "user.unique_id")),
        published_at=unix_time(told, "create_time"),
    )


def _instagram(line: int, told: Mapping[str, Any]) -> Reading:
    if text(told, "product_type") == "ad" or text(told, "link").startswith(_AD_LINKS):
        return Passed.AD
    legacy = "shortcode" in told
    shortcode = code(told, "shortcode" if legacy else "code")
    said = _first_caption(told) if legacy else text(told, "caption.text")
    return make_post(
        line,
        source=Site.INSTAGRAM,
        id=shortcode,
        url=instagram_post(shortcode),
        text=said,
        author=instagram_author(text(told, "user.username") or text(told, "owner.username")),
        published_at=unix_time(told, "taken_at_timestamp" if legacy else "taken_at"),
    )


def _first_caption(told: Mapping[str, Any]) -> str:
    captions = rows(told, "edge_media_to_caption.edges")
    return text(captions[0], "node.text") if captions else ""


def _threads(line: int, told: Mapping[str, Any]) -> Reading:
    shortcode = code(told, "code")
    return make_post(
        line,
        source=Site.THREADS,
        id=shortcode,
        url=threads_post(shortcode),
        text=text(told, "caption.text"),
        author=instagram_author(text(told, "user.username")),
        published_at=unix_time(told, "taken_at"),
    )


def tiktok_author(name: str) -> str:
    return f"{name}@tiktok.com" if name else ""


def instagram_author(name: str) -> str:
    """Return what an account is called before the pseudonym: Threads has Instagram's accounts."""
    return f"{name}@instagram.com" if name else ""

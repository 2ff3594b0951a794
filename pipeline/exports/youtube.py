"""YouTube Data Tools' tables: videos of a list, comments of videos; both editions of the tool.

Read in: YouTube-Data-Tools, mod_videos_list.php, mod_video_comments.php, common.php (all times in UTC);
youtube-data-tools-v2, src/ytdt/models.py and tabular.py (rows that mark what was not found). The first
edition writes comments as HTML and a quotation mark after a backslash bare, as PHP's `fputcsv` does.
Its comments do not name their video: they are kept by their own id.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from crawler.errors import CrawlError
from crawler.posts.reading import html_words
from kentongan.text import HANDLE_MASK
from pipeline.exports.addresses import youtube_video
from pipeline.exports.fields import code, iso_time, needed, text
from pipeline.exports.post import Passed, Reading, Site, make_post

_VIDEOS = frozenset({"videoId", "videoTitle", "publishedAt", "channelId"})
_COMMENTS = frozenset({"id", "text", "publishedAt", "authorName"})
_CHANNEL_LINK = re.compile(r"<a\b[^>]*youtube\.com/(?:channel/|user/|c/|@)[^>]*>.*?</a>", re.I | re.S)
_MENTION = re.compile(r"(?<![\w@/.-])@(?=[\w.·-]*[^\W\d])[\w.·-]{3,40}")  # these handles have dashes
_MARK = re.compile(r"\[[^\[\]]*: [^\[\]]*\]")  # "[not found: ...]"
_COMMENT_ID = re.compile(r"[\w.-]{1,100}", re.A)
_HASHED = re.compile(r"[0-9a-f]{40}")  # by the tool itself, when asked to


def knows_videos(columns: frozenset[str]) -> bool:
    return columns >= _VIDEOS


def knows_comments(columns: frozenset[str]) -> bool:
    return columns >= _COMMENTS and bool(columns & {"isReplyTo", "isReplyToId"})


def escape(columns: frozenset[str]) -> str | None:
    """Return the sign that hides a quotation mark: the first edition's, which is written in PHP."""
    return None if columns & {"videoUrl", "threadId"} else "\\"


def read_video(line: int, row: Mapping[str, Any]) -> Iterator[Reading]:
    """Yield a video as the crawler keeps one: its description, or its title alone; raises ValueError."""
    title, description = needed(row, "videoTitle"), text(row, "videoDescription").strip()
    if not text(row, "publishedAt") and _MARK.fullmatch(title):
        yield Passed.GONE
        return
    yield make_post(
        line,
        source=Site.YOUTUBE,
        url=youtube_video(code(row, "videoId")),
        text=description or title,
        title=title if description else "",
        author=text(row, "channelId").strip(),
        published_at=iso_time(row, "publishedAt"),
    )


def read_comment(line: int, row: Mapping[str, Any]) -> Iterator[Reading]:
    """Yield a comment; raises ValueError naming a column."""
    said, id = text(row, "text"), text(row, "id").strip()
    if not id and _MARK.fullmatch(said):
        yield Passed.GONE
        return
    if not _COMMENT_ID.fullmatch(id):
        raise ValueError("id: not the id of a comment")
    video = code(row, "videoId") if text(row, "videoId") else ""
    yield make_post(
        line,
        source=Site.YOUTUBE,
        url=f"{youtube_video(video)}&lc={id}" if video and not _HASHED.fullmatch(id) else "",
        id=id,
        text=_MENTION.sub(HANDLE_MASK, said if "threadId" in row else _words(said)),
        author=text(row, "authorChannelId").strip() or text(row, "authorName").strip(),
        published_at=iso_time(row, "publishedAt"),
    )


def _words(html: str) -> str:
    try:
        return html_words(_CHANNEL_LINK.sub(HANDLE_MASK, html))
    except CrawlError as exc:
        raise ValueError("text: not the HTML of a comment") from exc

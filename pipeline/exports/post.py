"""What every reader of exports gives back: a post, or why a row is none.

Handles and user ids are here for their pseudonym and nothing else: the importer makes it.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from kentongan.domain import Platform
from kentongan.text import clean
from pipeline.formats import ItemRecord, make_record


class Site(StrEnum):
    """Where posts were published; also the name of their source, which is never a person's (R5)."""

    X = "x"
    TIKTOK = "tiktok"
    INSTAGRAM = "instagram"
    THREADS = "threads"
    FACEBOOK = "facebook"
    META = "meta-content-library"  # its files do not say whether a post is Facebook's or Instagram's
    YOUTUBE = "youtube"
    TELEGRAM = "telegram"
    BLUESKY = "bluesky"


class Passed(StrEnum):
    """Why a row is no post that may be kept. Counted, never passed over in silence."""

    NO_TEXT = "without text"
    WITHHELD = "withheld"
    GONE = "deleted or unavailable"
    AD = "advertisements"
    NO_POST = "not posts"
    PRIVATE = "of private chats"


@dataclass(frozen=True, slots=True)
class Post:
    """One post as an export tells it."""

    record: ItemRecord  # its author is a handle or an id, which no pseudonym has replaced yet
    version: int = 0  # of two rows of one post the higher counts, else the later
    passed_on: bool = False  # another's words, whose own post the row does not name


Reading = Post | Passed


def telegram_source(channel: str) -> str:
    """Return the name of the source that a public channel is; its name has no dashes of its own."""
    return f"{Site.TELEGRAM}-{channel.lower().replace('_', '-')}"


def make_post(
    line: int,
    *,
    source: str,
    text: str,
    url: str = "",
    id: str = "",
    title: str = "",
    author: str = "",
    published_at: datetime | None = None,
    version: int = 0,
    passed_on: bool = False,
) -> Reading:
    """Return the post; raises ValueError naming the field that the record could not keep."""
    if not clean(text):
        return Passed.NO_TEXT
    row = {
        "source": source,
        "platform": Platform.POST,
        "text": text,
        "url": url,
        "id": id,
        "title": title,
        "author": author,
        "published_at": published_at.isoformat() if published_at else None,
    }
    return Post(make_record(line, row), version, passed_on)

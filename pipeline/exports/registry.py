"""Which exports there are. Growth is by addition: one module, one name, one entry."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, tzinfo
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Any

from kentongan.errors import BadInput, FormatError
from pipeline.exports import (
    content_library,
    crowdtangle,
    fourcat,
    snscrape,
    telegram,
    twitter,
    youtube,
    zeeschuimer,
)
from pipeline.exports.post import Reading
from pipeline.exports.tables import Columns, read_json_rows, read_table

Row = Mapping[str, Any]
ReadRow = Callable[[int, Row], Iterator[Reading]]


class ExportName(StrEnum):
    FOURCAT = "4cat"
    ZEESCHUIMER = "zeeschuimer"
    CROWDTANGLE = "crowdtangle"
    CONTENT_LIBRARY = "meta-content-library"
    TELEGRAM = "telegram"
    TWITTER = "twitter-v2"
    SNSCRAPE = "snscrape"
    YOUTUBE_VIDEOS = "ytdt-videos"
    YOUTUBE_COMMENTS = "ytdt-comments"


@dataclass(frozen=True, slots=True)
class Asked:
    """What only the person who imports can know of a file."""

    channel: str = ""  # of Telegram: the public name of the chat that the file holds
    zone: tzinfo = UTC  # of times that are in their computer's


@dataclass(frozen=True, slots=True)
class Table:
    knows: Callable[[Columns], bool]
    read: ReadRow
    escape: Callable[[Columns], str | None] = lambda columns: None


@dataclass(frozen=True, slots=True)
class Lines:
    knows: Callable[[Row], bool]
    read: ReadRow


TABLES: Mapping[ExportName, Table] = {
    ExportName.FOURCAT: Table(fourcat.knows, fourcat.read),
    ExportName.CROWDTANGLE: Table(crowdtangle.knows, crowdtangle.read),
    ExportName.CONTENT_LIBRARY: Table(content_library.knows, content_library.read),
    ExportName.YOUTUBE_VIDEOS: Table(youtube.knows_videos, youtube.read_video, youtube.escape),
    ExportName.YOUTUBE_COMMENTS: Table(youtube.knows_comments, youtube.read_comment, youtube.escape),
}
LINES: Mapping[ExportName, Lines] = {
    ExportName.ZEESCHUIMER: Lines(zeeschuimer.is_zeeschuimer, zeeschuimer.read),
    ExportName.TWITTER: Lines(twitter.knows, twitter.read),
    ExportName.SNSCRAPE: Lines(snscrape.knows, snscrape.read),
}


def read_export(path: Path, name: ExportName, asked: Asked) -> Iterator[Reading]:
    """Yield what each row of an export is, in the file's order, one row in memory at a time.

    Raises BadInput when the file cannot be read, and for the first row that is not of the export's
    form, naming line (of Telegram's file the message) and field.
    """
    if name is ExportName.TELEGRAM:
        yield from _read_messages(path, asked)
        return
    rows, read = _rows_of(path, name)
    for line, row in rows:
        try:
            yield from read(line, row)
        except ValueError as exc:
            raise FormatError(str(path), line, str(exc)) from exc


def _rows_of(path: Path, name: ExportName) -> tuple[Iterator[tuple[int, Row]], ReadRow]:
    if name in TABLES:
        table = TABLES[name]
        return read_table(path, table.knows, table.escape, name), table.read
    return read_json_rows(path), LINES[name].read


def _read_messages(path: Path, asked: Asked) -> Iterator[Reading]:
    chats: set[object] = set()
    read = partial(telegram.read, channel=asked.channel, zone=asked.zone)
    for number, row in telegram.message_rows(path):
        chats.add(repr(row["chat"].get("id")))
        if asked.channel and len(chats) > 1:
            raise BadInput(f"--url: {path} holds several chats, and an address is one's")
        try:
            yield from read(number, row)
        except ValueError as exc:
            raise BadInput(f"{path}, message {number}: {exc}") from exc

"""Telegram Desktop's `result.json`: channels and groups, of one chat or of an account.

Read in: tdesktop, Telegram/SourceFiles/export/output/export_output_json.cpp. Such files have hundreds
of megabytes and are one JSON value, so they are read as a stream. Names are never read: not the
sender's, not the one that signs a channel's post, not that of a forward, a contact or a linked person
in a text; of a member there is the number, for the pseudonym. Chats of two people are counted and not
kept.

The file names no address. With the channel's own, a post is at t.me as the crawler knows it; without,
it is known by the numbers of chat and message. `date` is in the zone of the computer that exported:
where an old file lacks `date_unixtime`, it is read in the region's.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import tzinfo
from pathlib import Path
from typing import Any, BinaryIO

import ijson
from ijson.common import ObjectBuilder

from kentongan.errors import BadInput
from kentongan.text import EMAIL_MASK, HANDLE_MASK, PHONE_MASK
from pipeline.exports.addresses import telegram_post
from pipeline.exports.fields import field, id_of, iso_time, needed, number, text, unix_time
from pipeline.exports.post import Passed, Reading, Site, make_post, telegram_source

MAX_MESSAGE_BYTES = 8 * 1024 * 1024  # far above the 4,096 characters that Telegram allows
MAX_DEPTH = 64
CHUNK_BYTES = 64 * 1024
_OPEN, _CLOSE = ("start_map", "start_array"), ("end_map", "end_array")
_CHATS = (("chats", "list", "*"), ("left_chats", "list", "*"))
_LISTS = (("messages", "*"), *((*chat, "messages", "*") for chat in _CHATS))
_ABOUT = (("name",), ("type",), ("id",))
_SCALARS = ("string", "integer", "number", "double", "boolean", "null")
_CHANNELS = ("public_channel", "private_channel")
_GROUPS = ("private_group", "private_supergroup", "public_supergroup")
_PUBLIC = ("public_channel", "public_supergroup")
_MASKS = {
    "mention_name": HANDLE_MASK, "phone": PHONE_MASK, "email": EMAIL_MASK, "bank_card": PHONE_MASK
}  # fmt: skip
_NO_SLUG = re.compile(r"[^a-z0-9]+")
MAX_SLUG_CHARACTERS = 60


class _Bounded:
    """A file that ends the reading of a message, or of anything else in one piece, that has no end."""

    def __init__(self, path: Path, file: BinaryIO) -> None:
        self._path, self._file = path, file
        self.since = 0

    def read(self, size: int = -1) -> bytes:
        self.since += CHUNK_BYTES
        if self.since > MAX_MESSAGE_BYTES:
            raise BadInput(f"{self._path}: a value longer than {MAX_MESSAGE_BYTES} bytes")
        return self._file.read(min(size, CHUNK_BYTES) if size >= 0 else CHUNK_BYTES)


def message_rows(path: Path) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """Yield every message with its number in the file and its chat; raises BadInput."""
    try:
        with path.open("rb") as file:
            yield from _messages(path, _Bounded(path, file))
    except OSError as exc:
        raise BadInput(f"{path}: {exc.strerror or exc}") from exc
    except (ijson.JSONError, ValueError) as exc:
        problem = " ".join(str(exc).split())[:100]
        raise BadInput(f"{path}: not JSON: {problem}") from exc


def _messages(path: Path, file: _Bounded) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """Follow the value's events, keeping of what is open only where it is and one message."""
    place: list[str] = []
    chat: dict[str, Any] = {}
    builder: ObjectBuilder | None = None
    began = count = 0
    for event, value in ijson.basic_parse(file, use_float=True, buf_size=CHUNK_BYTES):
        if builder is None:
            file.since = 0
            where = tuple(place)
            if where in _LISTS and event not in _CLOSE:
                count += 1
                if event != "start_map":
                    raise BadInput(f"{path}, message {count}: not an object")
                builder, began = ObjectBuilder(), len(place)
            elif event == "start_map" and where in _CHATS:
                chat = {}
            elif event in _SCALARS and where[-1:] in _ABOUT and where[:-1] in ((), *_CHATS):
                chat[where[-1]] = value
        if builder is not None:
            builder.event(event, value)
        if event == "map_key":
            place[-1] = value
        elif event in _OPEN:
            place.append("*" if event == "start_array" else "")
            if len(place) > MAX_DEPTH:
                raise BadInput(f"{path}: nested too deeply")
        elif event in _CLOSE:
            place.pop()
            if builder is not None and len(place) == began:
                yield count, {"chat": dict(chat), "message": builder.value}
                builder = None
    if not chat:
        raise BadInput(f"{path}: not Telegram's result.json: no chat in it")


def read(line: int, row: Mapping[str, Any], *, channel: str, zone: tzinfo) -> Iterator[Reading]:
    """Yield the post that a message is; raises ValueError naming its field.

    `channel` is the public name of the one chat that the file holds, '' when it is not told.
    """
    kind = text(row, "chat.type")
    message: Mapping[str, Any] = row["message"]
    if kind not in (*_CHANNELS, *_GROUPS):
        yield Passed.PRIVATE
        return
    if channel and kind not in _PUBLIC:
        raise ValueError(f"type: a {kind} has no public address")
    if needed(message, "type") != "message":
        yield Passed.NO_POST
        return
    chat, id = id_of(row, "chat.id"), id_of(message, "id")
    yield make_post(
        line,
        source=telegram_source(channel) if channel else _source(kind, text(row, "chat.name"), chat),
        id=f"{chat}/{id}",
        url=telegram_post(channel, id) if channel else "",
        text=_words(message),
        author=_author(message) if kind in _GROUPS else "",
        published_at=unix_time(message, "date_unixtime") or iso_time(message, "date", zone),
        version=number(message, "edited_unixtime") or 0,
        passed_on="forwarded_from" in message,
    )


def _source(kind: str, name: str, id: str) -> str:
    """Return the name of a chat's source: a private one's title may name people, its number does not."""
    slug = _NO_SLUG.sub("-", name.lower()).strip("-")[:MAX_SLUG_CHARACTERS] if kind in _PUBLIC else ""
    return f"{Site.TELEGRAM}-{slug or id}"


def _author(message: Mapping[str, Any]) -> str:
    """Return a member's number; a group that writes as itself has none."""
    told = text(message, "from_id")
    return f"{told.removeprefix('user')}@{Site.TELEGRAM}" if told.startswith("user") else ""


def _words(message: Mapping[str, Any]) -> str:
    """Return what a message says, people whom Telegram knows in it masked."""
    told = field(message, "text")
    if told is None or isinstance(told, str):
        return told or ""
    if not isinstance(told, list):
        raise ValueError("text: not a text")
    return "".join(_piece(piece) for piece in told)


def _piece(piece: Any) -> str:
    if isinstance(piece, str):
        return piece
    if not isinstance(piece, Mapping):
        raise ValueError("text: not pieces of text")
    if text(piece, "href").startswith("tg://user"):
        return HANDLE_MASK
    return _MASKS.get(text(piece, "type")) or text(piece, "text")

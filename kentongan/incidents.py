"""Case files of incidents, as values: what one holds, who put it there, and what a file may be.

Owns: the words of a case and the checks that need no record. Leaves keeping to
`kentongan.store.incidents`, the order of events to `kentongan.timeline`.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import NewType
from uuid import UUID

from kentongan.domain import ClaimId, ItemId
from kentongan.errors import BadInput
from kentongan.text import mask_personal

IncidentId = NewType("IncidentId", UUID)

MAX_TITLE_CHARACTERS = 200  # one line of a list, and of the summary's head
MAX_SUMMARY_CHARACTERS = 8_000  # two printed pages
MAX_NOTE_CHARACTERS = 8_000
MAX_WHY_CHARACTERS = 1_000
MAX_PUBLISHER_CHARACTERS = 200
MAX_URL_CHARACTERS = 2_000
MAX_FILE_BYTES = 8 * 1024 * 1024  # the web server takes 9 MiB in one request (`webui.serve`)
MAX_FILES = 100  # of one case, removed ones counted: an export stays below a gigabyte of them
MAX_NAME_CHARACTERS = 100
_HEAD_BYTES = 64  # of a file, read to see what it is

_NUMBER = re.compile(r"([0-9]{4})-([0-9]{3}|[1-9][0-9]{3,5})")  # one way to write each
_SEPARATORS = re.compile(r"[/\\]")
_UNSAFE = re.compile(r'[<>:"|?*]')
# Windows opens devices of these names.
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)", re.I)


class IncidentState(StrEnum):
    OPEN = "open"
    CLOSED = "closed"


class PartKind(StrEnum):
    """What can be put into a case and taken out again. Notes stay: a correction is a new note."""

    CLAIM = "claim"
    ITEM = "item"
    FILE = "file"
    CLARIFICATION = "clarification"


class ChangeKind(StrEnum):
    """What was done to a case; each is kept with who, when and why."""

    OPENED = "opened"
    RENAMED = "renamed"  # title or summary
    CLOSED = "closed"
    REOPENED = "reopened"
    ADDED = "added"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Incident:
    """A case file's head. `version` grows with every change of anything in it."""

    id: IncidentId
    number: str  # such as 2026-014
    title: str
    summary: str
    state: IncidentState
    opened_by: str
    opened_at: datetime
    changed_at: datetime
    version: int


@dataclass(frozen=True, slots=True)
class Part:
    """A claim or an item that a case holds, or held."""

    id: UUID
    claim_id: ClaimId | None
    item_id: ItemId | None
    added_by: str
    added_at: datetime
    removed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Note:
    id: UUID
    by: str
    at: datetime
    text: str


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file as it was handed in; its bytes lie under their hash."""

    id: UUID
    sha256: str
    name: str  # cleaned
    size: int  # bytes
    added_by: str
    added_at: datetime
    removed_at: datetime | None = None

    @property
    def media_type(self) -> str:
        return FILE_TYPES[extension_of(self.name)].media_type


@dataclass(frozen=True, slots=True)
class Clarification:
    """What a competent body or a fact-checker published about the matter."""

    id: UUID
    url: str
    publisher: str
    published_on: date
    added_by: str
    added_at: datetime
    removed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that was done to a case. Append-only."""

    id: UUID
    kind: ChangeKind
    part: PartKind | None  # of what was added or removed
    subject_id: UUID | None  # of the claim, item, file or clarification
    about: str  # what it was called then
    by: str
    at: datetime
    why: str


@dataclass(frozen=True, slots=True)
class HandOut:
    """One export of a case: who took it, for whom, on what ground, and what it hashed to. Append-only."""

    id: UUID
    by: str
    at: datetime
    recipient: str
    mandate: str
    sha256: str  # of the whole ZIP
    size: int  # bytes


@dataclass(frozen=True, slots=True)
class CaseFile:
    """A case with all that was ever in it, oldest first; what was taken out has its `removed_at`."""

    incident: Incident
    parts: tuple[Part, ...]
    notes: tuple[Note, ...]
    files: tuple[Attachment, ...]
    clarifications: tuple[Clarification, ...]
    changes: tuple[Change, ...]
    hand_outs: tuple[HandOut, ...]

    @property
    def held(self) -> tuple[Part, ...]:
        return tuple(part for part in self.parts if part.removed_at is None)


@dataclass(frozen=True, slots=True)
class FileType:
    """A kind of file that is taken: how it is served, and how its first bytes look."""

    media_type: str
    begins: tuple[bytes, ...]  # any of these; empty for text
    at: int = 0  # where in the file they stand


_JPEG = FileType("image/jpeg", (b"\xff\xd8\xff",))
_MP4 = (b"ftyp",)
FILE_TYPES: Mapping[str, FileType] = {
    "pdf": FileType("application/pdf", (b"%PDF-",)),
    "png": FileType("image/png", (b"\x89PNG\r\n\x1a\n",)),
    "jpg": _JPEG,
    "jpeg": _JPEG,
    "webp": FileType("image/webp", (b"WEBP",), 8),
    "docx": FileType(
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document", (b"PK\x03\x04",)
    ),
    "txt": FileType("text/plain", ()),
    "mp3": FileType("audio/mpeg", (b"ID3", b"\xff\xfb", b"\xff\xf3", b"\xff\xf2")),
    "ogg": FileType("audio/ogg", (b"OggS",)),
    "opus": FileType("audio/ogg", (b"OggS",)),
    "m4a": FileType("audio/mp4", _MP4, 4),
    "wav": FileType("audio/wav", (b"WAVE",), 8),
    "mp4": FileType("video/mp4", _MP4, 4),
}
"""What a case may hold, by extension. Nothing that a browser or an office program runs by itself."""


def number_of(year: int, sequence: int) -> str:
    """Return the number people call a case by, such as 2026-014."""
    return f"{year:04}-{sequence:03}"


def read_number(said: str) -> tuple[int, int] | None:
    """Return year and sequence of a case's number, or None where it is none."""
    found = _NUMBER.fullmatch(said.strip())
    return (int(found[1]), int(found[2])) if found else None


def clean_name(raw: str) -> str:
    """Return a file's name without folders and without what would mislead: control and direction
    characters, what Windows forbids, dots at either end. Telephone numbers and the like in it are masked.
    At most MAX_NAME_CHARACTERS, extension kept."""
    name = unicodedata.normalize("NFC", _SEPARATORS.split(raw)[-1])
    name = "".join(" " if unicodedata.category(c)[0] in "CZ" else c for c in name)
    name = " ".join(_UNSAFE.sub("_", name).split()).strip(". ")
    if _RESERVED.match(name):
        name = f"_{name}"
    stem, dot, extension = name.rpartition(".")
    if not dot:
        return mask_personal(name)[:MAX_NAME_CHARACTERS]
    stem = mask_personal(stem)
    return stem[: max(1, MAX_NAME_CHARACTERS - len(extension) - 1)].rstrip(". ") + dot + extension


def extension_of(name: str) -> str:
    return name.rpartition(".")[2].lower()


def check_file(name: str, head: bytes) -> None:
    """Raise BadInput unless a cleaned name and a file's first bytes are of one kind that is taken."""
    stem, _, extension = name.rpartition(".")
    kind = FILE_TYPES.get(extension.lower())
    if not stem or kind is None:
        raise BadInput(f"file: only {', '.join(sorted(FILE_TYPES)).upper()} are taken")
    head = head[:_HEAD_BYTES]
    if kind.begins:
        if not any(head[kind.at :].startswith(mark) for mark in kind.begins):
            raise BadInput(f"file: {name!r} is not what its name says: no {extension.upper()}")
    elif b"\x00" in head:
        raise BadInput(f"file: {name!r} is not what its name says: no plain text")

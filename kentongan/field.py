"""Field work, as values: what is asked of a kelurahan or kecamatan, what is answered, what is handed in.

Owns: the closed sets, the limits and the rules that need no record: whose area a place is in, what state a
request is in, how a text is masked before it goes out, which links are taken. Leaves keeping to
`kentongan.store`. What comes from the field is a lead, never a verdict (R11).
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from ipaddress import ip_address
from typing import NewType
from unicodedata import normalize
from urllib.parse import unquote, urlsplit
from uuid import UUID

from kentongan.domain import ClaimId, ItemId, Permission, Source, SourceKind
from kentongan.errors import BadInput
from kentongan.outside_check import is_public_address
from kentongan.private_names import mask_private
from kentongan.text import URL_MASK, clean, content, mask_personal

RequestId = NewType("RequestId", UUID)
ReportId = NewType("ReportId", UUID)

FIELD_SOURCE = "lapangan"
"""The one source of all field reports: nothing on an item tells who handed it in."""

MAX_STATEMENT_CHARACTERS = 200
MAX_QUESTION_CHARACTERS = 300
MAX_ANSWER_CHARACTERS = 2_000
MAX_REPORT_CHARACTERS = 8_000  # a long chain message has 3,000
MAX_LINK_CHARACTERS = 1_000
MAX_REASON_CHARACTERS = 300
MIN_WORDS = 3  # of a report: less says nothing that could be looked into
MAX_LINKS = 5  # in one report: more is advertising
MAX_REPORTS_A_DAY = 40  # of one reporter
MAX_ANSWERS_A_DAY = 10  # of one reporter to one request
MAX_OPEN_REQUESTS = 10  # of one claim
SAME_TEXT = timedelta(days=7)  # within which a reporter's same text is taken once
OLDEST = timedelta(days=60)  # that something may have been seen before it is handed in
CLOCK_SKEW = timedelta(minutes=10)  # of a phone
SHORTEST_WAIT, LONGEST_WAIT = timedelta(minutes=30), timedelta(days=14)  # of a request for its answer

_KECAMATAN_CHARACTERS = 8  # "64.71.06" of "64.71.06.1005"
_PLACE = re.compile(r"\d\d\.\d\d\.\d\d(?:\.\d{4})?")
_LINK = re.compile(r"(?:https?://|www\.)\S", re.I)
_INTERNAL = frozenset({"local", "internal", "lan", "home", "localhost", "localdomain", "onion"})
# Invitations and members of closed groups: where something was seen is a kind, never a group (R5).
_INVITATION = re.compile(
    r"(?:https?://)?(?<!\w)(?:www\.)?(?:chat\.whatsapp\.com|whatsapp\.com/channel/"
    r"|t(?:elegram)?\.me/(?:\+|joinchat)|invite\.\w+\.\w|discord\.gg|line\.me/(?:r/)?ti/g)[^\s<>\"']*",
    re.I,
)


class RequestState(StrEnum):
    OPEN = "open"
    ANSWERED = "answered"
    EXPIRED = "expired"  # nobody answered in time; an answer is still welcome
    WITHDRAWN = "withdrawn"


class Finding(StrEnum):
    """What a reporter says of a statement. Not a verdict: that needs an outside check (R10)."""

    TRUE = "true"
    NOT_TRUE = "not_true"
    UNKNOWN = "unknown"


class WhereSeen(StrEnum):
    """Where something was seen, as a kind; never which group or whose account (R5)."""

    GROUP_CHAT = "group_chat"
    PRIVATE_CHAT = "private_chat"
    SOCIAL_MEDIA = "social_media"
    PRINTED = "printed"  # leaflets, banners, letters
    SPOKEN = "spoken"  # told at the market, at a meeting
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Picture:
    """A screenshot as it is kept: drawn anew, under its hash; `text` is what was read in it, masked."""

    sha256: str
    size: int  # bytes
    text: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What one reporter answered. Append-only; who it was stands in the audit log alone."""

    id: UUID
    finding: Finding
    text: str
    seen_at: datetime | None  # when they saw it with their own eyes
    answered_at: datetime
    picture: Picture | None = None
    corrected: bool = False  # the same reporter answered again later


@dataclass(frozen=True, slots=True)
class Request:
    """What was asked about a claim. `statement`, a neutral wording, is all that the field sees of it."""

    id: RequestId
    claim_id: ClaimId
    place: str  # Kemendagri code of a kelurahan or kecamatan
    statement: str
    question: str
    asked_by: str
    asked_at: datetime
    due_at: datetime
    answered_at: datetime | None = None  # first
    withdrawn_at: datetime | None = None
    withdrawn_why: str = ""
    answers: tuple[Answer, ...] = ()  # oldest first

    def state(self, at: datetime) -> RequestState:
        """Return how it stands at a moment."""
        if self.withdrawn_at is not None:
            return RequestState.WITHDRAWN
        if self.answered_at is not None:
            return RequestState.ANSWERED
        return RequestState.OPEN if at < self.due_at else RequestState.EXPIRED


@dataclass(frozen=True, slots=True)
class NewReport:
    """What a reporter hands in; `text` or a picture, or both."""

    form_key: UUID  # of the form it was written in: sent twice, it is kept once
    place: str
    where: WhereSeen
    seen_at: datetime
    text: str = ""
    link: str = ""
    picture: Picture | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """A field report as the record holds it, without who handed it in."""

    id: ReportId
    item_id: ItemId
    place: str
    where: WhereSeen
    seen_at: datetime
    received_at: datetime
    link: str
    picture: Picture | None  # its text is part of the item's


class Fault(StrEnum):
    """Why something from the field was not taken."""

    NOTHING = "nothing"
    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    LINK_ALONE = "link_alone"
    BAD_LINK = "bad_link"
    INVITATION = "invitation"
    MANY_LINKS = "many_links"
    SAME_AGAIN = "same_again"
    TOO_MANY = "too_many"
    NOT_YOUR_PLACE = "not_your_place"
    NO_WHERE = "no_where"
    NO_FINDING = "no_finding"
    NO_GROUND = "no_ground"  # true or not true, and not how one knows
    BAD_TIME = "bad_time"
    FUTURE = "future"
    TOO_OLD = "too_old"
    TRAP = "trap"  # a field that people do not see was filled in
    MISSING = "missing"
    NO_PLACE = "no_place"
    ASKED_ALREADY = "asked_already"
    MANY_REQUESTS = "many_requests"
    BAD_DEADLINE = "bad_deadline"
    NO_SITUATION = "no_situation"
    NO_FACT = "no_fact"  # something is notable, and not what
    WHO_ACCOUNT = "who_account"  # "who" is a role, never an account or its address
    MANY_VERSIONS = "many_versions"
    WAITING = "waiting"  # what was sent has to be taken in or sent back first
    DEADLINES = "deadlines"  # out of order, too near, or over
    BAD_PERIOD = "bad_period"
    SAME_ROUND = "same_round"  # some of its places have such a round already
    NO_KELURAHAN = "no_kelurahan"


class NotTaken(BadInput):
    """What was handed in cannot be taken; `fault` is why, `field` the form's field it is about."""

    def __init__(self, fault: Fault, field: str) -> None:
        super().__init__(f"{field}: {fault.value}")
        self.fault = fault
        self.field = field


def field_source(region: str, time_zone: str) -> Source:
    """Return the source that field reports belong to."""
    return Source(
        name=FIELD_SOURCE,
        title="Laporan lapangan",
        kind=SourceKind.FIELD,
        permission=Permission.WRITTEN,
        home="",
        region=region,
        time_zone=time_zone,
        basis="Disampaikan pelapor lapangan yang ditugaskan; tanpa identitas pelapor, grup, atau anggotanya",
    )


def is_place(code: str) -> bool:
    """Tell whether this is the code of a kelurahan or kecamatan."""
    return _PLACE.fullmatch(code) is not None


def is_kecamatan(code: str) -> bool:
    return len(code) == _KECAMATAN_CHARACTERS


def in_area(place: str, own: Collection[str]) -> bool:
    """Tell whether a place is one of a reporter's own, or a kelurahan of an own kecamatan (DOMAIN 5)."""
    return place in own or place[:_KECAMATAN_CHARACTERS] in own


def masked(text: str) -> str:
    """Return a text as it may go out to the field or come in from it: cleaned, personal data and links that
    invite into a group masked (R5, R6)."""
    return mask_private(_INVITATION.sub(URL_MASK, mask_personal(clean(text))))


def line_of(field: str, raw: str, most: int) -> str:
    """Return a masked text of one line; raises NotTaken naming the field when it is empty or too long."""
    line = " ".join(masked(raw).split())
    if not line:
        raise NotTaken(Fault.MISSING, field)
    if len(line) > most:
        raise NotTaken(Fault.TOO_LONG, field)
    return line


def check_link(raw: str) -> str:
    """Return a link that is kept as text and never fetched, phone numbers masked; '' for none.

    Raises NotTaken for what is no public address of the web, or invites into a closed group.
    """
    link = raw.strip()
    if not link:
        return ""
    if "://" not in link:
        link = f"https://{link}"
    if len(link) > MAX_LINK_CHARACTERS:
        raise NotTaken(Fault.TOO_LONG, "link")
    if not link.isprintable() or any(c.isspace() for c in link):
        raise NotTaken(Fault.BAD_LINK, "link")
    try:
        parts = urlsplit(link)
        host, _ = parts.hostname or "", parts.port
    except ValueError as exc:
        raise NotTaken(Fault.BAD_LINK, "link") from exc
    if parts.scheme not in ("http", "https") or "@" in parts.netloc or not _is_public(host):
        raise NotTaken(Fault.BAD_LINK, "link")
    if _INVITATION.search(normalize("NFKC", unquote(link))):
        raise NotTaken(Fault.INVITATION, "link")
    return mask_personal(link)


def check_text(raw: str, *, has_link: bool, has_picture: bool) -> str:
    """Return a report's text, masked; '' only where a picture says it. Raises NotTaken."""
    text = masked(raw)
    if len(text) > MAX_REPORT_CHARACTERS:
        raise NotTaken(Fault.TOO_LONG, "text")
    if len(_LINK.findall(text)) > MAX_LINKS:
        raise NotTaken(Fault.MANY_LINKS, "text")
    if has_picture:
        return text
    if not text:
        raise NotTaken(Fault.LINK_ALONE if has_link else Fault.NOTHING, "text")
    if len(_words(text)) < MIN_WORDS:
        raise NotTaken(Fault.LINK_ALONE if _LINK.search(text) else Fault.TOO_SHORT, "text")
    return text


def check_answer(finding: Finding, raw: str, *, has_picture: bool) -> str:
    """Return an answer's text, masked. Raises NotTaken: who says true or not true says how they know."""
    text = masked(raw)
    if len(text) > MAX_ANSWER_CHARACTERS:
        raise NotTaken(Fault.TOO_LONG, "text")
    if finding is not Finding.UNKNOWN and not has_picture and not _words(text):
        raise NotTaken(Fault.NO_GROUND, "text")
    return text


def check_seen(seen_at: datetime, at: datetime) -> datetime:
    """Return when something was seen, a phone's fast clock set right; raises NotTaken."""
    if seen_at > at + CLOCK_SKEW:
        raise NotTaken(Fault.FUTURE, "seen")
    if seen_at < at - OLDEST:
        raise NotTaken(Fault.TOO_OLD, "seen")
    return min(seen_at, at)


def sameness(text: str) -> str:
    """Return what two texts have in common that say the same words, whatever their spaces and capitals."""
    return content(text).casefold()


def _words(text: str) -> list[str]:
    return [word for word in text.split() if any(c.isalpha() for c in word) and not _LINK.search(word)]


def _is_public(host: str) -> bool:
    """Whether a host may be one of the public web, as far as its spelling tells: it is never asked."""
    try:
        found = ip_address(host)
    except ValueError:
        # The last label of a name has letters only: "127.1" and "0x7f000001" are addresses spelt oddly.
        before, _, top = host.rstrip(".").rpartition(".")
        return bool(before) and (top.isalpha() or top.startswith("xn--")) and top not in _INTERNAL
    return is_public_address(found)

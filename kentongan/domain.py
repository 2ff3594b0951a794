"""The words of the service, as values. See the glossary in docs/words.md.

Owns: frozen dataclasses and closed sets. Leaves keeping to `store`, judging to
`classifier`. Times are aware and UTC.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NewType
from uuid import UUID

ItemId = NewType("ItemId", UUID)
FactCheckId = NewType("FactCheckId", UUID)
ClaimId = NewType("ClaimId", UUID)
UserId = NewType("UserId", UUID)
NarrativeId = NewType("NarrativeId", UUID)


class Label(StrEnum):
    """What a text may be flagged as. Only these three, ever (R3)."""

    HOAX = "hoax"
    BLACK_CAMPAIGN = "black_campaign"
    IDENTITY_POLITICS = "identity_politics"


class Stance(StrEnum):
    """Whether the text puts the claim forward itself, or tells of one. Only `ASSERTS` is flagged."""

    ASSERTS = "asserts"
    REPORTS = "reports"


class Ground(StrEnum):
    """What speaks for an indication of a hoax. Only the first can raise it alone."""

    TEXT = "text"  # the model flags what the text says, or leaves it open
    CUES = "cues"  # it is written as chain messages are
    MATCH = "match"  # a published check refutes the same claim


class Platform(StrEnum):
    NEWS = "news"
    POST = "post"
    FACTCHECK = "factcheck"
    REPORT = "report"


class SourceKind(StrEnum):
    PRESS = "press"
    GOVERNMENT = "government"
    FACT_CHECKER = "fact_checker"
    PUBLIC_CHANNEL = "public_channel"
    FIELD = "field"  # what field reporters hand in; never crawled


class Permission(StrEnum):
    """What a source lets us read: its feed only, its pages, or its pages by letter (DOMAIN 4)."""

    FEED_ONLY = "feed-saja"
    FULL = "penuh"
    WRITTEN = "tertulis"


class Verdict(StrEnum):
    """What a fact-checker found; its own word is kept beside this (DOMAIN 4.4)."""

    REFUTED = "refuted"
    MISLEADING = "misleading"
    UNPROVEN = "unproven"
    TRUE = "true"
    CLARIFICATION = "clarification"
    SCAM = "scam"
    SATIRE = "satire"


class Stage(StrEnum):
    """How far along the conveyor an item is; the next stage takes it from here."""

    COLLECTED = "collected"
    ASSESSED = "assessed"
    MATCHED = "matched"
    GROUPED = "grouped"
    LINKED = "linked"


class ClaimState(StrEnum):
    NEW = "new"
    WATCHING = "watching"
    NEEDS_VERIFICATION = "needs_verification"
    ESCALATED = "escalated"
    DISMISSED = "dismissed"
    NOTED = "noted"


class Lane(StrEnum):
    """The piles of the queue. Press items have their own and are never stamped (R9)."""

    NEW = "new"
    PRESS = "press"
    SECOND = "second"  # one person has voted, another is needed
    VERIFICATION = "verification"
    WATCHING = "watching"
    ESCALATED = "escalated"
    CLOSED = "closed"
    SAMPLE = "sample"  # drawn from the unflagged, to see what is missed
    UNFLAGGED = "unflagged"  # in the archive only


class Decision(StrEnum):
    DISMISS = "dismiss"  # bukan masalah
    WATCH = "watch"  # pantau
    VERIFY = "verify"  # perlu verifikasi
    ESCALATE = "escalate"  # eskalasi
    REOPEN = "reopen"
    # The press lane offers only these four (R9).
    ASK_CLARIFICATION = "ask_clarification"  # minta klarifikasi
    RIGHT_OF_REPLY = "right_of_reply"  # hak jawab / hak koreksi
    PRESS_COUNCIL = "press_council"  # Dewan Pers
    NOTE = "note"  # catat


class Reason(StrEnum):
    """Why a decision was taken; every decision carries one."""

    UNSTATED = "unstated"
    OPINION = "opinion"  # opinion or criticism: lawful
    REPORTING = "reporting"  # tells of a claim, does not make it
    SATIRE = "satire"
    TRUE = "true"  # checked and true
    OLD = "old"  # an old matter, settled before
    ELSEWHERE = "elsewhere"  # not about this city
    REFUTED = "refuted"  # a published check refutes it
    UNVERIFIED = "unverified"  # nobody has checked it yet
    SPREADING = "spreading"  # growing quickly
    DANGER = "danger"  # somebody could get hurt


PRESS_DECISIONS = frozenset(
    {
        Decision.ASK_CLARIFICATION,
        Decision.RIGHT_OF_REPLY,
        Decision.PRESS_COUNCIL,
        Decision.NOTE,
        Decision.REOPEN,
    }
)
CLAIM_DECISIONS = frozenset(
    {Decision.DISMISS, Decision.WATCH, Decision.VERIFY, Decision.ESCALATE, Decision.REOPEN}
)


class Role(StrEnum):
    ADMINISTRATOR = "administrator"
    ANALYST = "analyst"
    SECOND_READER = "second_reader"  # gives second opinions; decides as an analyst does
    LIAISON = "liaison"
    FIELD_REPORTER = "field_reporter"
    HEAD = "head"
    REVIEWER = "reviewer"


@dataclass(frozen=True, slots=True)
class Source:
    """An outlet, channel or fact-checker, as its YAML file describes it."""

    name: str  # unique, lower case with dashes
    title: str
    kind: SourceKind
    permission: Permission
    home: str  # URL
    region: str
    time_zone: str  # IANA name
    press_council: bool = False
    owner: str = ""  # the company or office that answers for it
    basis: str = ""  # why we may read it, or why not yet
    expected_daily: float | None = None  # new items on an ordinary day, as its file says
    every_minutes: float = 30.0  # between the beginnings of two crawls
    active: bool = True


@dataclass(frozen=True, slots=True)
class Evidence:
    """The captured response behind an item: where its WARC record lies, and what it hashed to."""

    url: str
    sha256: str  # of the payload, hex
    fetched_at: datetime
    warc_path: str = ""  # relative to the data folder; empty when nothing was fetched
    warc_offset: int = 0  # bytes


@dataclass(frozen=True, slots=True)
class NewItem:
    """One article or post on its way into the record. Text is masked, plain and cleaned."""

    source: str
    platform: Platform
    text: str
    url: str = ""  # canonical; empty for texts handed in without one
    title: str = ""
    author: str = ""  # the byline of press; always empty or a pseudonym for posts (R6)
    published_at: datetime | None = None
    seen_at: datetime | None = None
    language: str = ""
    external_id: str = ""  # the id that an imported file gave it
    evidence: Evidence | None = None
    section: str = ""  # the press's own: "Daerah", "Politik"
    tags: tuple[str, ...] = ()  # likewise
    views: int | None = None  # as a public channel counts them
    edited: bool = False  # its channel marks it as edited
    further: tuple[Evidence, ...] = ()  # the responses of an article's other parts, in order


@dataclass(frozen=True, slots=True)
class Item:
    """An item as the record holds it, in its newest revision."""

    id: ItemId
    source: str
    source_kind: SourceKind
    platform: Platform
    url: str
    title: str
    text: str
    author: str
    published_at: datetime | None
    first_seen_at: datetime
    language: str
    content_hash: str
    revision: int  # 1 for the first
    stage: Stage
    claim_id: ClaimId | None = None
    external_id: str = ""
    voice: str = ""  # who says it: its source, or the agency or group whose words it repeats
    wire: str = ""  # the agency it is credited to
    copy_of: ItemId | None = None  # the press item whose words it repeats
    section: str = ""
    tags: tuple[str, ...] = ()
    views: int | None = None
    edited: bool = False
    gone_at: datetime | None = None  # when its source was found to have taken it away

    @property
    def full_text(self) -> str:
        """Title and text as one; spans are positions in this."""
        return f"{self.title}\n{self.text}" if self.title else self.text


@dataclass(frozen=True, slots=True)
class Revision:
    number: int
    title: str
    text: str
    content_hash: str
    seen_at: datetime


@dataclass(frozen=True, slots=True)
class Span:
    """A sentence that carried a label: `full_text[start:end]`, in characters.

    `contribution` is by how much the label's probability falls when it is left out.
    """

    start: int
    end: int
    label: Label
    contribution: float


@dataclass(frozen=True, slots=True)
class Assessment:
    """What one model version says of one text. A lead, never a verdict."""

    model: str  # name and version of the artefact
    probabilities: Mapping[Label, float]  # calibrated, independent
    stance: Stance
    stance_probability: float  # that the text asserts
    flagged: frozenset[Label]  # empty unless the stance is ASSERTS
    abstained: frozenset[Label] = frozenset()  # too close to call: shown as such
    spans: tuple[Span, ...] = ()
    cues: tuple[str, ...] = ()  # chain-message cues found, by group name
    embedding: bytes = field(default=b"", repr=False)  # float16, unit length, little-endian


@dataclass(frozen=True, slots=True)
class NewFactCheck:
    """A published check on its way into the record. `claim` is the claim only, never debunk prose."""

    url: str
    publisher: str
    claim: str
    verdict: Verdict
    verdict_text: str  # the publisher's own word
    title: str = ""
    published_at: datetime | None = None
    source: str = ""
    evidence: Evidence | None = None


@dataclass(frozen=True, slots=True)
class FactCheck:
    id: FactCheckId
    url: str
    publisher: str
    claim: str
    verdict: Verdict
    verdict_text: str
    title: str
    published_at: datetime | None
    source: str
    first_seen_at: datetime
    embedding: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True)
class Match:
    """How likely an item makes the claim that a fact-check looked into."""

    fact_check_id: FactCheckId
    probability: float
    confirmed: bool  # at or above the confirm threshold; else only suggested
    shared_words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Claim:
    """The same thing being said by many items: what an analyst decides on."""

    id: ClaimId
    headline: str  # one line: what is said
    lane: Lane
    state: ClaimState
    priority: float
    labels: frozenset[Label]
    item_count: int
    source_count: int
    first_seen_at: datetime
    last_seen_at: datetime
    version: int  # grows with every decision; a decision carries the one it saw
    voice_count: int = 0  # independent sources: copies of one agency or group count once
    resurfaced_at: datetime | None = None  # last seen again after `triage.SILENCE`
    merged_into: ClaimId | None = None  # the claim that holds its items now
    narrative_id: NarrativeId | None = None
    answered_at: datetime | None = None  # when the field answered, as long as nobody decided since
    election: bool = False  # it is about an election: lifted the nearer a stage is
    waits: bool = False  # for another person: a second opinion, or a proposal to agree to
    special: bool = False  # marked KHUSUS: nothing is settled on it by one person


class EditKind(StrEnum):
    """What a person did to the bounds of claims."""

    MERGE = "merge"
    SPLIT = "split"


@dataclass(frozen=True, slots=True)
class ClaimEdit:
    """A merge or split by a person: kept, and never undone by the machine. Append-only."""

    id: UUID
    kind: EditKind
    claim_id: ClaimId  # the one that stays
    other_id: ClaimId  # merged into it, or split off from it
    item_ids: tuple[ItemId, ...]  # that changed their claim
    user_name: str
    note: str
    edited_at: datetime


@dataclass(frozen=True, slots=True)
class Narrative:
    """A theme of many claims over weeks; `label` is made of the claims' own words."""

    id: NarrativeId
    label: str
    words: tuple[str, ...]
    claim_count: int
    item_count: int
    first_seen_at: datetime
    last_seen_at: datetime
    active: bool  # whether the newest clustering has it


@dataclass(frozen=True, slots=True)
class Vote:
    """One person's opinion on a claim that needs two people: a decision once another agrees."""

    user_id: UserId
    user_name: str
    decision: Decision
    reason: Reason
    note: str
    voted_at: datetime


@dataclass(frozen=True, slots=True)
class Review:
    """A decision on one claim, by the person who took it or settled it. Append-only."""

    id: UUID
    claim_id: ClaimId
    user_id: UserId
    user_name: str
    decision: Decision
    reason: str
    note: str
    decided_at: datetime
    claim_version: int
    state_before: ClaimState
    state_after: ClaimState
    votes: tuple[Vote, ...] = ()  # that led to it, in the order they came; none where one person decided

    @property
    def people(self) -> tuple[str, ...]:
        """The names behind the decision: who settled it, then whoever had said the same."""
        agreed = (v.user_name for v in self.votes if v.decision is self.decision)
        return (self.user_name, *(name for name in agreed if name != self.user_name))


@dataclass(frozen=True, slots=True)
class User:
    id: UserId
    name: str
    role: Role
    active: bool
    password_hash: str = field(repr=False)
    session_epoch: int = 0  # grows on password change: older sessions end

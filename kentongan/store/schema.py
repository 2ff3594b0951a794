"""The tables, as typed models. What they mean is in `kentongan.domain`."""

import re
from datetime import UTC, datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import (
    JSON,
    BigInteger,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Text,
    TypeDecorator,
    UniqueConstraint,
    Uuid,
    false,
)
from sqlalchemy import text as sql
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class UtcDateTime(TypeDecorator[datetime]):
    """Aware in, aware and UTC out, on both databases; a naive time is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without zone cannot be kept")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


_UNKEEPABLE = re.compile(r"[\x00\ud800-\udfff]")


def keepable(text: str) -> str:
    """Return the text with NULs and lone surrogates, which PostgreSQL refuses, as U+FFFD."""
    return _UNKEEPABLE.sub("\ufffd", text)


class KeepableText(TypeDecorator[str]):
    """Text that hostile input cannot make unkeepable; the same on both databases."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else keepable(value)


# SQLite counts its own row numbers only for INTEGER, PostgreSQL needs BIGINT.
RowNumber = BigInteger().with_variant(Integer(), "sqlite")


class Base(DeclarativeBase):
    type_annotation_map: ClassVar = {
        datetime: UtcDateTime(),
        UUID: Uuid(),
        str: KeepableText(),
        bytes: LargeBinary(),
        dict[str, Any]: JSON(),
        list[Any]: JSON(),
    }


class SourceRow(Base):
    __tablename__ = "sources"
    name: Mapped[str] = mapped_column(String(100), primary_key=True)
    title: Mapped[str]
    kind: Mapped[str] = mapped_column(String(20))
    permission: Mapped[str] = mapped_column(String(20))
    home: Mapped[str]
    region: Mapped[str] = mapped_column(String(60))
    time_zone: Mapped[str] = mapped_column(String(60))
    press_council: Mapped[bool]
    owner: Mapped[str]
    basis: Mapped[str]
    expected_daily: Mapped[float | None] = mapped_column(Float)
    every_minutes: Mapped[float] = mapped_column(Float)
    active: Mapped[bool]
    updated_at: Mapped[datetime]


class ItemRow(Base):
    __tablename__ = "items"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    identity: Mapped[str] = mapped_column(unique=True)
    source: Mapped[str] = mapped_column(ForeignKey("sources.name"))
    platform: Mapped[str] = mapped_column(String(20))
    url: Mapped[str]
    title: Mapped[str]
    text: Mapped[str]
    author: Mapped[str]
    language: Mapped[str] = mapped_column(String(20))
    external_id: Mapped[str]
    published_at: Mapped[datetime | None]
    first_seen_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    content_hash: Mapped[str] = mapped_column(String(64), index=True)
    revision: Mapped[int]
    stage: Mapped[str] = mapped_column(String(20))
    lease_owner: Mapped[str | None] = mapped_column(String(100))
    lease_until: Mapped[datetime | None]
    trouble: Mapped[str | None]  # why the conveyor set it aside
    claim_id: Mapped[UUID | None] = mapped_column(ForeignKey("claims.id"))
    press: Mapped[bool]  # whether its source is of the press
    assessment_id: Mapped[UUID | None]  # of the newest assessment of the newest revision
    hoax: Mapped[bool]  # the labels it bears, matches considered; one column each: there are only these three
    black_campaign: Mapped[bool]
    identity_politics: Mapped[bool]
    risk: Mapped[float] = mapped_column(Float)  # the highest among them, 0 for none; see `triage.hoax_risk`
    refuted: Mapped[bool]
    surest: Mapped[float] = mapped_column(
        Float
    )  # of its matches' probabilities the highest, 1 more if confirmed
    voice: Mapped[str]  # who says it: its source, or the agency or group whose words it repeats
    wire: Mapped[str] = mapped_column(String(40))  # the agency it is credited to, or empty
    copy_of: Mapped[UUID | None] = mapped_column(index=True)  # the press item whose words it repeats
    pinned: Mapped[bool]  # a person put it into its claim: the machine leaves it there
    given: Mapped[dict[str, Any]]  # labels and links that an imported file stated, a reporter's place
    section: Mapped[str]
    tags: Mapped[list[Any]]
    views: Mapped[int | None]
    edited: Mapped[bool]
    gone_at: Mapped[datetime | None]  # when its source was found to have taken it away
    __table_args__ = (
        Index("items_stage", "stage", "id"),
        Index("items_source", "source", "id"),
        # The item that speaks for a claim, the one with its surest check, and when it was seen: found
        # without reading the others.
        Index("items_lead", "claim_id", "press", sql("risk DESC"), "first_seen_at", "id"),
        Index("items_checked", "claim_id", "press", sql("surest DESC"), "id"),
        Index("items_seen", "claim_id", sql("coalesce(published_at, first_seen_at)")),
        Index("items_platform", "claim_id", "platform"),
        # What was seen in a stretch of time, with what trends tell apart: items themselves are not read.
        Index(
            "items_when",
            sql("coalesce(published_at, first_seen_at)"),
            "published_at",  # both again, or neither database knows that it has all it needs
            "first_seen_at",
            "source",
            "platform",
            "hoax",
            "black_campaign",
            "identity_politics",
            "press",
            "claim_id",
            "id",
        ),
    )


class TallyRow(Base):
    """How many items of a claim are alike in all that triage counts; never 0.

    Written by triggers on `items` alone, so that it is true whoever moves or relabels items.
    """

    __tablename__ = "claim_tallies"
    claim_id: Mapped[UUID] = mapped_column(ForeignKey("claims.id"), primary_key=True)
    source: Mapped[str] = mapped_column(String(100), primary_key=True)
    voice: Mapped[str] = mapped_column(primary_key=True)
    refuted: Mapped[bool] = mapped_column(primary_key=True)
    hoax: Mapped[bool] = mapped_column(primary_key=True)
    black_campaign: Mapped[bool] = mapped_column(primary_key=True)
    identity_politics: Mapped[bool] = mapped_column(primary_key=True)
    items: Mapped[int]
    __table_args__ = ({"sqlite_with_rowid": False},)


class RevisionRow(Base):
    __tablename__ = "revisions"
    item_id: Mapped[UUID] = mapped_column(ForeignKey("items.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    text: Mapped[str]
    content_hash: Mapped[str] = mapped_column(String(64))
    seen_at: Mapped[datetime]


class EvidenceRow(Base):
    __tablename__ = "evidence"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    item_id: Mapped[UUID | None] = mapped_column(ForeignKey("items.id"), index=True)
    fact_check_id: Mapped[UUID | None] = mapped_column(ForeignKey("fact_checks.id"), index=True)
    revision: Mapped[int]
    url: Mapped[str]
    sha256: Mapped[str] = mapped_column(String(64))
    fetched_at: Mapped[datetime]
    warc_path: Mapped[str]
    warc_offset: Mapped[int] = mapped_column(BigInteger)


class AssessmentRow(Base):
    __tablename__ = "assessments"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    item_id: Mapped[UUID] = mapped_column(ForeignKey("items.id"))
    revision: Mapped[int]
    model: Mapped[str] = mapped_column(String(100))
    content_hash: Mapped[str] = mapped_column(String(64))
    probabilities: Mapped[dict[str, Any]]
    stance: Mapped[str] = mapped_column(String(20))
    stance_probability: Mapped[float] = mapped_column(Float)
    flagged: Mapped[list[Any]]
    abstained: Mapped[list[Any]]
    spans: Mapped[list[Any]]
    cues: Mapped[list[Any]]
    embedding: Mapped[bytes]
    assessed_at: Mapped[datetime]
    __table_args__ = (
        UniqueConstraint("item_id", "revision", "model"),
        Index("assessments_repeat", "content_hash", "model"),
    )


class FactCheckRow(Base):
    __tablename__ = "fact_checks"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    url: Mapped[str] = mapped_column(unique=True)
    publisher: Mapped[str]
    source: Mapped[str]
    claim: Mapped[str]
    title: Mapped[str]
    verdict: Mapped[str] = mapped_column(String(20))
    verdict_text: Mapped[str]
    published_at: Mapped[datetime | None]
    first_seen_at: Mapped[datetime]
    content_hash: Mapped[str] = mapped_column(String(64))
    embedding: Mapped[bytes]
    embedded_by: Mapped[str] = mapped_column(String(100), index=True)
    looked_back: Mapped[bool]  # whether items collected before it were held against it


class MatchRow(Base):
    __tablename__ = "matches"
    item_id: Mapped[UUID] = mapped_column(ForeignKey("items.id"), primary_key=True)
    fact_check_id: Mapped[UUID] = mapped_column(ForeignKey("fact_checks.id"), primary_key=True, index=True)
    probability: Mapped[float] = mapped_column(Float)
    confirmed: Mapped[bool]
    shared_words: Mapped[list[Any]]
    matched_at: Mapped[datetime]


class ShingleRow(Base):
    """Hashes of word runs, for finding near-duplicates by what they contain."""

    __tablename__ = "shingles"
    hash: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    item_id: Mapped[UUID] = mapped_column(ForeignKey("items.id"), primary_key=True, index=True)


class ClaimRow(Base):
    __tablename__ = "claims"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    headline: Mapped[str]
    lane: Mapped[str] = mapped_column(String(20))
    state: Mapped[str] = mapped_column(String(20))
    priority: Mapped[float] = mapped_column(Float)
    hoax: Mapped[bool]
    black_campaign: Mapped[bool]
    identity_politics: Mapped[bool]
    item_count: Mapped[int]
    source_count: Mapped[int]
    first_seen_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    version: Mapped[int]
    voice_count: Mapped[int]  # independent ones
    resurfaced_at: Mapped[datetime | None]  # when it was last seen again after a long silence
    merged_into: Mapped[UUID | None] = mapped_column(index=True)  # the claim that holds its items now
    narrative_id: Mapped[UUID | None] = mapped_column(index=True)
    parted: Mapped[bool]  # whether people split it, or what is part of it now
    waits: Mapped[bool] = mapped_column(default=False)  # for another person; kept by `store.waiting`
    special: Mapped[bool] = mapped_column(default=False)  # marked KHUSUS
    answered_at: Mapped[datetime | None]  # when the field answered, as long as nobody decided since
    election: Mapped[bool] = mapped_column(server_default=false())  # it is about one; see `urgency`
    marks: Mapped[int] = mapped_column(server_default="0")  # what the queue filters by; see `marks`
    place_bits: Mapped[int] = mapped_column(BigInteger, server_default="0")  # see `marks.place_bits`
    lead_id: Mapped[UUID | None]  # of the item that speaks for it
    checked_id: Mapped[UUID | None]  # of the items that speak, the one with the surest match to a check
    laned_at: Mapped[datetime | None]  # since when it lies in its lane; none: since before this was kept
    queued_at: Mapped[datetime | None]  # when it first came into a lane of what is flagged; none: as above
    __table_args__ = (
        # A lane in the order of the queue, once about elections and once not, with what is filtered by.
        Index("claims_queue", "lane", "election", "priority", "id", "marks", "place_bits", "first_seen_at"),
        Index("claims_arrived", "lane", "laned_at"),
        Index("claims_state", "state", "last_seen_at"),  # those that a report of some days may be made of
        Index(
            "claims_answered",
            "lane",
            "election",
            "priority",
            "id",
            sqlite_where=sql("answered_at IS NOT NULL"),
            postgresql_where=sql("answered_at IS NOT NULL"),
        ),
    )


class ClaimEditRow(Base):
    """What a person said belongs together or apart; append-only, and stronger than the machine."""

    __tablename__ = "claim_edits"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    claim_id: Mapped[UUID] = mapped_column(ForeignKey("claims.id"), index=True)  # the one that stays
    other_id: Mapped[UUID] = mapped_column(
        ForeignKey("claims.id"), index=True
    )  # merged into it, or split off
    item_ids: Mapped[list[Any]]  # that changed their claim
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    note: Mapped[str]
    edited_at: Mapped[datetime]


class NarrativeRow(Base):
    """A theme of many claims over weeks."""

    __tablename__ = "narratives"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    label: Mapped[str]
    words: Mapped[list[Any]]
    claim_count: Mapped[int]
    item_count: Mapped[int]
    first_seen_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    centre: Mapped[bytes]  # float16, unit length
    active: Mapped[bool]  # whether the newest clustering has it


class ItemPlaceRow(Base):
    """A place of the region that an item speaks of."""

    __tablename__ = "item_places"
    item_id: Mapped[UUID] = mapped_column(ForeignKey("items.id"), primary_key=True)
    place: Mapped[str] = mapped_column(String(20), primary_key=True, index=True)  # Kemendagri code
    votes: Mapped[float] = mapped_column(Float)


class ItemTargetRow(Base):
    """A party, declared candidate or group that an item names; no score and no label looks at it."""

    __tablename__ = "item_targets"
    item_id: Mapped[UUID] = mapped_column(ForeignKey("items.id"), primary_key=True)
    target: Mapped[str] = mapped_column(String(80), primary_key=True, index=True)


class ReviewRow(Base):
    __tablename__ = "reviews"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    claim_id: Mapped[UUID] = mapped_column(ForeignKey("claims.id"))
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    decision: Mapped[str] = mapped_column(String(30))
    reason: Mapped[str]
    note: Mapped[str]
    decided_at: Mapped[datetime]
    claim_version: Mapped[int]
    state_before: Mapped[str] = mapped_column(String(30))
    state_after: Mapped[str] = mapped_column(String(30))
    marks: Mapped[int | None]  # of its claim as it was decided on, see `marks`; none: before this was kept
    __table_args__ = (
        UniqueConstraint("claim_id", "claim_version"),
        Index("reviews_decided", "decided_at"),
    )


class UserRow(Base):
    __tablename__ = "users"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(60), unique=True)
    role: Mapped[str] = mapped_column(String(30))
    password_hash: Mapped[str]
    active: Mapped[bool]
    session_epoch: Mapped[int]
    created_at: Mapped[datetime]


class AuditRow(Base):
    """Each row holds the hash of the one before: a removed or changed row breaks the chain."""

    __tablename__ = "audit"
    number: Mapped[int] = mapped_column(RowNumber, primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    actor: Mapped[str]
    action: Mapped[str] = mapped_column(String(60))
    subject: Mapped[str]
    detail: Mapped[dict[str, Any]]
    previous: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))
    __table_args__ = (
        Index("audit_action", "action", "at", "number"),
        Index("audit_actor", "actor", "at", "number"),
        Index("audit_at", "at", "number"),
    )


class OutboxRow(Base):
    """What the index has still to be told; written with the change it tells of."""

    __tablename__ = "outbox"
    id: Mapped[int] = mapped_column(RowNumber, primary_key=True, autoincrement=True)
    kind: Mapped[str] = mapped_column(String(20))
    document_id: Mapped[UUID]
    queued_at: Mapped[datetime]


class FetchRow(Base):
    """What became of each request of the crawler; trouble is kept, never guessed around."""

    __tablename__ = "fetches"
    id: Mapped[int] = mapped_column(RowNumber, primary_key=True, autoincrement=True)
    source: Mapped[str] = mapped_column(String(100))
    url: Mapped[str]
    status: Mapped[int]
    error: Mapped[str]
    at: Mapped[datetime]
    __table_args__ = (Index("fetches_source", "source", "id"),)


class PageRow(Base):
    """An address that a source lists: read once, looked at again by a plan, and whether it is still there."""

    __tablename__ = "pages"
    url: Mapped[str] = mapped_column(primary_key=True)  # as it is listed, cleaned
    source: Mapped[str] = mapped_column(String(100))
    item_id: Mapped[UUID | None] = mapped_column(ForeignKey("items.id"), index=True)
    stamp: Mapped[str]  # what its list said of its state when it was read
    from_list: Mapped[bool]  # the list gave the whole item, the page was not read
    read_at: Mapped[datetime]  # first
    checked_at: Mapped[datetime]  # last
    checks: Mapped[int]  # looks after the first reading
    tries: Mapped[int]  # in a row that gave no answer
    check_at: Mapped[datetime | None]  # the next look
    missed_at: Mapped[datetime | None]  # since when it does not answer
    missed_status: Mapped[int | None]
    __table_args__ = (Index("pages_check", "source", "check_at"),)


class CrawlRow(Base):
    """One crawl of one source: what came of it, for health and coverage."""

    __tablename__ = "crawls"
    id: Mapped[int] = mapped_column(RowNumber, primary_key=True, autoincrement=True)
    source: Mapped[str] = mapped_column(String(100))
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime]
    outcome: Mapped[str] = mapped_column(String(20))
    items: Mapped[int]
    revised: Mapped[int]
    fact_checks: Mapped[int]
    errors: Mapped[int]
    requests: Mapped[int]
    lists: Mapped[int]  # that answered and could be read
    lists_failed: Mapped[int]
    listed: Mapped[int]  # entries in them
    newest_at: Mapped[datetime | None]  # the newest date among the entries
    pages: Mapped[int]  # articles that answered
    unread: Mapped[int]  # of those, without an article that could be read
    untitled: Mapped[int]
    undated: Mapped[int]
    drift: Mapped[int]
    robots: Mapped[str] = mapped_column(String(20))
    whole: Mapped[bool]  # whether every list was read to its end
    problem: Mapped[str]  # the first trouble, in words
    __table_args__ = (
        Index("crawls_source", "source", "started_at"),
        Index("crawls_started", "started_at"),
    )


class ScheduleRow(Base):
    """When a source is due, and who is reading it now."""

    __tablename__ = "schedule"
    source: Mapped[str] = mapped_column(ForeignKey("sources.name"), primary_key=True)
    hosts: Mapped[list[Any]]  # no two crawls at once on any of them
    due_at: Mapped[datetime] = mapped_column(index=True)
    lease_owner: Mapped[str | None] = mapped_column(String(100))
    lease_until: Mapped[datetime | None]


class SourceAlarmRow(Base):
    """Something wrong with a source, from when it was noticed until it was over."""

    __tablename__ = "source_alarms"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    source: Mapped[str] = mapped_column(ForeignKey("sources.name"))
    kind: Mapped[str] = mapped_column(String(30))
    since: Mapped[datetime]  # when the trouble began, as far as can be told
    raised_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    detail: Mapped[str]
    __table_args__ = (
        Index(
            "source_alarms_open",
            "source",
            "kind",
            unique=True,
            sqlite_where=sql("ended_at IS NULL"),
            postgresql_where=sql("ended_at IS NULL"),
        ),
    )


APPEND_ONLY = ("reviews", "audit", "claim_edits")

"""The tables of the queue: what is counted of a claim, what was drawn, kept views, decisions in batches."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from kentongan.store.schema import Base


class ClaimPlaceRow(Base):
    """How many items of a claim speak of a place; never 0. Written by triggers alone, as the tallies are."""

    __tablename__ = "claim_places"
    claim_id: Mapped[UUID] = mapped_column(ForeignKey("claims.id"), primary_key=True)
    place: Mapped[str] = mapped_column(String(20), primary_key=True)  # Kemendagri code
    items: Mapped[int]
    __table_args__ = (
        Index("claim_places_of", "place", "claim_id"),
        {"sqlite_with_rowid": False},
    )


class ClaimHourRow(Base):
    """How many items of a claim were seen in an hour of UTC; never 0. Written by triggers alone."""

    __tablename__ = "claim_hours"
    claim_id: Mapped[UUID] = mapped_column(ForeignKey("claims.id"), primary_key=True)
    hour: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)  # since 1970
    items: Mapped[int]
    __table_args__ = ({"sqlite_with_rowid": False},)


class SampleRow(Base):
    """A claim that was drawn while nothing flagged it: each stands for `1 / sampling.SHARE` unflagged ones.

    What was missed is estimated from those that people decided on: `decided_at` is set, and `problem` tells
    whether they saw in it something to watch, verify or escalate. Both are empty again after an undo.
    """

    __tablename__ = "queue_samples"
    claim_id: Mapped[UUID] = mapped_column(ForeignKey("claims.id"), primary_key=True)
    drawn_at: Mapped[datetime] = mapped_column(index=True)
    flagged_at: Mapped[datetime | None]  # when the machine flagged it after all, before anyone decided
    decided_at: Mapped[datetime | None]
    problem: Mapped[bool | None]


class QueueViewRow(Base):
    """A lane with filters that somebody keeps under a name."""

    __tablename__ = "queue_views"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    owner_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), index=True)
    name: Mapped[str] = mapped_column(String(60))
    lane: Mapped[str] = mapped_column(String(20))
    filters: Mapped[dict[str, Any]]
    shared: Mapped[bool]
    created_at: Mapped[datetime]


class QueueDefaultRow(Base):
    """The view that a person's queue opens with."""

    __tablename__ = "queue_defaults"
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), primary_key=True)
    view_id: Mapped[UUID] = mapped_column(ForeignKey("queue_views.id", ondelete="CASCADE"))


class BatchRow(Base):
    """One decision that a person took on several claims at once."""

    __tablename__ = "queue_batches"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    decision: Mapped[str] = mapped_column(String(30))
    reason: Mapped[str]
    began_at: Mapped[datetime]
    undo_began_at: Mapped[datetime | None]
    __table_args__ = (Index("queue_batches_of", "user_id", "id"),)


class BatchClaimRow(Base):
    """What became of one claim of a batch: `outcome` and `undone` are empty until its turn has come."""

    __tablename__ = "queue_batch_claims"
    batch_id: Mapped[UUID] = mapped_column(ForeignKey("queue_batches.id"), primary_key=True)
    place: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    claim_id: Mapped[UUID] = mapped_column(ForeignKey("claims.id"))
    version_seen: Mapped[int]
    outcome: Mapped[str | None] = mapped_column(String(20))
    version_after: Mapped[int | None]
    undone: Mapped[str | None] = mapped_column(String(20))
    __table_args__ = (Index("queue_batch_claims_claim", "claim_id"),)

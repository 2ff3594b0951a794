"""The tables of what takes two people: votes on claims, and proposals that another person agrees to."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from kentongan.store.schema import Base


class VoteRow(Base):
    """What a person thinks should be decided; append-only. The newest of a person is the one that counts."""

    __tablename__ = "votes"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    claim_id: Mapped[UUID] = mapped_column(ForeignKey("claims.id"), index=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    decision: Mapped[str | None] = mapped_column(String(30))  # none: taken back
    reason: Mapped[str]
    note: Mapped[str]
    claim_version: Mapped[int]
    voted_at: Mapped[datetime]


class ReviewVoteRow(Base):
    """That a review settled a vote, counted or replaced: votes without one are still open. Append-only."""

    __tablename__ = "review_votes"
    vote_id: Mapped[UUID] = mapped_column(ForeignKey("votes.id"), primary_key=True)
    review_id: Mapped[UUID] = mapped_column(ForeignKey("reviews.id"), index=True)


class ProposalRow(Base):
    """What a person proposes to do about a claim; append-only. `content` is by its kind."""

    __tablename__ = "proposals"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    claim_id: Mapped[UUID] = mapped_column(ForeignKey("claims.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    content: Mapped[dict[str, Any]]
    needs_second: Mapped[bool]  # by the rule that held when it was proposed
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    claim_version: Mapped[int]
    proposed_at: Mapped[datetime]


class ProposalAnswerRow(Base):
    """What another person says to it; append-only, one a person."""

    __tablename__ = "proposal_answers"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    proposal_id: Mapped[UUID] = mapped_column(ForeignKey("proposals.id"))
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    agrees: Mapped[bool | None]  # none: taken back by who proposed it
    note: Mapped[str]
    answered_at: Mapped[datetime]
    __table_args__ = (UniqueConstraint("proposal_id", "user_id"),)


APPEND_ONLY = ("votes", "review_votes", "proposals", "proposal_answers")

"""The tables of dialogues that were held. What they mean is in `kentongan.dialogues`."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Date, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from kentongan.store.schema import Base


class DialogueEntryRow(Base):
    """A dialogue as it was written down, amended or withdrawn: whole each time; append-only."""

    __tablename__ = "dialogue_entries"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    dialogue_id: Mapped[UUID]
    version: Mapped[int]  # the greatest is how it stands
    step: Mapped[str] = mapped_column(String(20))
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    at: Mapped[datetime]
    reason: Mapped[str]  # of withdrawing
    kind: Mapped[str] = mapped_column(String(20))
    held_on: Mapped[date] = mapped_column(Date)  # in the region
    place: Mapped[str] = mapped_column(String(20))  # code; empty for the whole city
    bodies: Mapped[list[Any]]
    topic: Mapped[str]
    outcome: Mapped[str]
    follow_up: Mapped[str]
    __table_args__ = (
        UniqueConstraint("dialogue_id", "version"),
        Index("dialogue_entries_held", "held_on", "dialogue_id"),
    )


class DialogueNarrativeRow(Base):
    __tablename__ = "dialogue_narratives"
    entry_id: Mapped[UUID] = mapped_column(ForeignKey("dialogue_entries.id"), primary_key=True)
    narrative_id: Mapped[UUID] = mapped_column(ForeignKey("narratives.id"), primary_key=True)
    __table_args__ = (Index("dialogue_narratives_of", "narrative_id", "entry_id"),)


class DialogueClaimRow(Base):
    __tablename__ = "dialogue_claims"
    entry_id: Mapped[UUID] = mapped_column(ForeignKey("dialogue_entries.id"), primary_key=True)
    claim_id: Mapped[UUID] = mapped_column(ForeignKey("claims.id"), primary_key=True)
    __table_args__ = (Index("dialogue_claims_of", "claim_id", "entry_id"),)


APPEND_ONLY = ("dialogue_entries", "dialogue_narratives", "dialogue_claims")

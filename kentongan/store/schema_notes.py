"""The tables of notes on claims, and of whom they mention."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from kentongan.store.schema import Base


class ClaimNoteRow(Base):
    """What a person wrote down about a claim; append-only."""

    __tablename__ = "claim_notes"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    claim_id: Mapped[UUID] = mapped_column(ForeignKey("claims.id"))
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    text: Mapped[str]  # masked; who is mentioned stands in it as an id, see `kentongan.notes`
    written_at: Mapped[datetime]
    __table_args__ = (Index("claim_notes_newest", "claim_id", "written_at", "id"),)


class MentionRow(Base):
    """That a note mentions a person, and when they looked at it."""

    __tablename__ = "claim_mentions"
    note_id: Mapped[UUID] = mapped_column(ForeignKey("claim_notes.id"), primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), primary_key=True)
    read_at: Mapped[datetime | None]
    __table_args__ = (
        Index("claim_mentions_newest", "user_id", "note_id"),
        # What the frame of every page counts.
        Index(
            "claim_mentions_unread",
            "user_id",
            sqlite_where=sql("read_at IS NULL"),
            postgresql_where=sql("read_at IS NULL"),
        ),
    )


APPEND_ONLY = ("claim_notes",)

"""The tables of field work, as typed models. What they mean is in `kentongan.field`."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from kentongan.store.schema import Base


class UserPlaceRow(Base):
    """A kelurahan or kecamatan that a field reporter answers for."""

    __tablename__ = "user_places"
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), primary_key=True)
    place: Mapped[str] = mapped_column(String(20), primary_key=True, index=True)


class FieldRequestRow(Base):
    """What was asked; its state is told by its times. `answered_at` is of the first answer."""

    __tablename__ = "field_requests"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    claim_id: Mapped[UUID] = mapped_column(ForeignKey("claims.id"), index=True)
    place: Mapped[str] = mapped_column(String(20))
    statement: Mapped[str]
    question: Mapped[str]
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))  # who asked
    asked_at: Mapped[datetime]
    due_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    withdrawn_why: Mapped[str]
    __table_args__ = (Index("field_requests_area", "place", "due_at"),)


class FieldAnswerRow(Base):
    """Append-only: a correction is a further answer."""

    __tablename__ = "field_answers"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    request_id: Mapped[UUID] = mapped_column(ForeignKey("field_requests.id"), index=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    finding: Mapped[str] = mapped_column(String(20))
    text: Mapped[str]
    seen_at: Mapped[datetime | None]
    answered_at: Mapped[datetime]
    picture_sha256: Mapped[str] = mapped_column(String(64))  # empty without a picture
    picture_size: Mapped[int]
    picture_text: Mapped[str]


class FieldReportRow(Base):
    """What is known of a field report beside its item; goes when the item goes."""

    __tablename__ = "field_reports"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    item_id: Mapped[UUID] = mapped_column(ForeignKey("items.id", ondelete="CASCADE"), index=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))  # read for their own page and limits only
    form_key: Mapped[UUID]
    place: Mapped[str] = mapped_column(String(20))
    where_seen: Mapped[str] = mapped_column(String(20))
    seen_at: Mapped[datetime]
    received_at: Mapped[datetime]
    link: Mapped[str]
    text_hash: Mapped[str] = mapped_column(String(64))
    picture_sha256: Mapped[str] = mapped_column(String(64))  # empty without a picture
    picture_size: Mapped[int]
    picture_text: Mapped[str]
    __table_args__ = (
        UniqueConstraint("user_id", "form_key"),
        Index("field_reports_own", "user_id", "received_at"),
    )


APPEND_ONLY = ("field_answers",)

"""The tables of rounds, as typed models. What they mean is in `kentongan.rounds`."""

from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from sqlalchemy import Date, ForeignKey, Index, String, Time, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from kentongan.store.schema import Base


class StandingRoundRow(Base):
    """The order that rounds open by themselves, until it is stopped."""

    __tablename__ = "standing_rounds"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    rhythm: Mapped[str] = mapped_column(String(20))
    weekday: Mapped[int]
    clock_kelurahan: Mapped[time] = mapped_column(Time)  # of the region, as the two below
    clock_kecamatan: Mapped[time] = mapped_column(Time)
    clock_city: Mapped[time] = mapped_column(Time)
    places: Mapped[list[Any]]  # codes of kelurahan; empty for all of the region
    begun_at: Mapped[datetime]
    stopped_at: Mapped[datetime | None]


class RoundRow(Base):
    """One round; `form_key` is of the form it was opened with: sent twice, it is opened once."""

    __tablename__ = "rounds"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    form_key: Mapped[UUID] = mapped_column(unique=True)
    standing_id: Mapped[UUID | None] = mapped_column(ForeignKey("standing_rounds.id"))
    since: Mapped[date] = mapped_column(Date)
    until: Mapped[date] = mapped_column(Date)
    due_kelurahan: Mapped[datetime]
    due_kecamatan: Mapped[datetime]
    due_city: Mapped[datetime]
    places: Mapped[list[Any]]  # codes of kelurahan
    opened_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]  # by hand
    __table_args__ = (UniqueConstraint("standing_id", "until"), Index("rounds_due", "due_city"))


class SubmissionRow(Base):
    """What a place hands in for a round, as it stands."""

    __tablename__ = "submissions"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    round_id: Mapped[UUID] = mapped_column(ForeignKey("rounds.id"))
    place: Mapped[str] = mapped_column(String(20))
    state: Mapped[str] = mapped_column(String(20))
    version: Mapped[int]
    sheet: Mapped[dict[str, Any] | None]
    sent_version: Mapped[int | None]
    first_sent_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    taken_at: Mapped[datetime | None]
    note: Mapped[str]
    __table_args__ = (UniqueConstraint("round_id", "place"),)


class SubmissionVersionRow(Base):
    """A step in the life of a submission, and its content after it; append-only."""

    __tablename__ = "submission_versions"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    submission_id: Mapped[UUID] = mapped_column(ForeignKey("submissions.id"))
    version: Mapped[int]
    step: Mapped[str] = mapped_column(String(20))
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    at: Mapped[datetime]
    note: Mapped[str]
    sheet: Mapped[dict[str, Any] | None]
    __table_args__ = (UniqueConstraint("submission_id", "version"),)


APPEND_ONLY = ("submission_versions",)

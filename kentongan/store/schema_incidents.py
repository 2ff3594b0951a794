"""The tables of case files, as typed models. What they mean is in `kentongan.incidents`."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Date, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from kentongan.store.schema import Base

_HELD = sql("removed_at IS NULL")


class IncidentRow(Base):
    __tablename__ = "incidents"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    year: Mapped[int]  # in the region's zone, when it was opened
    sequence: Mapped[int]  # within the year, from 1
    title: Mapped[str]
    summary: Mapped[str]
    state: Mapped[str] = mapped_column(String(20))
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))  # who opened it
    opened_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    version: Mapped[int]
    __table_args__ = (UniqueConstraint("year", "sequence"),)


class IncidentPartRow(Base):
    """A claim or an item, never both; taken out, it stays here with when."""

    __tablename__ = "incident_parts"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    incident_id: Mapped[UUID] = mapped_column(ForeignKey("incidents.id"))
    claim_id: Mapped[UUID | None] = mapped_column(ForeignKey("claims.id"), index=True)
    item_id: Mapped[UUID | None] = mapped_column(ForeignKey("items.id"), index=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    added_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]
    __table_args__ = (
        *(
            Index(
                f"incident_parts_{name}",
                "incident_id",
                f"{name}_id",
                unique=True,
                sqlite_where=_HELD,
                postgresql_where=_HELD,
            )
            for name in ("claim", "item")
        ),
    )


class IncidentNoteRow(Base):
    __tablename__ = "incident_notes"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    incident_id: Mapped[UUID] = mapped_column(ForeignKey("incidents.id"), index=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    text: Mapped[str]
    written_at: Mapped[datetime]


class IncidentFileRow(Base):
    """A file that was handed in; its bytes lie in the data folder under their hash."""

    __tablename__ = "incident_files"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    incident_id: Mapped[UUID] = mapped_column(ForeignKey("incidents.id"), index=True)
    sha256: Mapped[str] = mapped_column(String(64))
    name: Mapped[str]
    size: Mapped[int]
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    added_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]


class IncidentClarificationRow(Base):
    __tablename__ = "incident_clarifications"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    incident_id: Mapped[UUID] = mapped_column(ForeignKey("incidents.id"), index=True)
    url: Mapped[str]
    publisher: Mapped[str]
    published_on: Mapped[date] = mapped_column(Date)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    added_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]


class IncidentChangeRow(Base):
    """What was done to a case, by whom, when and why; append-only."""

    __tablename__ = "incident_changes"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    incident_id: Mapped[UUID] = mapped_column(ForeignKey("incidents.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    part: Mapped[str] = mapped_column(String(20))  # empty for what concerns the case itself
    subject_id: Mapped[UUID | None]
    about: Mapped[str]
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    why: Mapped[str]
    changed_at: Mapped[datetime]


class IncidentHandOutRow(Base):
    """An export of a case; append-only. `actor` is a user's name, or whoever ran the command."""

    __tablename__ = "incident_hand_outs"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    incident_id: Mapped[UUID] = mapped_column(ForeignKey("incidents.id"), index=True)
    actor: Mapped[str]
    recipient: Mapped[str]
    mandate: Mapped[str]
    sha256: Mapped[str] = mapped_column(String(64))
    size: Mapped[int]
    handed_at: Mapped[datetime]


APPEND_ONLY = ("incident_notes", "incident_changes", "incident_hand_outs")

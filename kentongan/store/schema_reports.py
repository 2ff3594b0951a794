"""The tables of reports, as typed models. What they mean is in `kentongan.reports`."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Date, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from kentongan.store.schema import Base


class ReportRow(Base):
    """A report; once frozen the database lets nothing in it change."""

    __tablename__ = "reports"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    place: Mapped[str] = mapped_column(String(20))  # code of a kecamatan; empty for the city
    since: Mapped[date] = mapped_column(Date)
    until: Mapped[date] = mapped_column(Date)
    state: Mapped[str] = mapped_column(String(20))
    version: Mapped[int]
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))  # who drafted it
    made_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    content: Mapped[str]  # JSON, see `kentongan.reports.values`
    reader_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    signer_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    signed_at: Mapped[datetime | None]
    year: Mapped[int | None]  # in the region's zone, when it was signed
    sequence: Mapped[int | None]  # within kind and year, from 1, without gaps
    canonical: Mapped[str]  # what was hashed; empty until then
    sha256: Mapped[str] = mapped_column(String(64))
    __table_args__ = (
        UniqueConstraint("kind", "year", "sequence"),
        Index("reports_newest", "changed_at", "id"),
    )


class ReportEntryRow(Base):
    """A step in the life of a report, and its content after it; append-only."""

    __tablename__ = "report_entries"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    report_id: Mapped[UUID] = mapped_column(ForeignKey("reports.id"))
    version: Mapped[int]
    step: Mapped[str] = mapped_column(String(20))
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    at: Mapped[datetime]
    note: Mapped[str]
    content: Mapped[str]
    __table_args__ = (UniqueConstraint("report_id", "version"),)


APPEND_ONLY = ("report_entries",)

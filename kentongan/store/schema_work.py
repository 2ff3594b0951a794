"""The tables of the team's figures: what lay at the top of the queue each morning. Nothing about who."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Date, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from kentongan.store.schema import Base


class MorningRow(Base):
    """A morning on which the queue was looked at; a day without one is not known, which is not zero."""

    __tablename__ = "work_mornings"
    day: Mapped[date] = mapped_column(Date, primary_key=True)  # of the region
    noted_at: Mapped[datetime]
    waiting: Mapped[int]  # claims in the lane, those further down included


class MorningClaimRow(Base):
    """A claim that lay among the first places then."""

    __tablename__ = "work_morning_claims"
    day: Mapped[date] = mapped_column(Date, ForeignKey("work_mornings.day"), primary_key=True)
    place: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)  # from 1
    claim_id: Mapped[UUID] = mapped_column(ForeignKey("claims.id"))

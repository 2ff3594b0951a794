"""The tables of leases: who works on which claim now, and who took one over from whom."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from kentongan.store.schema import Base


class LeaseRow(Base):
    """That a person works on a claim; at most one a claim, and none that counts after `until`."""

    __tablename__ = "leases"
    claim_id: Mapped[UUID] = mapped_column(ForeignKey("claims.id"), primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    since: Mapped[datetime]
    until: Mapped[datetime] = mapped_column(index=True)


class LeaseTakeOverRow(Base):
    """That a claim was taken over from who held it, and why; append-only."""

    __tablename__ = "lease_take_overs"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    claim_id: Mapped[UUID] = mapped_column(ForeignKey("claims.id"), index=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    holder_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))  # from whom
    note: Mapped[str]
    taken_at: Mapped[datetime]


APPEND_ONLY = ("lease_take_overs",)

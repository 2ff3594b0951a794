"""The tables of sharing: bundles of ours, other offices, what came from them, and public statements."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Date, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from kentongan.store.schema import Base


class PartnerRow(Base):
    """Another office. Address and token are sealed; a withdrawn one stays, so that its key stays known."""

    __tablename__ = "share_partners"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str]
    public_key: Mapped[str]
    fingerprint: Mapped[str | None] = mapped_column(String(64), unique=True)
    address: Mapped[bytes | None]
    token: Mapped[bytes | None]
    added_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]


class BundleRow(Base):
    """A bundle of ours; what left is never changed and nothing is removed."""

    __tablename__ = "shared_bundles"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    state: Mapped[str] = mapped_column(String(20))
    version: Mapped[int]
    recipient: Mapped[str]
    partner_id: Mapped[UUID | None] = mapped_column(ForeignKey("share_partners.id"))
    reason: Mapped[str]
    necessity: Mapped[str]
    rabat: Mapped[dict[str, Any]]
    needs_second: Mapped[bool]
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    prepared_at: Mapped[datetime]
    content: Mapped[str]  # JSON, see `kentongan.sharing.composing`
    settler_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    settled_at: Mapped[datetime | None]
    note: Mapped[str]
    document: Mapped[str]  # signed JSON, as it left; empty until then
    sha256: Mapped[str] = mapped_column(String(64))
    withdraws: Mapped[UUID | None] = mapped_column(ForeignKey("shared_bundles.id"))


class PushRow(Base):
    """A released bundle on its way to the address of its recipient."""

    __tablename__ = "share_pushes"
    bundle_id: Mapped[UUID] = mapped_column(ForeignKey("shared_bundles.id"), primary_key=True)
    partner_id: Mapped[UUID] = mapped_column(ForeignKey("share_partners.id"))
    state: Mapped[str] = mapped_column(String(20))
    due_at: Mapped[datetime]
    tries: Mapped[int]
    taken_until: Mapped[datetime | None]
    problem: Mapped[str]
    done_at: Mapped[datetime | None]
    __table_args__ = (Index("share_pushes_due", "state", "due_at"),)


class ReceivedBundleRow(Base):
    """A bundle of another office, by its own id."""

    __tablename__ = "received_bundles"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    partner_id: Mapped[UUID] = mapped_column(ForeignKey("share_partners.id"))
    document: Mapped[str]
    sha256: Mapped[str] = mapped_column(String(64))
    released_at: Mapped[datetime]
    received_at: Mapped[datetime] = mapped_column(index=True)
    withdraws: Mapped[UUID | None] = mapped_column(index=True)
    withdrawn_at: Mapped[datetime | None]


class ReceivedClaimRow(Base):
    __tablename__ = "received_claims"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    bundle_id: Mapped[UUID] = mapped_column(ForeignKey("received_bundles.id"), index=True)
    place: Mapped[int]  # within its bundle
    text: Mapped[str]
    press: Mapped[bool]
    content: Mapped[dict[str, Any]]


class ReceivedLikenessRow(Base):
    """That a received claim may say the same as one of ours, as it looked when it came."""

    __tablename__ = "received_likenesses"
    received_id: Mapped[UUID] = mapped_column(ForeignKey("received_claims.id"), primary_key=True)
    claim_id: Mapped[UUID] = mapped_column(ForeignKey("claims.id"), primary_key=True, index=True)
    place: Mapped[int]  # likest first


class StatementRow(Base):
    """A published statement; append-only."""

    __tablename__ = "public_statements"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    since: Mapped[date] = mapped_column(Date)
    until: Mapped[date] = mapped_column(Date)
    canonical: Mapped[str]
    sha256: Mapped[str] = mapped_column(String(64))
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    published_at: Mapped[datetime] = mapped_column(index=True)


APPEND_ONLY = ("public_statements", "received_claims", "received_likenesses")

"""The tables of people's access: sessions, one-time links, second factors and failed attempts.

No secret stands in them as it is: tokens and codes as SHA-256, the keys of second factors sealed.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from kentongan.store.schema import Base


class SessionRow(Base):
    """One browser that is logged in, or was."""

    __tablename__ = "sessions"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), index=True)
    epoch: Mapped[int]  # of the user when it began: a greater one ends it
    browser: Mapped[str] = mapped_column(String(40))
    system: Mapped[str] = mapped_column(String(40))
    network: Mapped[str] = mapped_column(String(60))  # the address, cut: never the whole of it
    began_at: Mapped[datetime]
    seen_at: Mapped[datetime] = mapped_column(index=True)
    ended_at: Mapped[datetime | None]


class OneTimeLinkRow(Base):
    """An invitation, or leave to choose a new password; used once or never."""

    __tablename__ = "one_time_links"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    kind: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(60), index=True)
    role: Mapped[str] = mapped_column(String(30))
    made_by: Mapped[str]
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class SecondFactorRow(Base):
    """The key of a user's code generator; `pending` waits for its first right code."""

    __tablename__ = "second_factors"
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), primary_key=True)
    sealed: Mapped[bytes | None]
    since: Mapped[datetime | None]
    last_step: Mapped[int] = mapped_column(BigInteger)  # of the last code taken: no code counts twice
    pending: Mapped[bytes | None]


class RecoveryCodeRow(Base):
    """A code that stands in once for the generator."""

    __tablename__ = "recovery_codes"
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), primary_key=True)
    code_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    used_at: Mapped[datetime | None]


class FactorRuleRow(Base):
    """A role that may not go without a second factor."""

    __tablename__ = "factor_rules"
    role: Mapped[str] = mapped_column(String(30), primary_key=True)


class AttemptRow(Base):
    """Attempts that did not lead in, by who tried: strangers by the name they tried, known browsers apart."""

    __tablename__ = "attempts"
    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    name_hash: Mapped[str] = mapped_column(String(64), index=True)
    count: Mapped[int]
    last_at: Mapped[datetime] = mapped_column(index=True)
    wait_until: Mapped[datetime]

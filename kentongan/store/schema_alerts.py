"""The tables of alerts: what was told, to whom by which way, and what became of each message."""

from datetime import datetime, time
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, Time, UniqueConstraint
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from kentongan.store.schema import Base


class AlertRow(Base):
    """Something that the team was to be told of; `lasts` until its event is over."""

    __tablename__ = "alerts"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    about: Mapped[str] = mapped_column(String(20))
    subject: Mapped[str] = mapped_column(String(160))
    title: Mapped[str]  # what the subject is called; empty where its words are not to be sent
    link: Mapped[str]  # path of our own page with the evidence
    figures: Mapped[dict[str, Any]]
    owner_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))  # of a private saved search
    raised_at: Mapped[datetime]
    held_at: Mapped[datetime]  # when the rule held last
    lasts: Mapped[bool]
    __table_args__ = (
        Index("alerts_raised", "raised_at", "id"),
        Index(
            "alerts_lasting",
            "kind",
            "about",
            "subject",
            unique=True,
            sqlite_where=sql("lasts"),
            postgresql_where=sql("lasts"),
        ),
    )


class AlertRuleRow(Base):
    """What one person wants to be told of, and how. The address is sealed."""

    __tablename__ = "alert_rules"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), index=True)
    kinds: Mapped[list[Any]]
    subject: Mapped[str] = mapped_column(String(160))  # only of this narrative, place, ...; empty for all
    channel: Mapped[str] = mapped_column(String(20))
    address: Mapped[bytes]
    digest_at: Mapped[time | None] = mapped_column(Time)  # of the region; none: at once
    quiet_from: Mapped[time | None] = mapped_column(Time)
    quiet_until: Mapped[time | None] = mapped_column(Time)
    created_at: Mapped[datetime]


class AlertDeliveryRow(Base):
    """One alert on its way by one rule."""

    __tablename__ = "alert_deliveries"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    alert_id: Mapped[UUID] = mapped_column(ForeignKey("alerts.id"))
    rule_id: Mapped[UUID] = mapped_column(ForeignKey("alert_rules.id", ondelete="CASCADE"), index=True)
    state: Mapped[str] = mapped_column(String(20))
    due_at: Mapped[datetime]
    tries: Mapped[int]
    taken_until: Mapped[datetime | None]  # whoever sends it has so long
    problem: Mapped[str]
    done_at: Mapped[datetime | None]
    __table_args__ = (
        UniqueConstraint("alert_id", "rule_id"),
        Index("alert_deliveries_due", "state", "due_at"),
    )

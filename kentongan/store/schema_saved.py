"""The tables of saved searches: who watches what, what was found, and who has looked."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from kentongan.store.schema import Base


class SavedSearchRow(Base):
    """A query that every new item is held against."""

    __tablename__ = "saved_searches"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    topic: Mapped[str] = mapped_column(String(60))  # of the product's watch topics, or empty
    owner_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("users.id"), index=True
    )  # none: the region's own
    title: Mapped[str]
    query: Mapped[str]
    filters: Mapped[dict[str, Any]]
    route: Mapped[str]
    note: Mapped[str]
    shared: Mapped[bool]
    paused: Mapped[bool]
    edited: Mapped[bool]  # by a person, so that a topic follows the product no more
    version: Mapped[int]  # grows with every change
    created_at: Mapped[datetime]
    watched_since: Mapped[datetime | None]  # what came in before is no hit; none: everything may be
    expires_at: Mapped[datetime | None]
    __table_args__ = (
        Index(
            "saved_searches_topic",
            "topic",
            unique=True,
            sqlite_where=sql("topic <> ''"),
            postgresql_where=sql("topic <> ''"),
        ),
    )


class SavedHitRow(Base):
    """An item that a saved search found, once however often it is looked at."""

    __tablename__ = "saved_hits"
    search_id: Mapped[UUID] = mapped_column(
        ForeignKey("saved_searches.id", ondelete="CASCADE"), primary_key=True
    )
    item_id: Mapped[UUID] = mapped_column(
        ForeignKey("items.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    found_at: Mapped[datetime]
    left_at: Mapped[datetime | None]  # since when it matches no more: it was edited, or its claim decided on
    __table_args__ = (Index("saved_hits_newest", "search_id", "found_at", "item_id"),)


class SavedLookRow(Base):
    """When a user last looked at what a saved search found."""

    __tablename__ = "saved_looks"
    search_id: Mapped[UUID] = mapped_column(
        ForeignKey("saved_searches.id", ondelete="CASCADE"), primary_key=True
    )
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), primary_key=True)
    looked_at: Mapped[datetime]

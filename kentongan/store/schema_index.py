"""The tables of how the index stands, as typed models: what it refused, and a rebuild under way."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from kentongan.store.schema import Base


class IndexRefusalRow(Base):
    """A document that the index would not take as it is."""

    __tablename__ = "index_refusals"
    document_id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    reason: Mapped[str]
    tries: Mapped[int]
    first_at: Mapped[datetime]
    last_at: Mapped[datetime]


class IndexRebuildRow(Base):
    """The rebuild under way; there is one at most. Silent for long, it has died."""

    __tablename__ = "index_rebuilds"
    only: Mapped[bool] = mapped_column(primary_key=True)  # always true
    id: Mapped[UUID]
    began_at: Mapped[datetime]
    beat_at: Mapped[datetime]


class IndexRetoldRow(Base):
    """What the old index was told while the new one is being filled: the new one is told it again."""

    __tablename__ = "index_retold"
    document_id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))

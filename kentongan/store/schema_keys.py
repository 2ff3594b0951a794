"""The table of keys that people chose for themselves."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import JSON, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from kentongan.store.schema import Base


class UserKeysRow(Base):
    """The keys of one person, where they are not those of the product."""

    __tablename__ = "user_keys"
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), primary_key=True)
    keys: Mapped[dict[str, str]] = mapped_column(JSON)  # action to key; empty for none
    changed_at: Mapped[datetime]

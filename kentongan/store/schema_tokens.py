"""The table of the programming interface's tokens. No secret stands in it, only its SHA-256."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from kentongan.store.schema import Base


class ApiTokenRow(Base):
    """A token, holding or not; `epoch`: of the user when it was made, a greater one ends it."""

    __tablename__ = "api_tokens"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(12), unique=True)
    secret_hash: Mapped[str] = mapped_column(String(64))
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), index=True)
    epoch: Mapped[int]
    name: Mapped[str] = mapped_column(String(60))
    scopes: Mapped[list[str]] = mapped_column(JSON)
    made_by: Mapped[str]
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]

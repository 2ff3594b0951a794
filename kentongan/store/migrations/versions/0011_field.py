"""Verification requests, their answers, and field reports."""

import sqlalchemy as sa
from alembic import op

from kentongan.store.schema import UtcDateTime

revision = "0011"
down_revision = "0010"

_APPEND_ONLY = "field_answers"


def _user(**options: bool) -> sa.Column:
    return sa.Column("user_id", sa.Uuid(), sa.ForeignKey("users.id"), nullable=False, **options)


def _text(name: str, length: int | None = None) -> sa.Column:
    return sa.Column(name, sa.String(length=length) if length else sa.Text(), nullable=False)


def _time(name: str, nullable: bool = False) -> sa.Column:
    return sa.Column(name, UtcDateTime(), nullable=nullable)


def _key() -> sa.Column:
    return sa.Column("id", sa.Uuid(), primary_key=True, nullable=False)


def _picture() -> tuple[sa.Column, ...]:
    size = sa.Column("picture_size", sa.Integer(), nullable=False)
    return _text("picture_sha256", 64), size, _text("picture_text")


def upgrade() -> None:
    place = sa.Column("place", sa.String(length=20), primary_key=True, nullable=False)
    op.create_table("user_places", _user(primary_key=True), place)
    op.create_index(op.f("ix_user_places_place"), "user_places", ["place"], unique=False)
    op.create_table(
        "field_requests",
        _key(),
        sa.Column("claim_id", sa.Uuid(), sa.ForeignKey("claims.id"), nullable=False),
        _text("place", 20),
        _text("statement"),
        _text("question"),
        _user(),
        _time("asked_at"),
        _time("due_at"),
        _time("answered_at", nullable=True),
        _time("withdrawn_at", nullable=True),
        _text("withdrawn_why"),
    )
    op.create_index(op.f("ix_field_requests_claim_id"), "field_requests", ["claim_id"], unique=False)
    op.create_index("field_requests_area", "field_requests", ["place", "due_at"], unique=False)
    op.create_table(
        _APPEND_ONLY,
        _key(),
        sa.Column("request_id", sa.Uuid(), sa.ForeignKey("field_requests.id"), nullable=False),
        _user(),
        _text("finding", 20),
        _text("text"),
        _time("seen_at", nullable=True),
        _time("answered_at"),
        *_picture(),
    )
    op.create_index(op.f("ix_field_answers_request_id"), _APPEND_ONLY, ["request_id"], unique=False)
    op.create_table(
        "field_reports",
        _key(),
        sa.Column("item_id", sa.Uuid(), sa.ForeignKey("items.id", ondelete="CASCADE"), nullable=False),
        _user(),
        sa.Column("form_key", sa.Uuid(), nullable=False),
        _text("place", 20),
        _text("where_seen", 20),
        _time("seen_at"),
        _time("received_at"),
        _text("link"),
        _text("text_hash", 64),
        *_picture(),
        sa.UniqueConstraint("user_id", "form_key"),
    )
    op.create_index(op.f("ix_field_reports_item_id"), "field_reports", ["item_id"], unique=False)
    op.create_index("field_reports_own", "field_reports", ["user_id", "received_at"], unique=False)
    op.add_column("claims", _time("answered_at", nullable=True))
    answered = sa.text("answered_at IS NOT NULL")
    op.create_index(
        "claims_answered",
        "claims",
        ["lane", "election", "priority", "id"],
        sqlite_where=answered,
        postgresql_where=answered,
    )
    _forbid_changes()


def _forbid_changes() -> None:
    """Answers can be added to, and nothing else, as reviews can."""
    sqlite = op.get_bind().dialect.name == "sqlite"
    for verb in ("UPDATE", "DELETE"):
        name = f"{_APPEND_ONLY}_no_{verb.lower()}"
        if sqlite:
            op.execute(
                f"CREATE TRIGGER {name} BEFORE {verb} ON {_APPEND_ONLY} "
                f"BEGIN SELECT RAISE(ABORT, '{_APPEND_ONLY} is append-only'); END"
            )
        else:
            op.execute(
                f"CREATE TRIGGER {name} BEFORE {verb} ON {_APPEND_ONLY} "
                f"FOR EACH ROW EXECUTE FUNCTION kentongan_append_only()"
            )
    if not sqlite:
        op.execute(
            f"CREATE TRIGGER {_APPEND_ONLY}_no_truncate BEFORE TRUNCATE ON {_APPEND_ONLY} "
            f"FOR EACH STATEMENT EXECUTE FUNCTION kentongan_append_only()"
        )


def downgrade() -> None:
    op.drop_index("claims_answered", table_name="claims")
    op.drop_column("claims", "answered_at")
    for table in ("field_reports", _APPEND_ONLY, "field_requests", "user_places"):
        op.drop_table(table)

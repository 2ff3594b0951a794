"""Sessions, invitations, second factors and lockouts."""

import sqlalchemy as sa
from alembic import op

from kentongan.store.schema import UtcDateTime

revision = "0013"
down_revision = "0012"

_AUDIT_INDEXES = (
    ("audit_action", ["action", "at", "number"]),
    ("audit_actor", ["actor", "at", "number"]),
    ("audit_at", ["at", "number"]),
)


def _user(primary_key: bool = False) -> sa.Column:
    return sa.Column("user_id", sa.Uuid(), sa.ForeignKey("users.id"), primary_key=primary_key, nullable=False)


def _time(name: str, nullable: bool = False) -> sa.Column:
    return sa.Column(name, UtcDateTime(), nullable=nullable)


def upgrade() -> None:
    op.create_table(
        "sessions",
        sa.Column("id", sa.Uuid(), primary_key=True, nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False, unique=True),
        _user(),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("browser", sa.String(length=40), nullable=False),
        sa.Column("system", sa.String(length=40), nullable=False),
        sa.Column("network", sa.String(length=60), nullable=False),
        _time("began_at"),
        _time("seen_at"),
        _time("ended_at", nullable=True),
    )
    op.create_index(op.f("ix_sessions_user_id"), "sessions", ["user_id"], unique=False)
    op.create_index(op.f("ix_sessions_seen_at"), "sessions", ["seen_at"], unique=False)
    op.create_table(
        "one_time_links",
        sa.Column("id", sa.Uuid(), primary_key=True, nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False, unique=True),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("role", sa.String(length=30), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        _time("made_at"),
        _time("expires_at"),
        _time("used_at", nullable=True),
        _time("revoked_at", nullable=True),
    )
    op.create_index(op.f("ix_one_time_links_name"), "one_time_links", ["name"], unique=False)
    op.create_table(
        "second_factors",
        _user(primary_key=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        _time("since", nullable=True),
        sa.Column("last_step", sa.BigInteger(), nullable=False),
        sa.Column("pending", sa.LargeBinary(), nullable=True),
    )
    op.create_table(
        "recovery_codes",
        _user(primary_key=True),
        sa.Column("code_hash", sa.String(length=64), primary_key=True, nullable=False),
        _time("used_at", nullable=True),
    )
    op.create_table("factor_rules", sa.Column("role", sa.String(length=30), primary_key=True, nullable=False))
    op.create_table(
        "attempts",
        sa.Column("key", sa.String(length=64), primary_key=True, nullable=False),
        sa.Column("name_hash", sa.String(length=64), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        _time("last_at"),
        _time("wait_until"),
    )
    for column in ("name_hash", "last_at"):
        op.create_index(op.f(f"ix_attempts_{column}"), "attempts", [column], unique=False)
    for name, columns in _AUDIT_INDEXES:
        op.create_index(name, "audit", columns, unique=False)


def downgrade() -> None:
    for name, _ in _AUDIT_INDEXES:
        op.drop_index(name, table_name="audit")
    for table in ("attempts", "factor_rules", "recovery_codes", "second_factors", "one_time_links", "sessions"):
        op.drop_table(table)

"""What collecting remembers: addresses read, crawls, when each source is due, what is wrong with it."""

import sqlalchemy as sa
from alembic import op

from kentongan.store.schema import UtcDateTime

revision = "0004"
down_revision = "0003"

_ROW_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_SOURCE_COLUMNS = (
    ("owner", sa.Text(), ""),
    ("basis", sa.Text(), ""),
    ("expected_daily", sa.Float(), None),
    ("every_minutes", sa.Float(), "30"),
    ("active", sa.Boolean(), sa.true()),
)
_ITEM_COLUMNS = (
    ("section", sa.Text(), ""),
    ("tags", sa.JSON(), "[]"),
    ("views", sa.Integer(), None),
    ("edited", sa.Boolean(), sa.false()),
    ("gone_at", UtcDateTime(), None),
)
_COUNTS = ("items", "revised", "fact_checks", "errors", "requests", "lists", "lists_failed", "listed")
_PAGE_COUNTS = ("pages", "unread", "untitled", "undated", "drift")


def upgrade() -> None:
    for table, columns in (("sources", _SOURCE_COLUMNS), ("items", _ITEM_COLUMNS)):
        for name, kind, default in columns:
            op.add_column(
                table, sa.Column(name, kind, nullable=default is None, server_default=default)
            )
    op.create_table(
        "pages",
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("source", sa.String(length=100), nullable=False),
        sa.Column("item_id", sa.Uuid(), nullable=True),
        sa.Column("stamp", sa.Text(), nullable=False),
        sa.Column("from_list", sa.Boolean(), nullable=False),
        sa.Column("read_at", UtcDateTime(), nullable=False),
        sa.Column("checked_at", UtcDateTime(), nullable=False),
        sa.Column("checks", sa.Integer(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("check_at", UtcDateTime(), nullable=True),
        sa.Column("missed_at", UtcDateTime(), nullable=True),
        sa.Column("missed_status", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["item_id"], ["items.id"]),
        sa.PrimaryKeyConstraint("url"),
    )
    op.create_index("pages_check", "pages", ["source", "check_at"], unique=False)
    op.create_index(op.f("ix_pages_item_id"), "pages", ["item_id"], unique=False)
    op.create_table(
        "crawls",
        sa.Column("id", _ROW_NUMBER, autoincrement=True, nullable=False),
        sa.Column("source", sa.String(length=100), nullable=False),
        sa.Column("started_at", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in _COUNTS),
        sa.Column("newest_at", UtcDateTime(), nullable=True),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in _PAGE_COUNTS),
        sa.Column("robots", sa.String(length=20), nullable=False),
        sa.Column("whole", sa.Boolean(), nullable=False),
        sa.Column("problem", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("crawls_source", "crawls", ["source", "started_at"], unique=False)
    op.create_index("crawls_started", "crawls", ["started_at"], unique=False)
    op.create_table(
        "schedule",
        sa.Column("source", sa.String(length=100), nullable=False),
        sa.Column("hosts", sa.JSON(), nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=False),
        sa.Column("lease_owner", sa.String(length=100), nullable=True),
        sa.Column("lease_until", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["source"], ["sources.name"]),
        sa.PrimaryKeyConstraint("source"),
    )
    op.create_index(op.f("ix_schedule_due_at"), "schedule", ["due_at"], unique=False)
    op.create_table(
        "source_alarms",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("source", sa.String(length=100), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("since", UtcDateTime(), nullable=False),
        sa.Column("raised_at", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["source"], ["sources.name"]),
        sa.PrimaryKeyConstraint("id"),
    )
    still_open = sa.text("ended_at IS NULL")
    op.create_index(
        "source_alarms_open",
        "source_alarms",
        ["source", "kind"],
        unique=True,
        sqlite_where=still_open,
        postgresql_where=still_open,
    )


def downgrade() -> None:
    for table in ("source_alarms", "schedule", "crawls", "pages"):
        op.drop_table(table)
    for table, columns in (("items", _ITEM_COLUMNS), ("sources", _SOURCE_COLUMNS)):
        for name, _, _ in columns:
            op.drop_column(table, name)

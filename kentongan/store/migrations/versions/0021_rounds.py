"""Rounds of reporting by tiers: standing orders, rounds, submissions and their versions."""

import sqlalchemy as sa
from alembic import op

from kentongan.store.schema import UtcDateTime

revision = "0021"
down_revision = "0020"

_VERSIONS = "submission_versions"


def upgrade() -> None:
    op.create_table(
        "standing_rounds",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("rhythm", sa.String(length=20), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("clock_kelurahan", sa.Time(), nullable=False),
        sa.Column("clock_kecamatan", sa.Time(), nullable=False),
        sa.Column("clock_city", sa.Time(), nullable=False),
        sa.Column("places", sa.JSON(), nullable=False),
        sa.Column("begun_at", UtcDateTime(), nullable=False),
        sa.Column("stopped_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "rounds",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("form_key", sa.Uuid(), nullable=False),
        sa.Column("standing_id", sa.Uuid(), nullable=True),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("due_kelurahan", UtcDateTime(), nullable=False),
        sa.Column("due_kecamatan", UtcDateTime(), nullable=False),
        sa.Column("due_city", UtcDateTime(), nullable=False),
        sa.Column("places", sa.JSON(), nullable=False),
        sa.Column("opened_at", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["standing_id"], ["standing_rounds.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("form_key"),
        sa.UniqueConstraint("standing_id", "until"),
    )
    op.create_index("rounds_due", "rounds", ["due_city"])
    op.create_table(
        "submissions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("round_id", sa.Uuid(), nullable=False),
        sa.Column("place", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("sheet", sa.JSON(), nullable=True),
        sa.Column("sent_version", sa.Integer(), nullable=True),
        sa.Column("first_sent_at", UtcDateTime(), nullable=True),
        sa.Column("sent_at", UtcDateTime(), nullable=True),
        sa.Column("taken_at", UtcDateTime(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("round_id", "place"),
    )
    op.create_table(
        _VERSIONS,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("submission_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(length=20), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("sheet", sa.JSON(), nullable=True),
        sa.ForeignKeyConstraint(["submission_id"], ["submissions.id"]),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("submission_id", "version"),
    )
    for verb in ("UPDATE", "DELETE"):
        _forbid(_VERSIONS, verb)
    if op.get_bind().dialect.name != "sqlite":
        op.execute(
            f"CREATE TRIGGER {_VERSIONS}_no_truncate BEFORE TRUNCATE ON {_VERSIONS} "
            f"FOR EACH STATEMENT EXECUTE FUNCTION kentongan_append_only()"
        )


def _forbid(table: str, verb: str) -> None:
    """Let the database refuse a change of a row, as it does for reviews."""
    name = f"{table}_no_{verb.lower()}"
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            f"CREATE TRIGGER {name} BEFORE {verb} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        )
    else:
        op.execute(
            f"CREATE TRIGGER {name} BEFORE {verb} ON {table} FOR EACH ROW "
            f"EXECUTE FUNCTION kentongan_append_only()"
        )


def downgrade() -> None:
    for table in (_VERSIONS, "submissions", "rounds", "standing_rounds"):
        op.drop_table(table)

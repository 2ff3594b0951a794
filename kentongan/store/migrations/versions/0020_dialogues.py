"""Dialogues of FKUB and FPK: what was held, by which bodies, and what came of it; append-only."""

import sqlalchemy as sa
from alembic import op

from kentongan.store.schema import UtcDateTime

revision = "0020"
down_revision = "0019"

_ENTRIES = "dialogue_entries"
_LINKS = {"dialogue_narratives": "narrative", "dialogue_claims": "claim"}


def upgrade() -> None:
    op.create_table(
        _ENTRIES,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("dialogue_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(length=20), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("place", sa.String(length=20), nullable=False),
        sa.Column("bodies", sa.JSON(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("follow_up", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("dialogue_id", "version"),
    )
    op.create_index("dialogue_entries_held", _ENTRIES, ["held_on", "dialogue_id"])
    for table, kind in _LINKS.items():
        op.create_table(
            table,
            sa.Column("entry_id", sa.Uuid(), nullable=False),
            sa.Column(f"{kind}_id", sa.Uuid(), nullable=False),
            sa.ForeignKeyConstraint(["entry_id"], [f"{_ENTRIES}.id"]),
            sa.ForeignKeyConstraint([f"{kind}_id"], [f"{kind}s.id"]),
            sa.PrimaryKeyConstraint("entry_id", f"{kind}_id"),
        )
        op.create_index(f"{table}_of", table, [f"{kind}_id", "entry_id"])
    for table in (_ENTRIES, *_LINKS):
        for verb in ("UPDATE", "DELETE"):
            _forbid(table, verb)
        if op.get_bind().dialect.name != "sqlite":
            op.execute(
                f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
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
    for table in (*_LINKS, _ENTRIES):
        op.drop_table(table)

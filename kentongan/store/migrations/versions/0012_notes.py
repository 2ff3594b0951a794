"""Notes on claims, and whom they mention."""

import sqlalchemy as sa
from alembic import op

from kentongan.store.schema import UtcDateTime

revision = "0012"
down_revision = "0011"

_APPEND_ONLY = "claim_notes"


def upgrade() -> None:
    op.create_table(
        _APPEND_ONLY,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("claim_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("written_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["claim_id"], ["claims.id"]),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("claim_notes_newest", _APPEND_ONLY, ["claim_id", "written_at", "id"])
    op.create_table(
        "claim_mentions",
        sa.Column("note_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("read_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["note_id"], ["claim_notes.id"]),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"]),
        sa.PrimaryKeyConstraint("note_id", "user_id"),
    )
    op.create_index("claim_mentions_newest", "claim_mentions", ["user_id", "note_id"])
    unread = sa.text("read_at IS NULL")
    op.create_index(
        "claim_mentions_unread", "claim_mentions", ["user_id"], sqlite_where=unread, postgresql_where=unread
    )
    _forbid_changes()


def _forbid_changes() -> None:
    """What was written down can be added to, and nothing else, as reviews can."""
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
    for table in ("claim_mentions", _APPEND_ONLY):
        op.drop_table(table)

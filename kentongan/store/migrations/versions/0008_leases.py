"""Who holds which claim, and who took one over from whom."""

import sqlalchemy as sa
from alembic import op

from kentongan.store.schema import UtcDateTime

revision = "0008"
down_revision = "0007"

_APPEND_ONLY = "lease_take_overs"


def upgrade() -> None:
    op.create_table(
        "leases",
        sa.Column("claim_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("since", UtcDateTime(), nullable=False),
        sa.Column("until", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["claim_id"], ["claims.id"]),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"]),
        sa.PrimaryKeyConstraint("claim_id"),
    )
    op.create_table(
        _APPEND_ONLY,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("claim_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("holder_id", sa.Uuid(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("taken_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["claim_id"], ["claims.id"]),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"]),
        sa.ForeignKeyConstraint(["holder_id"], ["users.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_lease_take_overs_claim_id"), _APPEND_ONLY, ["claim_id"], unique=False)
    _forbid_changes()


def _forbid_changes() -> None:
    """What was taken over can be added to, and nothing else, as reviews can."""
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
    for table in (_APPEND_ONLY, "leases"):
        op.drop_table(table)

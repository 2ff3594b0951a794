"""Second opinions, and verdicts with the outside check they rest on."""

import sqlalchemy as sa
from alembic import op

from kentongan.store.schema import UtcDateTime

revision = "0009"
down_revision = "0008"

_APPEND_ONLY = ("votes", "review_votes", "proposals", "proposal_answers")
_CLAIM_COLUMNS = ("waits", "special")


def _key(name: str) -> sa.Column:
    return sa.Column(name, sa.Uuid(), nullable=False)


def _text(name: str) -> sa.Column:
    return sa.Column(name, sa.Text(), nullable=False)


def _time(name: str) -> sa.Column:
    return sa.Column(name, UtcDateTime(), nullable=False)


def upgrade() -> None:
    for name in _CLAIM_COLUMNS:
        op.add_column("claims", sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_table(
        "votes",
        _key("id"),
        _key("claim_id"),
        _key("user_id"),
        sa.Column("decision", sa.String(length=30), nullable=True),
        _text("reason"),
        _text("note"),
        sa.Column("claim_version", sa.Integer(), nullable=False),
        _time("voted_at"),
        sa.ForeignKeyConstraint(["claim_id"], ["claims.id"]),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_votes_claim_id"), "votes", ["claim_id"], unique=False)
    op.create_table(
        "review_votes",
        _key("vote_id"),
        _key("review_id"),
        sa.ForeignKeyConstraint(["vote_id"], ["votes.id"]),
        sa.ForeignKeyConstraint(["review_id"], ["reviews.id"]),
        sa.PrimaryKeyConstraint("vote_id"),
    )
    op.create_index(op.f("ix_review_votes_review_id"), "review_votes", ["review_id"], unique=False)
    op.create_table(
        "proposals",
        _key("id"),
        _key("claim_id"),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("needs_second", sa.Boolean(), nullable=False),
        _key("user_id"),
        sa.Column("claim_version", sa.Integer(), nullable=False),
        _time("proposed_at"),
        sa.ForeignKeyConstraint(["claim_id"], ["claims.id"]),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_proposals_claim_id"), "proposals", ["claim_id"], unique=False)
    op.create_table(
        "proposal_answers",
        _key("id"),
        _key("proposal_id"),
        _key("user_id"),
        sa.Column("agrees", sa.Boolean(), nullable=True),
        _text("note"),
        _time("answered_at"),
        sa.ForeignKeyConstraint(["proposal_id"], ["proposals.id"]),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("proposal_id", "user_id"),
    )
    _forbid_changes()


def _forbid_changes() -> None:
    """What people said can be added to, and nothing else, as reviews can."""
    sqlite = op.get_bind().dialect.name == "sqlite"
    for table in _APPEND_ONLY:
        for verb in ("UPDATE", "DELETE"):
            name = f"{table}_no_{verb.lower()}"
            if sqlite:
                op.execute(
                    f"CREATE TRIGGER {name} BEFORE {verb} ON {table} "
                    f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
                )
            else:
                op.execute(
                    f"CREATE TRIGGER {name} BEFORE {verb} ON {table} "
                    f"FOR EACH ROW EXECUTE FUNCTION kentongan_append_only()"
                )
        if not sqlite:
            op.execute(
                f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
                f"FOR EACH STATEMENT EXECUTE FUNCTION kentongan_append_only()"
            )


def downgrade() -> None:
    for table in reversed(_APPEND_ONLY):
        op.drop_table(table)
    for name in _CLAIM_COLUMNS:
        op.drop_column("claims", name)

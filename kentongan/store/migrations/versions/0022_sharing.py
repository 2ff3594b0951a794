"""Bundles for other offices, what came from them, and public statements."""

import sqlalchemy as sa
from alembic import op

from kentongan.store.schema import UtcDateTime

revision = "0022"
down_revision = "0021"

_APPEND_ONLY = ("public_statements", "received_claims", "received_likenesses")
_KEPT = ("shared_bundles", "received_bundles")


def upgrade() -> None:
    op.create_table(
        "share_partners",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("public_key", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=True),
        sa.Column("address", sa.LargeBinary(), nullable=True),
        sa.Column("token", sa.LargeBinary(), nullable=True),
        sa.Column("added_at", UtcDateTime(), nullable=False),
        sa.Column("withdrawn_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("fingerprint"),
    )
    op.create_table(
        "shared_bundles",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("partner_id", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("necessity", sa.Text(), nullable=False),
        sa.Column("rabat", sa.JSON(), nullable=False),
        sa.Column("needs_second", sa.Boolean(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("prepared_at", UtcDateTime(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("settler_id", sa.Uuid(), nullable=True),
        sa.Column("settled_at", UtcDateTime(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("withdraws", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["partner_id"], ["share_partners.id"]),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"]),
        sa.ForeignKeyConstraint(["settler_id"], ["users.id"]),
        sa.ForeignKeyConstraint(["withdraws"], ["shared_bundles.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "share_pushes",
        sa.Column("bundle_id", sa.Uuid(), nullable=False),
        sa.Column("partner_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("taken_until", UtcDateTime(), nullable=True),
        sa.Column("problem", sa.Text(), nullable=False),
        sa.Column("done_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["bundle_id"], ["shared_bundles.id"]),
        sa.ForeignKeyConstraint(["partner_id"], ["share_partners.id"]),
        sa.PrimaryKeyConstraint("bundle_id"),
    )
    op.create_index("share_pushes_due", "share_pushes", ["state", "due_at"])
    op.create_table(
        "received_bundles",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("partner_id", sa.Uuid(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("released_at", UtcDateTime(), nullable=False),
        sa.Column("received_at", UtcDateTime(), nullable=False),
        sa.Column("withdraws", sa.Uuid(), nullable=True),
        sa.Column("withdrawn_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["partner_id"], ["share_partners.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_received_bundles_received_at"), "received_bundles", ["received_at"])
    op.create_index(op.f("ix_received_bundles_withdraws"), "received_bundles", ["withdraws"])
    op.create_table(
        "received_claims",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("bundle_id", sa.Uuid(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("press", sa.Boolean(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["bundle_id"], ["received_bundles.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_received_claims_bundle_id"), "received_claims", ["bundle_id"])
    op.create_table(
        "received_likenesses",
        sa.Column("received_id", sa.Uuid(), nullable=False),
        sa.Column("claim_id", sa.Uuid(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["received_id"], ["received_claims.id"]),
        sa.ForeignKeyConstraint(["claim_id"], ["claims.id"]),
        sa.PrimaryKeyConstraint("received_id", "claim_id"),
    )
    op.create_index(op.f("ix_received_likenesses_claim_id"), "received_likenesses", ["claim_id"])
    op.create_table(
        "public_statements",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("canonical", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("published_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_public_statements_published_at"), "public_statements", ["published_at"])
    for table in _APPEND_ONLY:
        _forbid(table, "UPDATE")
        _forbid(table, "DELETE")
    for table in _KEPT:
        _forbid(table, "DELETE")
        _forbid(table, "UPDATE", when="OLD.document <> '' AND NEW.document <> OLD.document")
    if op.get_bind().dialect.name != "sqlite":
        for table in (*_APPEND_ONLY, *_KEPT):
            op.execute(
                f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
                f"FOR EACH STATEMENT EXECUTE FUNCTION kentongan_append_only()"
            )


def _forbid(table: str, verb: str, when: str = "") -> None:
    """Let the database refuse a change of a row, as it does for reviews."""
    name, condition = f"{table}_no_{verb.lower()}", f"WHEN ({when})" if when else ""
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            f"CREATE TRIGGER {name} BEFORE {verb} ON {table} {condition} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        )
    else:
        op.execute(
            f"CREATE TRIGGER {name} BEFORE {verb} ON {table} FOR EACH ROW {condition} "
            f"EXECUTE FUNCTION kentongan_append_only()"
        )


def downgrade() -> None:
    for table in (
        "public_statements", "received_likenesses", "received_claims", "received_bundles", "share_pushes",
        "shared_bundles", "share_partners",
    ):
        op.drop_table(table)

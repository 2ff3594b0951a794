"""Claims as cards: voices, copies, people's merges and splits, narratives, places and targets."""

import sqlalchemy as sa
from alembic import op

from kentongan.store.schema import UtcDateTime

revision = "0002"
down_revision = "0001"

_ITEM_COLUMNS = (
    ("voice", sa.Text(), ""),
    ("wire", sa.String(length=40), ""),
    ("copy_of", sa.Uuid(), None),
    ("pinned", sa.Boolean(), sa.false()),
)
_CLAIM_COLUMNS = (
    ("voice_count", sa.Integer(), "0"),
    ("resurfaced_at", UtcDateTime(), None),
    ("merged_into", sa.Uuid(), None),
    ("narrative_id", sa.Uuid(), None),
)
_LABELS = ("hoax", "black_campaign", "identity_politics")
_TOLD = ["claim_id", "source", "voice", "refuted", *_LABELS, "risk"]


def upgrade() -> None:
    for table, columns in (("items", _ITEM_COLUMNS), ("claims", _CLAIM_COLUMNS)):
        for name, kind, default in columns:
            op.add_column(
                table, sa.Column(name, kind, nullable=default is None, server_default=default)
            )
    op.create_index("items_told", "items", _TOLD, unique=False)
    op.execute("UPDATE items SET voice = source")
    op.execute("UPDATE claims SET voice_count = source_count")
    op.create_index(op.f("ix_claims_narrative_id"), "claims", ["narrative_id"], unique=False)
    op.create_index(op.f("ix_claims_merged_into"), "claims", ["merged_into"], unique=False)
    op.create_table(
        "narratives",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("words", sa.JSON(), nullable=False),
        sa.Column("claim_count", sa.Integer(), nullable=False),
        sa.Column("item_count", sa.Integer(), nullable=False),
        sa.Column("first_seen_at", UtcDateTime(), nullable=False),
        sa.Column("last_seen_at", UtcDateTime(), nullable=False),
        sa.Column("centre", sa.LargeBinary(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "claim_edits",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("claim_id", sa.Uuid(), nullable=False),
        sa.Column("other_id", sa.Uuid(), nullable=False),
        sa.Column("item_ids", sa.JSON(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("edited_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["claim_id"], ["claims.id"]),
        sa.ForeignKeyConstraint(["other_id"], ["claims.id"]),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_claim_edits_claim_id"), "claim_edits", ["claim_id"], unique=False)
    op.create_index(op.f("ix_claim_edits_other_id"), "claim_edits", ["other_id"], unique=False)
    op.create_table(
        "item_places",
        sa.Column("item_id", sa.Uuid(), nullable=False),
        sa.Column("place", sa.String(length=20), nullable=False),
        sa.Column("votes", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["items.id"]),
        sa.PrimaryKeyConstraint("item_id", "place"),
    )
    op.create_index(op.f("ix_item_places_place"), "item_places", ["place"], unique=False)
    op.create_table(
        "item_targets",
        sa.Column("item_id", sa.Uuid(), nullable=False),
        sa.Column("target", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["items.id"]),
        sa.PrimaryKeyConstraint("item_id", "target"),
    )
    op.create_index(op.f("ix_item_targets_target"), "item_targets", ["target"], unique=False)
    _forbid_changes("claim_edits")


def _forbid_changes(table: str) -> None:
    """What people put together or apart can be added to, and nothing else."""
    sqlite = op.get_bind().dialect.name == "sqlite"
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
    op.drop_index(op.f("ix_item_targets_target"), table_name="item_targets")
    op.drop_table("item_targets")
    op.drop_index(op.f("ix_item_places_place"), table_name="item_places")
    op.drop_table("item_places")
    op.drop_index(op.f("ix_claim_edits_other_id"), table_name="claim_edits")
    op.drop_index(op.f("ix_claim_edits_claim_id"), table_name="claim_edits")
    op.drop_table("claim_edits")
    op.drop_table("narratives")
    op.drop_index(op.f("ix_claims_merged_into"), table_name="claims")
    op.drop_index(op.f("ix_claims_narrative_id"), table_name="claims")
    op.drop_index("items_told", table_name="items")
    for table, columns in (("claims", _CLAIM_COLUMNS), ("items", _ITEM_COLUMNS)):
        for name, _, _ in columns:
            op.drop_column(table, name)

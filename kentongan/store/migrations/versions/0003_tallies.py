"""What a claim's summary counts is kept by the database: one more item costs the same in any claim."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

_LABELS = ("hoax", "black_campaign", "identity_politics")
_KEY = ("claim_id", "source", "voice", "refuted", *_LABELS)
_TOLD = [*_KEY, "risk"]
_SEEN = "coalesce(published_at, first_seen_at)"


def upgrade() -> None:
    op.create_table(
        "claim_tallies",
        sa.Column("claim_id", sa.Uuid(), nullable=False),
        sa.Column("source", sa.String(length=100), nullable=False),
        sa.Column("voice", sa.Text(), nullable=False),
        *(sa.Column(name, sa.Boolean(), nullable=False) for name in ("refuted", *_LABELS)),
        sa.Column("items", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["claim_id"], ["claims.id"]),
        sa.PrimaryKeyConstraint(*_KEY),
        sqlite_with_rowid=False,
    )
    for table, name in (("items", "press"), ("claims", "parted")):
        op.add_column(table, sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("items", sa.Column("surest", sa.Float(), nullable=False, server_default="0"))
    sure = "SELECT max(probability + CASE WHEN confirmed THEN 1 ELSE 0 END) FROM matches WHERE item_id = items.id"
    op.execute(f"UPDATE items SET surest = coalesce(({sure}), 0)")
    op.execute("UPDATE items SET press = true WHERE source IN (SELECT name FROM sources WHERE kind = 'press')")
    op.execute("UPDATE claims SET parted = true WHERE EXISTS (SELECT 1 FROM claim_edits WHERE kind = 'split')")
    key = ", ".join(_KEY)
    op.execute(
        f"INSERT INTO claim_tallies ({key}, items) "
        f"SELECT {key}, count(*) FROM items WHERE claim_id IS NOT NULL GROUP BY {key}"
    )
    op.drop_index("items_told", table_name="items")
    op.drop_index("ix_items_claim_id", table_name="items")
    op.create_index(
        "items_lead", "items", ["claim_id", "press", sa.text("risk DESC"), "first_seen_at", "id"], unique=False
    )
    op.create_index(
        "items_checked", "items", ["claim_id", "press", sa.text("surest DESC"), "id"], unique=False
    )
    op.create_index("items_seen", "items", ["claim_id", sa.text(_SEEN)], unique=False)
    op.create_index("ix_items_copy_of", "items", ["copy_of"], unique=False)
    _keep_tallies()


def _keep_tallies() -> None:
    if op.get_bind().dialect.name == "sqlite":
        _keep_row_by_row()
    else:
        _keep_statement_by_statement()


def _keep_row_by_row() -> None:
    def row(of: str) -> str:
        return ", ".join(f"{of}.{name}" for name in _KEY)

    old = " AND ".join(f"{name} = OLD.{name}" for name in _KEY)
    leave = (
        f"UPDATE claim_tallies SET items = items - 1 WHERE {old}; "
        f"DELETE FROM claim_tallies WHERE {old} AND items = 0; "
    )
    enter = (
        f"INSERT INTO claim_tallies ({', '.join(_KEY)}, items) "
        f"SELECT {row('NEW')}, 1 WHERE NEW.claim_id IS NOT NULL "
        f"ON CONFLICT ({', '.join(_KEY)}) DO UPDATE SET items = claim_tallies.items + 1; "
    )
    update = f"UPDATE OF {', '.join(_KEY)}"
    changed = f"WHEN ({row('OLD')}) IS NOT ({row('NEW')})"
    op.execute(f"CREATE TRIGGER items_tally_insert AFTER INSERT ON items BEGIN {enter} END")
    op.execute(f"CREATE TRIGGER items_tally_update AFTER {update} ON items {changed} BEGIN {leave}{enter} END")
    op.execute(f"CREATE TRIGGER items_tally_delete AFTER DELETE ON items BEGIN {leave} END")


def _keep_statement_by_statement() -> None:
    """Each tally once a statement: row by row, PostgreSQL would walk all its versions of the transaction."""
    key = ", ".join(_KEY)
    gone = f"SELECT {key}, -1 AS more FROM gone WHERE claim_id IS NOT NULL"
    come = f"SELECT {key}, 1 AS more FROM come WHERE claim_id IS NOT NULL"
    add = (
        f"INSERT INTO claim_tallies ({key}, items) "
        f"SELECT {key}, sum(more) FROM ({{}}) AS moved GROUP BY {key} HAVING sum(more) <> 0 ORDER BY {key} "
        f"ON CONFLICT ({key}) DO UPDATE SET items = claim_tallies.items + excluded.items; "
    )
    clear = (
        "DELETE FROM claim_tallies WHERE items = 0 "
        "AND claim_id IN (SELECT claim_id FROM gone WHERE claim_id IS NOT NULL); "
    )
    for verb, steps, seen in (
        ("insert", add.format(come), "NEW TABLE AS come"),
        ("update", add.format(f"{gone} UNION ALL {come}") + clear, "OLD TABLE AS gone NEW TABLE AS come"),
        ("delete", add.format(gone) + clear, "OLD TABLE AS gone"),
    ):
        op.execute(
            f"CREATE FUNCTION kentongan_tally_{verb}() RETURNS trigger AS $$ "
            f"BEGIN {steps}RETURN NULL; END $$ LANGUAGE plpgsql"
        )
        op.execute(
            f"CREATE TRIGGER items_tally_{verb} AFTER {verb.upper()} ON items REFERENCING {seen} "
            f"FOR EACH STATEMENT EXECUTE FUNCTION kentongan_tally_{verb}()"
        )


def downgrade() -> None:
    sqlite = op.get_bind().dialect.name == "sqlite"
    for verb in ("insert", "update", "delete"):
        op.execute(f"DROP TRIGGER items_tally_{verb}" + ("" if sqlite else " ON items"))
        if not sqlite:
            op.execute(f"DROP FUNCTION kentongan_tally_{verb}()")
    for name in ("items_checked", "ix_items_copy_of", "items_seen", "items_lead"):
        op.drop_index(name, table_name="items")
    op.create_index("ix_items_claim_id", "items", ["claim_id"], unique=False)
    op.create_index("items_told", "items", _TOLD, unique=False)
    op.drop_column("claims", "parted")
    op.drop_column("items", "surest")
    op.drop_column("items", "press")
    op.drop_table("claim_tallies")

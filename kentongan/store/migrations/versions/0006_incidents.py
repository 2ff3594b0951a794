"""Case files of incidents: what they hold, their notes, and what was handed out."""

import sqlalchemy as sa
from alembic import op

from kentongan.store.schema import UtcDateTime

revision = "0006"
down_revision = "0005"

_APPEND_ONLY = ("incident_notes", "incident_changes", "incident_hand_outs")
_OF_A_CASE = ("incident_notes", "incident_files", "incident_clarifications", "incident_changes", "incident_hand_outs")


def _table(name: str, *columns: sa.Column, by: bool = True) -> None:
    """Make a table of rows that belong to a case and, most, to a user."""
    op.create_table(
        name,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("incident_id", sa.Uuid(), nullable=False),
        *columns,
        sa.ForeignKeyConstraint(["incident_id"], ["incidents.id"]),
        *((sa.ForeignKeyConstraint(["user_id"], ["users.id"]),) if by else ()),
        sa.PrimaryKeyConstraint("id"),
    )


def _text(name: str) -> sa.Column:
    return sa.Column(name, sa.Text(), nullable=False)


def _user() -> sa.Column:
    return sa.Column("user_id", sa.Uuid(), nullable=False)


def _time(name: str, nullable: bool = False) -> sa.Column:
    return sa.Column(name, UtcDateTime(), nullable=nullable)


def _number(name: str) -> sa.Column:
    return sa.Column(name, sa.Integer(), nullable=False)


def _hash() -> sa.Column:
    return sa.Column("sha256", sa.String(length=64), nullable=False)


def upgrade() -> None:
    op.create_table(
        "incidents",
        sa.Column("id", sa.Uuid(), nullable=False),
        _number("year"),
        _number("sequence"),
        _text("title"),
        _text("summary"),
        sa.Column("state", sa.String(length=20), nullable=False),
        _user(),
        _time("opened_at"),
        _time("changed_at"),
        _number("version"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("year", "sequence"),
    )
    op.create_table(
        "incident_parts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("incident_id", sa.Uuid(), nullable=False),
        sa.Column("claim_id", sa.Uuid(), nullable=True),
        sa.Column("item_id", sa.Uuid(), nullable=True),
        _user(),
        _time("added_at"),
        _time("removed_at", nullable=True),
        sa.ForeignKeyConstraint(["incident_id"], ["incidents.id"]),
        sa.ForeignKeyConstraint(["claim_id"], ["claims.id"]),
        sa.ForeignKeyConstraint(["item_id"], ["items.id"]),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    held = sa.text("removed_at IS NULL")
    for name in ("claim", "item"):
        op.create_index(
            f"incident_parts_{name}",
            "incident_parts",
            ["incident_id", f"{name}_id"],
            unique=True,
            sqlite_where=held,
            postgresql_where=held,
        )
        op.create_index(op.f(f"ix_incident_parts_{name}_id"), "incident_parts", [f"{name}_id"], unique=False)
    _table("incident_notes", _user(), _text("text"), _time("written_at"))
    _table(
        "incident_files",
        _hash(),
        _text("name"),
        _number("size"),
        _user(),
        _time("added_at"),
        _time("removed_at", nullable=True),
    )
    _table(
        "incident_clarifications",
        _text("url"),
        _text("publisher"),
        sa.Column("published_on", sa.Date(), nullable=False),
        _user(),
        _time("added_at"),
        _time("removed_at", nullable=True),
    )
    _table(
        "incident_changes",
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("part", sa.String(length=20), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=True),
        _text("about"),
        _user(),
        _text("why"),
        _time("changed_at"),
    )
    _table(
        "incident_hand_outs",
        _text("actor"),
        _text("recipient"),
        _text("mandate"),
        _hash(),
        _number("size"),
        _time("handed_at"),
        by=False,
    )
    for table in _OF_A_CASE:
        op.create_index(op.f(f"ix_{table}_incident_id"), table, ["incident_id"], unique=False)
    _forbid_changes()


def _forbid_changes() -> None:
    """Notes, changes and hand-outs can be added to, and nothing else, as reviews can."""
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
    for table in (*reversed(_OF_A_CASE), "incident_parts", "incidents"):
        op.drop_table(table)

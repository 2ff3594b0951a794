"""What the queue is ordered and filtered by, and views that people keep."""

from datetime import UTC, datetime
from uuid import UUID

import sqlalchemy as sa
from alembic import op

from kentongan.sampling import is_drawn
from kentongan.store.marks import place_bits
from kentongan.store.schema import UtcDateTime
from kentongan.urgency import is_about_election

revision = "0010"
down_revision = "0009"

_CLAIM_COLUMNS = (
    ("election", sa.Boolean(), sa.false()),
    ("marks", sa.Integer(), "0"),
    ("place_bits", sa.BigInteger(), "0"),
    ("lead_id", sa.Uuid(), None),
    ("checked_id", sa.Uuid(), None),
    ("laned_at", UtcDateTime(), None),
)
_PAGE = 1_000
_FLAGGED = "(i.hoax OR i.black_campaign OR i.identity_politics)"
_SEEN = "coalesce({0}published_at, {0}first_seen_at)"


def upgrade() -> None:
    for name, kind, default in _CLAIM_COLUMNS:
        op.add_column("claims", sa.Column(name, kind, nullable=default is None, server_default=default))
    _make_tables()
    op.create_index("items_platform", "items", ["claim_id", "platform"], unique=False)
    _count()
    _fill()
    op.drop_index("claims_queue", table_name="claims")
    op.create_index(
        "claims_queue",
        "claims",
        ["lane", "election", "priority", "id", "marks", "place_bits", "first_seen_at"],
        unique=False,
    )
    op.create_index("claims_arrived", "claims", ["lane", "laned_at"], unique=False)
    op.create_index(op.f("ix_leases_until"), "leases", ["until"], unique=False)
    if _is_sqlite():
        _keep_row_by_row()
    else:
        _keep_statement_by_statement()


def _is_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"


def _key(name: str, to: str = "", nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.Uuid(), *((sa.ForeignKey(to),) if to else ()), nullable=nullable)


def _time(name: str, nullable: bool = False) -> sa.Column:
    return sa.Column(name, UtcDateTime(), nullable=nullable)


def _make_tables() -> None:
    op.create_table(
        "claim_places",
        _key("claim_id", "claims.id"),
        sa.Column("place", sa.String(length=20), nullable=False),
        sa.Column("items", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("claim_id", "place"),
        sqlite_with_rowid=False,
    )
    op.create_index("claim_places_of", "claim_places", ["place", "claim_id"], unique=False)
    op.create_table(
        "claim_hours",
        _key("claim_id", "claims.id"),
        sa.Column("hour", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("items", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("claim_id", "hour"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "queue_samples",
        _key("claim_id", "claims.id"),
        _time("drawn_at"),
        _time("flagged_at", nullable=True),
        _time("decided_at", nullable=True),
        sa.Column("problem", sa.Boolean(), nullable=True),
        sa.PrimaryKeyConstraint("claim_id"),
    )
    op.create_index(op.f("ix_queue_samples_drawn_at"), "queue_samples", ["drawn_at"], unique=False)
    op.create_table(
        "queue_views",
        _key("id"),
        _key("owner_id", "users.id"),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("lane", sa.String(length=20), nullable=False),
        sa.Column("filters", sa.JSON(), nullable=False),
        sa.Column("shared", sa.Boolean(), nullable=False),
        _time("created_at"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_queue_views_owner_id"), "queue_views", ["owner_id"], unique=False)
    op.create_table(
        "queue_defaults",
        _key("user_id", "users.id"),
        sa.Column("view_id", sa.Uuid(), sa.ForeignKey("queue_views.id", ondelete="CASCADE"), nullable=False),
        sa.PrimaryKeyConstraint("user_id"),
    )
    op.create_table(
        "queue_batches",
        _key("id"),
        _key("user_id", "users.id"),
        sa.Column("decision", sa.String(length=30), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        _time("began_at"),
        _time("undo_began_at", nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("queue_batches_of", "queue_batches", ["user_id", "id"], unique=False)
    op.create_table(
        "queue_batch_claims",
        _key("batch_id", "queue_batches.id"),
        sa.Column("place", sa.Integer(), nullable=False, autoincrement=False),
        _key("claim_id", "claims.id"),
        sa.Column("version_seen", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=True),
        sa.Column("version_after", sa.Integer(), nullable=True),
        sa.Column("undone", sa.String(length=20), nullable=True),
        sa.PrimaryKeyConstraint("batch_id", "place"),
    )
    op.create_index("queue_batch_claims_claim", "queue_batch_claims", ["claim_id"], unique=False)


def _hour(of: str) -> str:
    """Return the expression for the hour of UTC in which an item was seen, since 1970."""
    seen = _SEEN.format(of)
    if _is_sqlite():
        return f"CAST(strftime('%s', {seen}) AS INTEGER) / 3600"
    return f"CAST(floor(extract(epoch FROM {seen}) / 3600) AS INTEGER)"


def _count() -> None:
    op.execute(
        "INSERT INTO claim_places (claim_id, place, items) "
        "SELECT claim_id, place, count(*) FROM item_places JOIN items ON items.id = item_id "
        "WHERE claim_id IS NOT NULL GROUP BY claim_id, place"
    )
    op.execute(
        "INSERT INTO claim_hours (claim_id, hour, items) "
        f"SELECT claim_id, {_hour('')}, count(*) FROM items WHERE claim_id IS NOT NULL GROUP BY 1, 2"
    )


def _fill() -> None:
    """Set for each claim what its summary keeps from now on; see `kentongan.store.summary`."""
    op.execute(
        "UPDATE claims SET lead_id = (SELECT id FROM items WHERE claim_id = claims.id "
        "ORDER BY risk = 0, press, risk DESC, first_seen_at, id LIMIT 1)"
    )
    op.execute(
        "UPDATE claims SET checked_id = (SELECT i.id FROM items i JOIN items l ON l.id = claims.lead_id "
        "WHERE i.claim_id = claims.id AND i.press = l.press AND i.surest > 0 "
        "ORDER BY i.surest DESC, i.id LIMIT 1)"
    )
    some = "EXISTS (SELECT 1 FROM items i JOIN sources s ON s.name = i.source WHERE i.claim_id = claims.id AND {})"
    press, public = "s.kind = 'press'", "s.kind <> 'press'"
    by_press = (
        f"NOT {some.format(f'{public} AND {_FLAGGED}')} AND "
        f"({some.format(f'{press} AND {_FLAGGED}')} OR NOT {some.format(public)})"
    )
    stance = (
        "EXISTS (SELECT 1 FROM items i JOIN assessments a ON a.id = i.assessment_id "
        "WHERE i.id = lead_id AND a.stance = '{}')"
    )
    bits = {
        1 << 0: "hoax",
        1 << 1: "black_campaign",
        1 << 2: "identity_politics",
        1 << 3: by_press,
        1 << 4: stance.format("asserts"),
        1 << 5: stance.format("reports"),
        1 << 6: "checked_id IS NOT NULL",
    }
    for bit, name in enumerate(("news", "post", "factcheck", "report"), 7):
        bits[1 << bit] = some.format(f"i.platform = '{name}'")
    for bit, name in enumerate(("press", "government", "fact_checker", "public_channel", "field"), 11):
        bits[1 << bit] = some.format(f"s.kind = '{name}'")
    summed = " + ".join(f"CASE WHEN {test} THEN {bit} ELSE 0 END" for bit, test in bits.items())
    op.execute(f"UPDATE claims SET marks = {summed} WHERE lead_id IS NOT NULL")
    op.execute(
        "UPDATE claims SET election = true WHERE lead_id IS NOT NULL AND "
        "(black_campaign OR EXISTS (SELECT 1 FROM item_targets WHERE item_id = lead_id))"
    )
    _read_leads()
    _read_places()


def _read_places() -> None:
    connection = op.get_bind()
    claims = sa.table("claims", sa.column("id", sa.Uuid()), sa.column("place_bits", sa.BigInteger()))
    places = sa.table("claim_places", sa.column("claim_id", sa.Uuid()), sa.column("place", sa.String()))
    found: dict[UUID, list[str]] = {}
    for claim_id, place in connection.execute(sa.select(places.c.claim_id, places.c.place)):
        found.setdefault(claim_id, []).append(place)
    changes = [{"key": key, "bits": place_bits(codes)} for key, codes in found.items()]
    if changes:
        statement = sa.update(claims).where(claims.c.id == sa.bindparam("key")).values(place_bits=sa.bindparam("bits"))
        connection.execute(statement, changes)


def _read_leads() -> None:
    """Find what is about an election, and draw the sample of what is not flagged."""
    connection = op.get_bind()
    claims = sa.table(
        "claims",
        sa.column("id", sa.Uuid()),
        sa.column("lead_id", sa.Uuid()),
        sa.column("lane", sa.String()),
        sa.column("election", sa.Boolean()),
    )
    items = sa.table("items", sa.column("id", sa.Uuid()), sa.column("title"), sa.column("text"))
    samples = sa.table("queue_samples", sa.column("claim_id", sa.Uuid()), sa.column("drawn_at", UtcDateTime()))
    leads = sa.select(claims.c.id, claims.c.lane, items.c.title, items.c.text).join(items, items.c.id == claims.c.lead_id)
    after, moment = UUID(int=0), datetime.now(UTC)
    while rows := connection.execute(leads.where(claims.c.id > after).order_by(claims.c.id).limit(_PAGE)).all():
        after = rows[-1].id
        told = [row.id for row in rows if is_about_election(f"{row.title}\n{row.text}")]
        drawn = [row.id for row in rows if row.lane == "unflagged" and is_drawn(row.id)]
        for keys, values in ((told, {"election": True}), (drawn, {"lane": "sample"})):
            if keys:
                connection.execute(sa.update(claims).where(claims.c.id.in_(keys)).values(**values))
        if drawn:
            connection.execute(sa.insert(samples), [{"claim_id": key, "drawn_at": moment} for key in drawn])


def _keep_row_by_row() -> None:
    def leave(table: str, where: str) -> str:
        return f"UPDATE {table} SET items = items - 1 WHERE {where}; DELETE FROM {table} WHERE {where} AND items = 0; "

    def enter(table: str, column: str, select: str) -> str:
        return (
            f"INSERT INTO {table} (claim_id, {column}, items) {select} "
            f"ON CONFLICT (claim_id, {column}) DO UPDATE SET items = {table}.items + 1; "
        )

    of_item = "place IN (SELECT place FROM item_places WHERE item_id = OLD.id)"
    steps = {
        "items_hour_insert AFTER INSERT ON items": enter(
            "claim_hours", "hour", f"SELECT NEW.claim_id, {_hour('NEW.')}, 1 WHERE NEW.claim_id IS NOT NULL"
        ),
        "items_hour_update AFTER UPDATE OF claim_id, published_at, first_seen_at ON items "
        f"WHEN (OLD.claim_id, {_SEEN.format('OLD.')}) IS NOT (NEW.claim_id, {_SEEN.format('NEW.')})": leave(
            "claim_hours", f"claim_id = OLD.claim_id AND hour = {_hour('OLD.')}"
        )
        + enter("claim_hours", "hour", f"SELECT NEW.claim_id, {_hour('NEW.')}, 1 WHERE NEW.claim_id IS NOT NULL"),
        "items_hour_delete AFTER DELETE ON items": leave(
            "claim_hours", f"claim_id = OLD.claim_id AND hour = {_hour('OLD.')}"
        ),
        "items_place_update AFTER UPDATE OF claim_id ON items WHEN OLD.claim_id IS NOT NEW.claim_id": leave(
            "claim_places", f"claim_id = OLD.claim_id AND {of_item}"
        )
        + enter(
            "claim_places",
            "place",
            "SELECT NEW.claim_id, place, 1 FROM item_places WHERE item_id = NEW.id AND NEW.claim_id IS NOT NULL",
        ),
        "item_places_insert AFTER INSERT ON item_places": enter(
            "claim_places",
            "place",
            "SELECT claim_id, NEW.place, 1 FROM items WHERE id = NEW.item_id AND claim_id IS NOT NULL",
        ),
        "item_places_delete AFTER DELETE ON item_places": leave(
            "claim_places",
            "claim_id = (SELECT claim_id FROM items WHERE id = OLD.item_id) AND place = OLD.place",
        ),
    }
    for when, what in steps.items():
        op.execute(f"CREATE TRIGGER {when} BEGIN {what}END")


def _keep_statement_by_statement() -> None:
    """Each count once a statement, as the tallies are (0003)."""

    def move(table: str, column: str, moved: str) -> str:
        return (
            f"INSERT INTO {table} (claim_id, {column}, items) "
            f"SELECT claim_id, {column}, sum(more) FROM ({moved}) AS moved "
            f"GROUP BY 1, 2 HAVING sum(more) <> 0 ORDER BY 1, 2 "
            f"ON CONFLICT (claim_id, {column}) DO UPDATE SET items = {table}.items + excluded.items; "
        )

    def clear(table: str, claims: str) -> str:
        return f"DELETE FROM {table} WHERE items = 0 AND claim_id IN ({claims}); "

    def hours(of: str, more: int) -> str:
        return f"SELECT claim_id, {_hour('')} AS hour, {more} AS more FROM {of} WHERE claim_id IS NOT NULL"

    def places(of: str, more: int, other: str) -> str:
        return (
            f"SELECT i.claim_id, p.place, {more} AS more FROM {of} i JOIN {other} o ON o.id = i.id "
            "JOIN item_places p ON p.item_id = i.id "
            "WHERE i.claim_id IS NOT NULL AND i.claim_id IS DISTINCT FROM o.claim_id"
        )

    def own(of: str, more: int) -> str:
        return (
            f"SELECT i.claim_id, p.place, {more} AS more FROM {of} p JOIN items i ON i.id = p.item_id "
            "WHERE i.claim_id IS NOT NULL"
        )

    gone_claims = "SELECT claim_id FROM gone WHERE claim_id IS NOT NULL"
    their_claims = "SELECT i.claim_id FROM gone p JOIN items i ON i.id = p.item_id"
    moved = (
        "IF EXISTS (SELECT 1 FROM gone g JOIN come c ON c.id = g.id WHERE "
        "(g.claim_id, coalesce(g.published_at, g.first_seen_at)) IS DISTINCT FROM "
        "(c.claim_id, coalesce(c.published_at, c.first_seen_at))) THEN "
        + move("claim_hours", "hour", f"{hours('gone', -1)} UNION ALL {hours('come', 1)}")
        + clear("claim_hours", gone_claims)
        + move("claim_places", "place", f"{places('gone', -1, 'come')} UNION ALL {places('come', 1, 'gone')}")
        + clear("claim_places", gone_claims)
        + "END IF; "
    )
    for name, table, verb, steps, seen in (
        ("items_hour_insert", "items", "INSERT", move("claim_hours", "hour", hours("come", 1)), "NEW TABLE AS come"),
        ("items_hour_update", "items", "UPDATE", moved, "OLD TABLE AS gone NEW TABLE AS come"),
        (
            "items_hour_delete",
            "items",
            "DELETE",
            move("claim_hours", "hour", hours("gone", -1)) + clear("claim_hours", gone_claims),
            "OLD TABLE AS gone",
        ),
        ("item_places_insert", "item_places", "INSERT", move("claim_places", "place", own("come", 1)), "NEW TABLE AS come"),
        (
            "item_places_delete",
            "item_places",
            "DELETE",
            move("claim_places", "place", own("gone", -1)) + clear("claim_places", their_claims),
            "OLD TABLE AS gone",
        ),
    ):
        op.execute(
            f"CREATE FUNCTION kentongan_{name}() RETURNS trigger AS $$ "
            f"BEGIN {steps}RETURN NULL; END $$ LANGUAGE plpgsql"
        )
        op.execute(
            f"CREATE TRIGGER {name} AFTER {verb} ON {table} REFERENCING {seen} "
            f"FOR EACH STATEMENT EXECUTE FUNCTION kentongan_{name}()"
        )


_TRIGGERS = {
    "items_hour_insert": "items",
    "items_hour_update": "items",
    "items_hour_delete": "items",
    "items_place_update": "items",  # of SQLite alone: one function moves both on PostgreSQL
    "item_places_insert": "item_places",
    "item_places_delete": "item_places",
}


def downgrade() -> None:
    sqlite = _is_sqlite()
    for name, table in _TRIGGERS.items():
        if sqlite:
            op.execute(f"DROP TRIGGER {name}")
        elif name != "items_place_update":
            op.execute(f"DROP TRIGGER {name} ON {table}")
            op.execute(f"DROP FUNCTION kentongan_{name}()")
    op.drop_index(op.f("ix_leases_until"), table_name="leases")
    op.drop_index("claims_arrived", table_name="claims")
    op.drop_index("claims_queue", table_name="claims")
    op.drop_index("items_platform", table_name="items")
    op.execute("UPDATE claims SET lane = 'unflagged' WHERE lane = 'sample'")
    for name, *_ in _CLAIM_COLUMNS:
        op.drop_column("claims", name)
    op.create_index("claims_queue", "claims", ["lane", "priority", "id"], unique=False)
    for table in (
        "queue_batch_claims",
        "queue_batches",
        "queue_defaults",
        "queue_views",
        "queue_samples",
        "claim_hours",
        "claim_places",
    ):
        op.drop_table(table)

"""The groups that flagged posts of the last weeks speak of, so that alerts have a base from the first day."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from alembic import op

from kentongan.groups import find_groups, read_groups

revision = "0023"
down_revision = "0022"

_DAYS = 63  # as far back as alerts look
_AT_ONCE = 500


def upgrade() -> None:
    groups, bind = read_groups(), op.get_bind()
    items = sa.table("items", sa.column("id", sa.Uuid()), *map(sa.column, ("title", "text")))
    flags = [sa.column(name, sa.Boolean()) for name in ("hoax", "black_campaign", "identity_politics")]
    targets = sa.table("item_targets", sa.column("item_id", sa.Uuid()), sa.column("target", sa.String()))
    since = datetime.now(UTC) - timedelta(days=_DAYS)
    after = UUID(int=int(since.timestamp() * 1000) << 80)
    while True:
        query = sa.select(items.c.id, items.c.title, items.c.text).select_from(items)
        query = query.where(items.c.id > after, sa.or_(*(flag.is_(True) for flag in flags)))
        rows = bind.execute(query.order_by(items.c.id).limit(_AT_ONCE)).all()
        found = [
            {"item_id": key, "target": group}
            for key, title, text in rows
            for group in find_groups(groups, f"{title}\n{text}")
        ]
        if found:
            bind.execute(targets.insert(), found)
        if len(rows) < _AT_ONCE:
            return
        after = rows[-1].id


def downgrade() -> None:
    op.execute("DELETE FROM item_targets WHERE target LIKE 'group:%'")

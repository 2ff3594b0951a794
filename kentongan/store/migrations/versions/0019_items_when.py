"""The items of a stretch of time, by an index that holds what trends count."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"

_COLUMNS = (
    "published_at", "first_seen_at", "source", "platform", "hoax", "black_campaign", "identity_politics",
    "press", "claim_id", "id",
)  # fmt: skip


def upgrade() -> None:
    op.create_index("items_when", "items", [sa.text("coalesce(published_at, first_seen_at)"), *_COLUMNS])


def downgrade() -> None:
    op.drop_index("items_when", "items")

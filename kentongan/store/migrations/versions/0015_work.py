"""What lay at the top of the queue each morning, when claims came into it, and how they were flagged then."""

import sqlalchemy as sa
from alembic import op

from kentongan.store.schema import UtcDateTime

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    op.create_table(
        "work_mornings",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("noted_at", UtcDateTime(), nullable=False),
        sa.Column("waiting", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("day"),
    )
    op.create_table(
        "work_morning_claims",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("claim_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["day"], ["work_mornings.day"]),
        sa.ForeignKeyConstraint(["claim_id"], ["claims.id"]),
        sa.PrimaryKeyConstraint("day", "place"),
    )
    op.add_column("claims", sa.Column("queued_at", UtcDateTime(), nullable=True))
    op.add_column("reviews", sa.Column("marks", sa.Integer(), nullable=True))
    op.create_index("reviews_decided", "reviews", ["decided_at"], unique=False)
    # What has not been decided on since came when it came into its lane. Of the rest nobody knows.
    op.execute(
        "UPDATE claims SET queued_at = laned_at WHERE lane IN ('new', 'press') "
        "AND NOT EXISTS (SELECT 1 FROM reviews WHERE reviews.claim_id = claims.id)"
    )


def downgrade() -> None:
    op.drop_index("reviews_decided", table_name="reviews")
    op.drop_column("reviews", "marks")
    op.drop_column("claims", "queued_at")
    for table in ("work_morning_claims", "work_mornings"):
        op.drop_table(table)

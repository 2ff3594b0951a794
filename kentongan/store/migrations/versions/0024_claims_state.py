"""Claims by their state and when they were seen last, so that a report is offered those of its days."""

from alembic import op

revision = "0024"
down_revision = "0023"


def upgrade() -> None:
    op.create_index("claims_state", "claims", ["state", "last_seen_at"])


def downgrade() -> None:
    op.drop_index("claims_state", "claims")

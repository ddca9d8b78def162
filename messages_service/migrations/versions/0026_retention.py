"""Retention: rules, and how far old messages are removed."""

import sqlalchemy as sa
from alembic import op

from messages_service.models import BigId
from servicekit.data.columns import UtcDateTime

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    rules = op.create_table(
        "retention_rules",
        sa.Column("conversation_id", BigId, autoincrement=False, nullable=False),
        sa.Column("days", sa.Integer()),
        sa.Column("claimed_until", UtcDateTime()),
        sa.PrimaryKeyConstraint("conversation_id", name="pk_retention_rules"),
    )
    op.bulk_insert(rules, [{"conversation_id": 0, "days": None}])
    op.create_table(
        "retention_positions",
        sa.Column("conversation_id", BigId, autoincrement=False, nullable=False),
        sa.Column("moment", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
            name="fk_retention_positions_conversation_id",
        ),
        sa.PrimaryKeyConstraint("conversation_id", name="pk_retention_positions"),
    )


def downgrade() -> None:
    op.drop_table("retention_positions")
    op.drop_table("retention_rules")

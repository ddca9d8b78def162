"""People block others, and have a status emoji."""

import sqlalchemy as sa
from alembic import op

from messages_service.models import BigId
from servicekit.data.columns import UtcDateTime

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("profiles", sa.Column("status_emoji", sa.Text()))
    op.create_table(
        "blocks",
        sa.Column("blocker_id", BigId, autoincrement=False, nullable=False),
        sa.Column("blocked_id", BigId, autoincrement=False, nullable=False),
        sa.Column("blocked_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("blocker_id", "blocked_id", name="pk_blocks"),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("blocks")
    op.drop_column("profiles", "status_emoji")

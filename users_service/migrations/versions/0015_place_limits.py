"""Limits that administrators choose."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("place") as place:
        place.add_column(sa.Column("limits", sa.Text()))


def downgrade() -> None:
    with op.batch_alter_table("place") as place:
        place.drop_column("limits")

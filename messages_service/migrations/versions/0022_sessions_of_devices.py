"""The session in which a device subscribed to Web Push: its end ends the pushes."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("push_subscriptions", sa.Column("sid", sa.String(32)))
    op.create_index("ix_push_subscriptions_sid", "push_subscriptions", ["sid"])


def downgrade() -> None:
    op.drop_index("ix_push_subscriptions_sid", table_name="push_subscriptions")
    op.drop_column("push_subscriptions", "sid")

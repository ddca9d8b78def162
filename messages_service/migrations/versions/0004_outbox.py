"""Outbox: ids of 64 bits, rows set aside. People: read the feed once more, what was missed included."""

import sqlalchemy as sa
from alembic import op

from servicekit.data.columns import UtcDateTime

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None


def upgrade() -> None:
    if op.get_bind().dialect.name == 'postgresql':
        op.execute('ALTER TABLE outbox ALTER COLUMN id TYPE bigint')
        op.execute('ALTER SEQUENCE outbox_id_seq AS bigint')
    op.add_column('outbox', sa.Column('set_aside_at', UtcDateTime(), nullable=True))
    op.drop_index('ix_outbox_created_at', table_name='outbox')
    op.execute("UPDATE meta SET value = '0' WHERE key = 'feed_position'")


def downgrade() -> None:
    op.create_index('ix_outbox_created_at', 'outbox', ['created_at'], unique=False)
    op.drop_column('outbox', 'set_aside_at')

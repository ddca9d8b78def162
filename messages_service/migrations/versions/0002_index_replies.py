"""Find the replies to a message."""

import sqlalchemy as sa
from alembic import op

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        'ix_messages_reply_to',
        'messages',
        ['reply_to', 'id'],
        sqlite_where=sa.text('reply_to IS NOT NULL'),
        postgresql_where=sa.text('reply_to IS NOT NULL'),
    )


def downgrade() -> None:
    op.drop_index('ix_messages_reply_to', table_name='messages')

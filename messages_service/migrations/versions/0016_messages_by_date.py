"""Find the first message at or after a time."""

from alembic import op

revision = '0016'
down_revision = '0015'
branch_labels = None
depends_on = None
NAME = 'ix_messages_conversation_id_created_at'


def upgrade() -> None:
    op.create_index(NAME, 'messages', ['conversation_id', 'created_at'])


def downgrade() -> None:
    op.drop_index(NAME, table_name='messages')

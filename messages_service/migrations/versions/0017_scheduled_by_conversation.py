"""An index of scheduled messages by author and conversation."""

from alembic import op

revision = '0017'
down_revision = '0016'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index('ix_scheduled_messages_author_id_conversation_id', 'scheduled_messages', ['author_id', 'conversation_id'], unique=False)


def downgrade() -> None:
    op.drop_index('ix_scheduled_messages_author_id_conversation_id', table_name='scheduled_messages')

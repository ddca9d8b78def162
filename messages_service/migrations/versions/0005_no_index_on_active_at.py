"""No index on conversations.active_at: every message updates it, and no query searches by it."""

from alembic import op

revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index('ix_conversations_active_at', table_name='conversations')


def downgrade() -> None:
    op.create_index('ix_conversations_active_at', 'conversations', ['active_at'], unique=False)

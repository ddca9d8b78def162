"""Scheduled messages."""

import sqlalchemy as sa
from alembic import op

from servicekit.data.columns import UtcDateTime

revision = '0014'
down_revision = '0013'
branch_labels = None
depends_on = None
BIG_ID = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade() -> None:
    op.create_table('scheduled_messages',
    sa.Column('id', BIG_ID, nullable=False),
    sa.Column('author_id', BIG_ID, nullable=False),
    sa.Column('conversation_id', BIG_ID, nullable=True),
    sa.Column('recipient_id', BIG_ID, nullable=True),
    sa.Column('client_id', sa.String(length=64), nullable=False),
    sa.Column('content', sa.Text(), nullable=False),
    sa.Column('send_at', UtcDateTime(), nullable=False),
    sa.Column('created_at', UtcDateTime(), nullable=False),
    sa.Column('updated_at', UtcDateTime(), nullable=False),
    sa.Column('refused_at', UtcDateTime(), nullable=True),
    sa.Column('refusal', sa.Text(), nullable=True),
    sa.ForeignKeyConstraint(['conversation_id'], ['conversations.id'], name=op.f('fk_scheduled_messages_conversation_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_scheduled_messages')),
    sqlite_autoincrement=True
    )
    op.create_index('ix_scheduled_messages_author_id_client_id', 'scheduled_messages', ['author_id', 'client_id'], unique=True)
    op.create_index('ix_scheduled_messages_send_at', 'scheduled_messages', ['send_at'], unique=False, sqlite_where=sa.text('refused_at IS NULL'), postgresql_where=sa.text('refused_at IS NULL'))


def downgrade() -> None:
    op.drop_table('scheduled_messages')

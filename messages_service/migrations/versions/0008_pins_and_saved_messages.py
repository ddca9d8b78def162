"""Pinned messages, and messages that people saved for themselves."""

import sqlalchemy as sa
from alembic import op

from servicekit.data.columns import UtcDateTime

revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade() -> None:
    op.create_table('pins',
    sa.Column('message_id', BIG_ID, autoincrement=False, nullable=False),
    sa.Column('conversation_id', BIG_ID, nullable=False),
    sa.Column('seq', sa.BigInteger(), nullable=False),
    sa.Column('user_id', BIG_ID, nullable=False),
    sa.Column('pinned_at', UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['conversation_id'], ['conversations.id'], name=op.f('fk_pins_conversation_id')),
    sa.ForeignKeyConstraint(['message_id'], ['messages.id'], name=op.f('fk_pins_message_id')),
    sa.PrimaryKeyConstraint('message_id', name=op.f('pk_pins'))
    )
    op.create_index('ix_pins_conversation_id_seq', 'pins', ['conversation_id', 'seq'], unique=False)
    op.create_table('saved_messages',
    sa.Column('id', BIG_ID, nullable=False),
    sa.Column('user_id', BIG_ID, nullable=False),
    sa.Column('message_id', BIG_ID, nullable=False),
    sa.Column('saved_at', UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['message_id'], ['messages.id'], name=op.f('fk_saved_messages_message_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_saved_messages')),
    sa.UniqueConstraint('user_id', 'message_id', name=op.f('uq_saved_messages_user_id_message_id')),
    sqlite_autoincrement=True
    )
    op.create_index('ix_saved_messages_user_id_id', 'saved_messages', ['user_id', 'id'], unique=False)
    op.add_column('conversations', sa.Column('pin_count', sa.Integer(), server_default='0', nullable=False))
    op.add_column('events', sa.Column('message_id', BIG_ID, nullable=True))
    op.create_index('ix_events_message_id', 'events', ['message_id'], unique=False, sqlite_where=sa.text('message_id IS NOT NULL'), postgresql_where=sa.text('message_id IS NOT NULL'))


def downgrade() -> None:
    op.drop_index('ix_events_message_id', table_name='events')
    op.drop_column('events', 'message_id')
    op.drop_column('conversations', 'pin_count')
    op.drop_table('saved_messages')
    op.drop_table('pins')

"""The tables of messages_service."""

import secrets

import sqlalchemy as sa
from alembic import op

from servicekit.data.columns import UtcDateTime

revision = '0001'
down_revision = None
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade() -> None:
    op.create_table('conversations',
    sa.Column('id', BIG_ID, nullable=False),
    sa.Column('kind', sa.String(length=8), nullable=False),
    sa.Column('visibility', sa.String(length=8), nullable=False),
    sa.Column('name', sa.Text(), nullable=True),
    sa.Column('name_key', sa.Text(), nullable=True),
    sa.Column('look_key', sa.Text(), nullable=True),
    sa.Column('direct_key', sa.String(length=48), nullable=True),
    sa.Column('topic', sa.Text(), server_default='', nullable=False),
    sa.Column('last_seq', sa.BigInteger(), server_default='0', nullable=False),
    sa.Column('last_message_seq', sa.BigInteger(), server_default='0', nullable=False),
    sa.Column('member_count', sa.Integer(), server_default='0', nullable=False),
    sa.Column('created_by', BIG_ID, nullable=False),
    sa.Column('created_at', UtcDateTime(), nullable=False),
    sa.Column('active_at', UtcDateTime(), nullable=False),
    sa.Column('archived_at', UtcDateTime(), nullable=True),
    sa.CheckConstraint("kind IN ('direct', 'group', 'room')", name=op.f('ck_conversations_kind')),
    sa.CheckConstraint("visibility IN ('public', 'private')", name=op.f('ck_conversations_visibility')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_conversations')),
    sa.UniqueConstraint('direct_key', name=op.f('uq_conversations_direct_key')),
    sa.UniqueConstraint('look_key', name=op.f('uq_conversations_look_key')),
    sa.UniqueConstraint('name_key', name=op.f('uq_conversations_name_key')),
    sqlite_autoincrement=True
    )
    op.create_index('ix_conversations_active_at', 'conversations', ['active_at'], unique=False)
    op.create_index('ix_conversations_browse', 'conversations', ['kind', 'visibility', 'id'], unique=False)

    op.create_table('meta',
    sa.Column('key', sa.String(length=32), nullable=False),
    sa.Column('value', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('key', name=op.f('pk_meta'))
    )
    op.bulk_insert(
        sa.table('meta', sa.column('key', sa.String), sa.column('value', sa.Text)),
        [{'key': 'epoch', 'value': secrets.token_urlsafe(12)}, {'key': 'feed_position', 'value': '0'}],
    )
    op.create_table('outbox',
    sa.Column('id', sa.Integer(), autoincrement=True, nullable=False),
    sa.Column('topic', sa.String(length=80), nullable=False),
    sa.Column('payload', sa.Text(), nullable=False),
    sa.Column('created_at', UtcDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_outbox')),
    sqlite_autoincrement=True
    )
    op.create_index('ix_outbox_created_at', 'outbox', ['created_at'], unique=False)

    op.create_table('profiles',
    sa.Column('id', BIG_ID, autoincrement=False, nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('nickname', sa.Text(), nullable=False),
    sa.Column('nickname_key', sa.Text(), nullable=False),
    sa.Column('email', sa.Text(), nullable=True),
    sa.Column('role', sa.String(length=16), nullable=False),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.Column('avatar_url', sa.Text(), nullable=True),
    sa.Column('updated_at', UtcDateTime(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_profiles'))
    )
    op.create_index('ix_profiles_nickname_key', 'profiles', ['nickname_key'], unique=False)

    op.create_table('events',
    sa.Column('conversation_id', BIG_ID, nullable=False),
    sa.Column('seq', sa.BigInteger(), nullable=False),
    sa.Column('type', sa.String(length=32), nullable=False),
    sa.Column('date', UtcDateTime(), nullable=False),
    sa.Column('data', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['conversation_id'], ['conversations.id'], name=op.f('fk_events_conversation_id')),
    sa.PrimaryKeyConstraint('conversation_id', 'seq', name=op.f('pk_events')),
    sqlite_with_rowid=False
    )
    op.create_table('memberships',
    sa.Column('conversation_id', BIG_ID, nullable=False),
    sa.Column('user_id', BIG_ID, nullable=False),
    sa.Column('role', sa.String(length=16), nullable=False),
    sa.Column('read_seq', sa.BigInteger(), server_default='0', nullable=False),
    sa.Column('joined_at', UtcDateTime(), nullable=False),
    sa.CheckConstraint("role IN ('owner', 'moderator', 'member')", name=op.f('ck_memberships_role')),
    sa.ForeignKeyConstraint(['conversation_id'], ['conversations.id'], name=op.f('fk_memberships_conversation_id')),
    sa.PrimaryKeyConstraint('conversation_id', 'user_id', name=op.f('pk_memberships')),
    sqlite_with_rowid=False
    )
    op.create_index('ix_memberships_user_id_conversation_id', 'memberships', ['user_id', 'conversation_id'], unique=False)

    op.create_table('messages',
    sa.Column('id', BIG_ID, nullable=False),
    sa.Column('conversation_id', BIG_ID, nullable=False),
    sa.Column('seq', sa.BigInteger(), nullable=False),
    sa.Column('author_id', BIG_ID, nullable=False),
    sa.Column('recipient_id', BIG_ID, nullable=True),
    sa.Column('client_id', sa.String(length=64), nullable=True),
    sa.Column('content', sa.Text(), nullable=False),
    sa.Column('html', sa.Text(), nullable=False),
    sa.Column('reply_to', BIG_ID, nullable=True),
    sa.Column('created_at', UtcDateTime(), nullable=False),
    sa.Column('edited_at', UtcDateTime(), nullable=True),
    sa.Column('deleted_at', UtcDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['conversation_id'], ['conversations.id'], name=op.f('fk_messages_conversation_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_messages')),
    sqlite_autoincrement=True
    )
    op.create_index('ix_messages_author_id_client_id', 'messages', ['author_id', 'client_id'], unique=True)
    op.create_index('ix_messages_conversation_id_seq', 'messages', ['conversation_id', 'seq', 'author_id', 'deleted_at'], unique=False)

    op.create_table('message_edits',
    sa.Column('message_id', BIG_ID, nullable=False),
    sa.Column('seq', sa.BigInteger(), nullable=False),
    sa.Column('content', sa.Text(), nullable=False),
    sa.Column('html', sa.Text(), nullable=False),
    sa.Column('written_at', UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['message_id'], ['messages.id'], name=op.f('fk_message_edits_message_id')),
    sa.PrimaryKeyConstraint('message_id', 'seq', name=op.f('pk_message_edits'))
    )
    op.create_table('reactions',
    sa.Column('message_id', BIG_ID, nullable=False),
    sa.Column('emoji', sa.String(length=64), nullable=False),
    sa.Column('user_id', BIG_ID, nullable=False),
    sa.Column('created_at', UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['message_id'], ['messages.id'], name=op.f('fk_reactions_message_id')),
    sa.PrimaryKeyConstraint('message_id', 'emoji', 'user_id', name=op.f('pk_reactions'))
    )


def downgrade() -> None:
    op.drop_table('reactions')
    op.drop_table('message_edits')
    op.drop_index('ix_messages_conversation_id_seq', table_name='messages')
    op.drop_index('ix_messages_author_id_client_id', table_name='messages')

    op.drop_table('messages')
    op.drop_index('ix_memberships_user_id_conversation_id', table_name='memberships')

    op.drop_table('memberships')
    op.drop_table('events')
    op.drop_index('ix_profiles_nickname_key', table_name='profiles')

    op.drop_table('profiles')
    op.drop_index('ix_outbox_created_at', table_name='outbox')

    op.drop_table('outbox')
    op.drop_table('meta')
    op.drop_index('ix_conversations_browse', table_name='conversations')
    op.drop_index('ix_conversations_active_at', table_name='conversations')

    op.drop_table('conversations')

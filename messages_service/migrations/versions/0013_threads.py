"""Threads. Earlier replies were shown in the conversation, and stay there; they count as read."""

import sqlalchemy as sa
from alembic import op

from servicekit.data.columns import UtcDateTime

revision = '0013'
down_revision = '0012'
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
SET_THREAD_ID = """
WITH RECURSIVE chain (id, first_id) AS (
    SELECT id, id FROM messages
    WHERE reply_to IS NULL AND id IN (SELECT reply_to FROM messages WHERE reply_to IS NOT NULL)
    UNION ALL
    SELECT messages.id, chain.first_id FROM messages JOIN chain ON messages.reply_to = chain.id
)
UPDATE messages SET thread_id = chain.first_id
FROM chain WHERE chain.id = messages.id AND messages.reply_to IS NOT NULL
"""
COUNT_REPLIES = """
UPDATE messages SET
    reply_count = found.total, last_reply_seq = found.last_seq, last_reply_at = found.last_at
FROM (
    SELECT thread_id, count(*) AS total, max(seq) AS last_seq, max(created_at) AS last_at
    FROM messages WHERE thread_id IS NOT NULL AND deleted_at IS NULL GROUP BY thread_id
) AS found
WHERE messages.id = found.thread_id
"""
NAME_PARTICIPANTS = """
UPDATE messages SET participant_ids = found.ids
FROM (
    SELECT thread_id, {aggregate} AS ids
    FROM (
        SELECT thread_id, author_id,
            row_number() OVER (PARTITION BY thread_id ORDER BY min(seq)) AS place
        FROM messages WHERE thread_id IS NOT NULL AND deleted_at IS NULL
        GROUP BY thread_id, author_id
        ORDER BY thread_id, min(seq)
    ) AS authors
    WHERE place <= 50 GROUP BY thread_id
) AS found
WHERE messages.id = found.thread_id
"""
AGGREGATES = {
    'sqlite': 'json_group_array(author_id)',
    'postgresql': 'json_agg(author_id ORDER BY place)::text',
}
FOLLOW = """
INSERT INTO thread_follows (message_id, user_id, following, read_seq)
SELECT first.id, people.user_id, true, coalesce(first.last_reply_seq, 0)
FROM messages AS first JOIN (
    SELECT thread_id, author_id AS user_id FROM messages WHERE thread_id IS NOT NULL
    UNION SELECT reply.thread_id, first.author_id
    FROM messages AS reply JOIN messages AS first ON first.id = reply.thread_id
) AS people ON people.thread_id = first.id
"""


def upgrade() -> None:
    op.add_column('messages', sa.Column('thread_id', BIG_ID, nullable=True))
    op.add_column('messages', sa.Column('in_conversation', sa.Boolean(), server_default=sa.true(), nullable=False))
    op.add_column('messages', sa.Column('reply_count', sa.Integer(), server_default='0', nullable=False))
    op.add_column('messages', sa.Column('last_reply_seq', sa.BigInteger(), nullable=True))
    op.add_column('messages', sa.Column('last_reply_at', UtcDateTime(), nullable=True))
    op.add_column('messages', sa.Column('participant_ids', sa.Text(), nullable=True))
    op.create_table('thread_follows',
    sa.Column('message_id', BIG_ID, nullable=False),
    sa.Column('user_id', BIG_ID, nullable=False),
    sa.Column('following', sa.Boolean(), nullable=False),
    sa.Column('read_seq', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['message_id'], ['messages.id'], name=op.f('fk_thread_follows_message_id')),
    sa.PrimaryKeyConstraint('message_id', 'user_id', name=op.f('pk_thread_follows')),
    sqlite_with_rowid=False
    )
    op.create_index('ix_thread_follows_user_id', 'thread_follows', ['user_id', 'message_id'], sqlite_where=sa.text('following'), postgresql_where=sa.text('following'))
    op.execute(SET_THREAD_ID)
    op.execute(COUNT_REPLIES)
    op.execute(NAME_PARTICIPANTS.format(aggregate=AGGREGATES[op.get_bind().dialect.name]))
    op.execute(FOLLOW)
    op.create_index('ix_messages_thread_id_seq', 'messages', ['thread_id', 'seq', 'author_id', 'deleted_at'], sqlite_where=sa.text('thread_id IS NOT NULL'), postgresql_where=sa.text('thread_id IS NOT NULL'))
    op.drop_index('ix_messages_reply_to', table_name='messages')
    op.drop_index('ix_messages_conversation_id_seq', table_name='messages')
    op.create_index('ix_messages_conversation_id_seq', 'messages', ['conversation_id', 'seq', 'author_id', 'deleted_at', 'in_conversation'])


def downgrade() -> None:
    op.drop_index('ix_messages_conversation_id_seq', table_name='messages')
    op.create_index('ix_messages_conversation_id_seq', 'messages', ['conversation_id', 'seq', 'author_id', 'deleted_at'])
    op.create_index('ix_messages_reply_to', 'messages', ['reply_to', 'id'], sqlite_where=sa.text('reply_to IS NOT NULL'), postgresql_where=sa.text('reply_to IS NOT NULL'))
    op.drop_index('ix_messages_thread_id_seq', table_name='messages')
    op.drop_table('thread_follows')
    op.drop_column('messages', 'participant_ids')
    op.drop_column('messages', 'last_reply_at')
    op.drop_column('messages', 'last_reply_seq')
    op.drop_column('messages', 'reply_count')
    op.drop_column('messages', 'in_conversation')
    op.drop_column('messages', 'thread_id')

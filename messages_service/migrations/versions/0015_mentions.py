"""Mentions as rows; those of earlier messages are read from their HTML."""

import re

import sqlalchemy as sa
from alembic import op

revision = '0015'
down_revision = '0014'
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
MENTION = re.compile(r'class="mention" data-(?:user-id="(\d+)"|everyone="(room|here)")')
EVERYONE_IDS = {'room': 0, 'here': -1}
BATCH = 1000


def upgrade() -> None:
    mentions = op.create_table('message_mentions',
    sa.Column('message_id', BIG_ID, nullable=False),
    sa.Column('user_id', BIG_ID, nullable=False),
    sa.Column('conversation_id', BIG_ID, nullable=False),
    sa.Column('seq', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['message_id'], ['messages.id'], name=op.f('fk_message_mentions_message_id')),
    sa.PrimaryKeyConstraint('message_id', 'user_id', name=op.f('pk_message_mentions'))
    )
    op.create_index('ix_message_mentions_conversation_id_user_id_seq', 'message_mentions', ['conversation_id', 'user_id', 'seq', 'message_id'], unique=False)
    last = 0
    while found := _messages_with_mentions(last):
        last = found[-1].id
        op.bulk_insert(mentions, [row for message in found for row in _mentions_of(message)])


def downgrade() -> None:
    op.drop_table('message_mentions')


def _messages_with_mentions(after: int) -> list[sa.Row]:
    query = sa.text("SELECT id, conversation_id, seq, html FROM messages WHERE id > :after AND html LIKE '%class=\"mention\"%' ORDER BY id LIMIT :batch")
    return list(op.get_bind().execute(query, {'after': after, 'batch': BATCH}))


def _mentions_of(message: sa.Row) -> list[dict[str, int]]:
    found = MENTION.findall(message.html)
    user_ids = {int(user_id) if user_id else EVERYONE_IDS[everyone] for user_id, everyone in found}
    return [
        {'message_id': message.id, 'user_id': user_id, 'conversation_id': message.conversation_id, 'seq': message.seq}
        for user_id in user_ids
    ]

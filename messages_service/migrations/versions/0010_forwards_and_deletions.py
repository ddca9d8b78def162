"""Forwarded messages, and deletions that can still be undone."""

import sqlalchemy as sa
from alembic import op

from servicekit.data.columns import UtcDateTime

revision = '0010'
down_revision = '0009'
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade() -> None:
    op.create_table('forwards',
    sa.Column('message_id', BIG_ID, autoincrement=False, nullable=False),
    sa.Column('original_id', BIG_ID, nullable=False),
    sa.Column('conversation_id', BIG_ID, nullable=False),
    sa.Column('seq', sa.BigInteger(), nullable=False),
    sa.Column('kind', sa.String(length=8), nullable=False),
    sa.Column('name', sa.Text(), nullable=True),
    sa.Column('author_id', BIG_ID, nullable=False),
    sa.Column('content', sa.Text(), nullable=False),
    sa.Column('html', sa.Text(), nullable=False),
    sa.Column('sent_at', UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['message_id'], ['messages.id'], name=op.f('fk_forwards_message_id')),
    sa.PrimaryKeyConstraint('message_id', name=op.f('pk_forwards'))
    )
    op.add_column('messages', sa.Column('quoted_size', sa.Integer(), server_default='0', nullable=False))
    op.create_table('deletions',
    sa.Column('message_id', BIG_ID, autoincrement=False, nullable=False),
    sa.Column('conversation_id', BIG_ID, nullable=False),
    sa.Column('deleted_by', BIG_ID, nullable=True),
    sa.Column('deleted_at', UtcDateTime(), nullable=False),
    sa.Column('content', sa.Text(), nullable=False),
    sa.Column('html', sa.Text(), nullable=False),
    sa.Column('data', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['conversation_id'], ['conversations.id'], name=op.f('fk_deletions_conversation_id')),
    sa.ForeignKeyConstraint(['message_id'], ['messages.id'], name=op.f('fk_deletions_message_id')),
    sa.PrimaryKeyConstraint('message_id', name=op.f('pk_deletions'))
    )
    op.create_index('ix_deletions_deleted_at', 'deletions', ['deleted_at'], unique=False)


def downgrade() -> None:
    op.drop_table('deletions')
    op.drop_column('messages', 'quoted_size')
    op.drop_table('forwards')

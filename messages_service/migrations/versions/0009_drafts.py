"""Drafts."""

import sqlalchemy as sa
from alembic import op

from servicekit.data.columns import UtcDateTime

revision = '0009'
down_revision = '0008'
branch_labels = None
depends_on = None
BIG_ID = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade() -> None:
    op.create_table('drafts',
    sa.Column('id', BIG_ID, nullable=False),
    sa.Column('user_id', BIG_ID, nullable=False),
    sa.Column('conversation_id', BIG_ID, nullable=False),
    sa.Column('thread_id', BIG_ID, nullable=False),
    sa.Column('content', sa.Text(), nullable=False),
    sa.Column('updated_at', UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['conversation_id'], ['conversations.id'], name=op.f('fk_drafts_conversation_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_drafts')),
    sa.UniqueConstraint('user_id', 'conversation_id', 'thread_id', name=op.f('uq_drafts_user_id_conversation_id_thread_id')),
    sqlite_autoincrement=True
    )


def downgrade() -> None:
    op.drop_table('drafts')

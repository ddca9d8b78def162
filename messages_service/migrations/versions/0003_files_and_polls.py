"""Files and polls."""

import sqlalchemy as sa
from alembic import op

from servicekit.data.columns import UtcDateTime

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade() -> None:
    op.create_table('blobs',
    sa.Column('id', BIG_ID, nullable=False),
    sa.Column('state', sa.String(length=8), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=True),
    sa.Column('size', sa.BigInteger(), nullable=False),
    sa.Column('piece_size', sa.Integer(), nullable=False),
    sa.Column('content_type', sa.String(length=127), nullable=False),
    sa.Column('width', sa.Integer(), nullable=True),
    sa.Column('height', sa.Integer(), nullable=True),
    sa.Column('touched_at', UtcDateTime(), nullable=False),
    sa.CheckConstraint("state IN ('arriving', 'stored', 'dropped')", name=op.f('ck_blobs_state')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_blobs')),
    sa.UniqueConstraint('sha256', name=op.f('uq_blobs_sha256')),
    sqlite_autoincrement=True
    )
    op.create_index('ix_blobs_unsettled', 'blobs', ['state', 'touched_at'], unique=False, sqlite_where=sa.text("state != 'stored'"), postgresql_where=sa.text("state != 'stored'"))
    op.create_table('blob_pieces',
    sa.Column('blob_id', BIG_ID, nullable=False),
    sa.Column('number', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('data', sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(['blob_id'], ['blobs.id'], name=op.f('fk_blob_pieces_blob_id')),
    sa.PrimaryKeyConstraint('blob_id', 'number', name=op.f('pk_blob_pieces'))
    )
    if op.get_bind().dialect.name == 'postgresql':
        # Most files are compressed already; trying again costs time and saves nothing.
        op.execute('ALTER TABLE blob_pieces ALTER COLUMN data SET STORAGE EXTERNAL')
    op.create_table('thumbnails',
    sa.Column('blob_id', BIG_ID, autoincrement=False, nullable=False),
    sa.Column('content_type', sa.String(length=127), nullable=False),
    sa.Column('data', sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(['blob_id'], ['blobs.id'], name=op.f('fk_thumbnails_blob_id')),
    sa.PrimaryKeyConstraint('blob_id', name=op.f('pk_thumbnails'))
    )
    op.create_table('attachments',
    sa.Column('id', BIG_ID, nullable=False),
    sa.Column('blob_id', BIG_ID, nullable=False),
    sa.Column('uploader_id', BIG_ID, nullable=True),
    sa.Column('message_id', BIG_ID, nullable=True),
    sa.Column('position', sa.Integer(), server_default='0', nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('alt', sa.Text(), nullable=True),
    sa.Column('size', sa.BigInteger(), nullable=False),
    sa.Column('created_at', UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['blob_id'], ['blobs.id'], name=op.f('fk_attachments_blob_id')),
    sa.ForeignKeyConstraint(['message_id'], ['messages.id'], name=op.f('fk_attachments_message_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_attachments')),
    sqlite_autoincrement=True
    )
    op.create_index('ix_attachments_blob_id', 'attachments', ['blob_id'], unique=False)
    op.create_index('ix_attachments_message_id_position', 'attachments', ['message_id', 'position'], unique=False)
    op.create_index('ix_attachments_unused', 'attachments', ['created_at'], unique=False, sqlite_where=sa.text('message_id IS NULL'), postgresql_where=sa.text('message_id IS NULL'))
    op.create_index('ix_attachments_uploader_id_size', 'attachments', ['uploader_id', 'size'], unique=False)
    op.create_table('polls',
    sa.Column('id', BIG_ID, nullable=False),
    sa.Column('conversation_id', BIG_ID, nullable=False),
    sa.Column('message_id', BIG_ID, nullable=False),
    sa.Column('author_id', BIG_ID, nullable=False),
    sa.Column('question', sa.Text(), nullable=False),
    sa.Column('multiple', sa.Boolean(), nullable=False),
    sa.Column('anonymous', sa.Boolean(), nullable=False),
    sa.Column('published_at', UtcDateTime(), nullable=False),
    sa.Column('closes_at', UtcDateTime(), nullable=True),
    sa.Column('closed_at', UtcDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['conversation_id'], ['conversations.id'], name=op.f('fk_polls_conversation_id')),
    sa.ForeignKeyConstraint(['message_id'], ['messages.id'], name=op.f('fk_polls_message_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_polls')),
    sa.UniqueConstraint('message_id', name=op.f('uq_polls_message_id')),
    sqlite_autoincrement=True
    )
    op.create_index('ix_polls_conversation_id_id', 'polls', ['conversation_id', 'id'], unique=False)
    op.create_index('ix_polls_due', 'polls', ['closes_at'], unique=False, sqlite_where=sa.text('closed_at IS NULL'), postgresql_where=sa.text('closed_at IS NULL'))
    op.create_table('poll_choices',
    sa.Column('id', BIG_ID, nullable=False),
    sa.Column('poll_id', BIG_ID, nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('choice', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['poll_id'], ['polls.id'], name=op.f('fk_poll_choices_poll_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_poll_choices')),
    sa.UniqueConstraint('poll_id', 'id', name=op.f('uq_poll_choices_poll_id_id')),
    sa.UniqueConstraint('poll_id', 'position', name=op.f('uq_poll_choices_poll_id_position')),
    sqlite_autoincrement=True
    )
    op.create_table('poll_votes',
    sa.Column('poll_id', BIG_ID, nullable=False),
    sa.Column('choice_id', BIG_ID, nullable=False),
    sa.Column('user_id', BIG_ID, nullable=False),
    sa.Column('voted_at', UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['poll_id', 'choice_id'], ['poll_choices.poll_id', 'poll_choices.id'], name='fk_poll_votes_choice'),
    sa.PrimaryKeyConstraint('poll_id', 'choice_id', 'user_id', name=op.f('pk_poll_votes'))
    )
    op.create_index('ix_poll_votes_poll_id_user_id', 'poll_votes', ['poll_id', 'user_id'], unique=False)


def downgrade() -> None:
    op.drop_table('poll_votes')
    op.drop_table('poll_choices')
    op.drop_table('polls')
    op.drop_table('attachments')
    op.drop_table('thumbnails')
    op.drop_table('blob_pieces')
    op.drop_table('blobs')

"""Previews of links."""

import sqlalchemy as sa
from alembic import op

from servicekit.data.columns import UtcDateTime

revision = '0018'
down_revision = '0017'
branch_labels = None
depends_on = None
BIG_ID = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade() -> None:
    op.create_table('previews',
    sa.Column('id', BIG_ID, nullable=False),
    sa.Column('message_id', BIG_ID, nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('url', sa.Text(), nullable=False),
    sa.Column('site_name', sa.Text(), nullable=False),
    sa.Column('title', sa.Text(), nullable=False),
    sa.Column('description', sa.Text(), nullable=False),
    sa.Column('picture_width', sa.Integer(), nullable=True),
    sa.Column('picture_height', sa.Integer(), nullable=True),
    sa.Column('is_removed', sa.Boolean(), server_default=sa.false(), nullable=False),
    sa.ForeignKeyConstraint(['message_id'], ['messages.id'], name=op.f('fk_previews_message_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_previews')),
    sqlite_autoincrement=True
    )
    op.create_index('ix_previews_message_id_position', 'previews', ['message_id', 'position'], unique=False)
    op.create_table('preview_pictures',
    sa.Column('preview_id', BIG_ID, autoincrement=False, nullable=False),
    sa.Column('content_type', sa.String(length=127), nullable=False),
    sa.Column('data', sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(['preview_id'], ['previews.id'], name=op.f('fk_preview_pictures_preview_id')),
    sa.PrimaryKeyConstraint('preview_id', name=op.f('pk_preview_pictures'))
    )
    op.create_table('preview_jobs',
    sa.Column('message_id', BIG_ID, autoincrement=False, nullable=False),
    sa.Column('conversation_id', BIG_ID, nullable=False),
    sa.Column('author_id', BIG_ID, nullable=False),
    sa.Column('links', sa.Text(), nullable=False),
    sa.Column('attempts', sa.Integer(), server_default='0', nullable=False),
    sa.Column('due_at', UtcDateTime(), nullable=False),
    sa.Column('created_at', UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['message_id'], ['messages.id'], name=op.f('fk_preview_jobs_message_id')),
    sa.PrimaryKeyConstraint('message_id', name=op.f('pk_preview_jobs'))
    )
    op.create_index('ix_preview_jobs_due_at', 'preview_jobs', ['due_at'], unique=False)


def downgrade() -> None:
    op.drop_table('preview_jobs')
    op.drop_table('preview_pictures')
    op.drop_table('previews')

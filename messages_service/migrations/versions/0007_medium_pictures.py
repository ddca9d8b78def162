"""Pictures at the size of a screen, beside their thumbnails."""

import sqlalchemy as sa
from alembic import op

revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None
BIG_ID = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade() -> None:
    op.create_table('medium_pictures',
    sa.Column('blob_id', BIG_ID, autoincrement=False, nullable=False),
    sa.Column('content_type', sa.String(length=127), nullable=False),
    sa.Column('data', sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(['blob_id'], ['blobs.id'], name=op.f('fk_medium_pictures_blob_id')),
    sa.PrimaryKeyConstraint('blob_id', name=op.f('pk_medium_pictures'))
    )


def downgrade() -> None:
    op.drop_table('medium_pictures')

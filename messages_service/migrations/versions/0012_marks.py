"""A person's own marks on their conversations: starred, muted, what notifies, marked as unread."""

import sqlalchemy as sa
from alembic import op

from servicekit.data.columns import UtcDateTime

revision = '0012'
down_revision = '0011'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        'memberships', sa.Column('notify', sa.String(8), server_default='all', nullable=False)
    )
    op.add_column(
        'memberships', sa.Column('starred', sa.Boolean(), server_default=sa.false(), nullable=False)
    )
    op.add_column('memberships', sa.Column('muted_until', UtcDateTime()))
    op.add_column('memberships', sa.Column('unread_from_seq', sa.BigInteger()))


def downgrade() -> None:
    for name in ('unread_from_seq', 'muted_until', 'starred', 'notify'):
        op.drop_column('memberships', name)

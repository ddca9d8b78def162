"""The poll of an event, so that the events of a deleted poll are found."""

import sqlalchemy as sa
from alembic import op

revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
POLL_ID = {
    'sqlite': "json_extract(data, '$.poll.id')",
    'postgresql': "(data::json -> 'poll' ->> 'id')::bigint",
}


def upgrade() -> None:
    op.add_column('events', sa.Column('poll_id', BIG_ID, nullable=True))
    op.execute(f"UPDATE events SET poll_id = {POLL_ID[op.get_bind().dialect.name]} WHERE type IN ('poll.voted', 'poll.closed')")
    op.create_index('ix_events_poll_id', 'events', ['poll_id'], unique=False, sqlite_where=sa.text('poll_id IS NOT NULL'), postgresql_where=sa.text('poll_id IS NOT NULL'))


def downgrade() -> None:
    op.drop_index('ix_events_poll_id', table_name='events')
    op.drop_column('events', 'poll_id')

"""E-mail digests: missed messages, and when people had an e-mail."""

import sqlalchemy as sa
from alembic import op

from messages_service.models import BigId
from servicekit.data.columns import UtcDateTime

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "missed_messages",
        sa.Column("user_id", BigId, autoincrement=False, nullable=False),
        sa.Column("message_id", BigId, autoincrement=False, nullable=False),
        sa.Column("conversation_id", BigId, nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["message_id"], ["messages.id"], name="fk_missed_messages_message_id"
        ),
        sa.PrimaryKeyConstraint("user_id", "message_id", name="pk_missed_messages"),
    )
    op.create_table(
        "digests",
        sa.Column("user_id", BigId, autoincrement=False, nullable=False),
        sa.Column("sent_at", UtcDateTime()),
        sa.Column("claimed_until", UtcDateTime()),
        sa.PrimaryKeyConstraint("user_id", name="pk_digests"),
    )
    # Earlier messages are not sent to anybody.
    op.execute(
        "INSERT INTO meta (key, value)"
        " SELECT 'digest_position', CAST(COALESCE(MAX(id), 0) AS TEXT) FROM messages"
    )


def downgrade() -> None:
    op.execute("DELETE FROM meta WHERE key = 'digest_position'")
    op.drop_table("digests")
    op.drop_table("missed_messages")

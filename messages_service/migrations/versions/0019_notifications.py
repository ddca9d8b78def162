"""Notifications: settings, positions in the logs, devices, pushes, do not disturb."""

import sqlalchemy as sa
from alembic import op

from messages_service.models import BigId
from servicekit.data.columns import UtcDateTime

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("profiles", sa.Column("dnd_until", UtcDateTime()))
    op.create_index("ix_blocks_blocked_id", "blocks", ["blocked_id"])
    op.create_table(
        "notification_settings",
        sa.Column("user_id", BigId, autoincrement=False, nullable=False),
        sa.Column("sound", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("push", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("preview", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("email_digest", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("dnd_start", sa.Time()),
        sa.Column("dnd_end", sa.Time()),
        sa.Column("dnd_time_zone", sa.Text()),
        sa.PrimaryKeyConstraint("user_id", name="pk_notification_settings"),
    )
    op.create_table(
        "notification_positions",
        sa.Column("conversation_id", BigId, autoincrement=False, nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
            name="fk_notification_positions_conversation_id",
        ),
        sa.PrimaryKeyConstraint("conversation_id", name="pk_notification_positions"),
    )
    # Earlier messages do not notify.
    op.execute(
        "INSERT INTO notification_positions (conversation_id, seq)"
        " SELECT id, last_seq FROM conversations"
    )
    op.create_table(
        "push_subscriptions",
        sa.Column("id", BigId, nullable=False),
        sa.Column("user_id", BigId, nullable=False),
        sa.Column("endpoint", sa.Text(), nullable=False),
        sa.Column("p256dh", sa.String(100), nullable=False),
        sa.Column("auth", sa.String(32), nullable=False),
        sa.Column("device", sa.Text(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_push_subscriptions"),
        sa.UniqueConstraint("endpoint", name="uq_push_subscriptions_endpoint"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_push_subscriptions_user_id", "push_subscriptions", ["user_id"])
    op.create_table(
        "pushes",
        sa.Column("subscription_id", BigId, autoincrement=False, nullable=False),
        sa.Column("tag", sa.String(48), nullable=False),
        sa.Column("user_id", BigId, nullable=False),
        sa.Column("conversation_id", BigId, nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("shown_seq", sa.BigInteger()),
        sa.Column("due_at", UtcDateTime()),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(
            ["subscription_id"],
            ["push_subscriptions.id"],
            name="fk_pushes_subscription_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("subscription_id", "tag", name="pk_pushes"),
    )
    op.create_index("ix_pushes_user_id", "pushes", ["user_id"])
    op.create_index(
        "ix_pushes_due_at",
        "pushes",
        ["due_at"],
        sqlite_where=sa.text("due_at IS NOT NULL"),
        postgresql_where=sa.text("due_at IS NOT NULL"),
    )


def downgrade() -> None:
    for table in (
        "pushes",
        "push_subscriptions",
        "notification_positions",
        "notification_settings",
    ):
        op.drop_table(table)
    op.drop_index("ix_blocks_blocked_id", table_name="blocks")
    op.drop_column("profiles", "dnd_until")
    op.execute("DELETE FROM meta WHERE key = 'vapid_key'")

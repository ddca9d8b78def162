"""Settings of the place, and the audit log."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "place",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name", sa.Text()),
        sa.Column("registration", sa.String(8)),
        sa.Column("icon_digest", sa.String(16)),
        sa.Column(
            "next_steps_dismissed", sa.Boolean(), nullable=False, server_default=sa.false()
        ),
        sa.PrimaryKeyConstraint("id", name="pk_place"),
    )
    op.create_table(
        "place_icon",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_place_icon"),
    )
    op.create_table(
        "audit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(36)),
        sa.Column("date", sa.DateTime(timezone=True), nullable=False),
        sa.Column("action", sa.String(40), nullable=False),
        sa.Column("actor_id", sa.Integer()),
        sa.Column("user_id", sa.Integer()),
        sa.Column("address", sa.String(64), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit"),
        sa.UniqueConstraint("key", name="uq_audit_key"),
        sqlite_autoincrement=True,
    )
    for column in ("date", "action", "actor_id", "user_id"):
        op.create_index(f"ix_audit_{column}", "audit", [column])


def downgrade() -> None:
    for table in ("audit", "place_icon", "place"):
        op.drop_table(table)

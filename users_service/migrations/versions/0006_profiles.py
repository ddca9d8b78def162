"""People have a title, a time zone, settings, a status and a time of do not disturb."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

def upgrade() -> None:
    with op.batch_alter_table("users", table_kwargs={"sqlite_autoincrement": True}) as users:
        for column in _columns():
            users.add_column(column)


def downgrade() -> None:
    with op.batch_alter_table("users", table_kwargs={"sqlite_autoincrement": True}) as users:
        for column in _columns():
            users.drop_column(column.name)


def _columns() -> list[sa.Column[Any]]:
    return [
        sa.Column("title", sa.Text()),
        sa.Column("time_zone", sa.Text()),
        sa.Column("language", sa.Text()),
        sa.Column("theme", sa.String(8), nullable=False, server_default="system"),
        sa.Column("status_emoji", sa.Text()),
        sa.Column("status_text", sa.Text(), nullable=False, server_default=""),
        sa.Column("status_until", sa.DateTime(timezone=True)),
        sa.Column("dnd_until", sa.DateTime(timezone=True)),
    ]

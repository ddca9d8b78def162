"""A person's language and time zone, for e-mails."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("profiles", sa.Column("language", sa.Text()))
    op.add_column("profiles", sa.Column("time_zone", sa.Text()))


def downgrade() -> None:
    op.drop_column("profiles", "time_zone")
    op.drop_column("profiles", "language")

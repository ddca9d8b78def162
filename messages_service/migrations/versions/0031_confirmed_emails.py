"""Whether a person's e-mail address is confirmed; digests go to no other."""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    confirmed = sa.Column(
        "email_confirmed", sa.Boolean(), nullable=False, server_default=sa.false()
    )
    op.add_column("profiles", confirmed)


def downgrade() -> None:
    with op.batch_alter_table("profiles") as profiles:
        profiles.drop_column("email_confirmed")

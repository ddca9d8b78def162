"""The accounts of the people of imports."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "imported_people",
        sa.Column("source", sa.String(100), nullable=False),
        sa.Column("external_id", sa.String(200), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_imported_people_user_id"),
        sa.PrimaryKeyConstraint("source", "external_id", name="pk_imported_people"),
    )


def downgrade() -> None:
    op.drop_table("imported_people")

"""API tokens remember the token that made them."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("api_tokens", table_kwargs={"sqlite_autoincrement": True}) as tokens:
        tokens.add_column(sa.Column("parent_id", sa.Integer()))
        tokens.create_foreign_key(
            "fk_api_tokens_parent_id", "api_tokens", ["parent_id"], ["id"], ondelete="SET NULL"
        )
        tokens.create_index("ix_api_tokens_parent_id", ["parent_id"])


def downgrade() -> None:
    with op.batch_alter_table("api_tokens", table_kwargs={"sqlite_autoincrement": True}) as tokens:
        tokens.drop_index("ix_api_tokens_parent_id")
        tokens.drop_constraint("fk_api_tokens_parent_id", type_="foreignkey")
        tokens.drop_column("parent_id")

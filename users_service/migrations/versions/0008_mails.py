"""E-mails that are to be sent, links for new passwords by e-mail, and verified addresses."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "mails",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("user_id", sa.Integer()),
        sa.Column("email_key", sa.String(1280)),
        sa.Column("language", sa.Text()),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_mails"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_mails_user_id_users"),
    )
    op.create_index("ix_mails_due_at", "mails", ["due_at"])
    with op.batch_alter_table("users", table_kwargs={"sqlite_autoincrement": True}) as users:
        users.add_column(sa.Column("email_verified_at", sa.DateTime(timezone=True)))
    with op.batch_alter_table(
        "password_resets", table_kwargs={"sqlite_autoincrement": True}
    ) as resets:
        resets.alter_column("created_by", existing_type=sa.Integer(), nullable=True)
        resets.add_column(sa.Column("email_key", sa.String(1280)))


def downgrade() -> None:
    op.execute("DELETE FROM password_resets WHERE created_by IS NULL")
    with op.batch_alter_table(
        "password_resets", table_kwargs={"sqlite_autoincrement": True}
    ) as resets:
        resets.drop_column("email_key")
        resets.alter_column("created_by", existing_type=sa.Integer(), nullable=False)
    with op.batch_alter_table("users", table_kwargs={"sqlite_autoincrement": True}) as users:
        users.drop_column("email_verified_at")
    op.drop_table("mails")

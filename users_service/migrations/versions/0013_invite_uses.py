"""Invites for several people."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "invite_uses",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("invite_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("user_id", name="pk_invite_uses"),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name="fk_invite_uses_user_id_users"
        ),
        sa.ForeignKeyConstraint(
            ["invite_id"],
            ["invites.id"],
            name="fk_invite_uses_invite_id_invites",
            ondelete="CASCADE",
        ),
    )
    op.create_index("ix_invite_uses_invite_id", "invite_uses", ["invite_id"])
    with op.batch_alter_table("invites", table_kwargs={"sqlite_autoincrement": True}) as invites:
        invites.add_column(sa.Column("uses", sa.Integer(), nullable=False, server_default="1"))
        invites.add_column(sa.Column("used", sa.Integer(), nullable=False, server_default="0"))
    op.execute("UPDATE invites SET used = 1 WHERE used_by IS NOT NULL")
    op.execute(
        "INSERT INTO invite_uses (user_id, invite_id)"
        " SELECT used_by, max(id) FROM invites WHERE used_by IS NOT NULL GROUP BY used_by"
    )
    with op.batch_alter_table("invites", table_kwargs={"sqlite_autoincrement": True}) as invites:
        invites.drop_constraint("fk_invites_used_by", type_="foreignkey")
        invites.drop_column("used_by")


def downgrade() -> None:
    with op.batch_alter_table("invites", table_kwargs={"sqlite_autoincrement": True}) as invites:
        invites.add_column(sa.Column("used_by", sa.Integer()))
        invites.create_foreign_key("fk_invites_used_by", "users", ["used_by"], ["id"])
    op.execute(
        "UPDATE invites SET used_by ="
        " (SELECT max(user_id) FROM invite_uses WHERE invite_id = invites.id)"
    )
    # The former version admits one person by an invite.
    op.execute(
        "UPDATE invites SET used_at = created_at WHERE used_by IS NOT NULL AND used_at IS NULL"
    )
    op.drop_table("invite_uses")
    with op.batch_alter_table("invites", table_kwargs={"sqlite_autoincrement": True}) as invites:
        invites.drop_column("used")
        invites.drop_column("uses")

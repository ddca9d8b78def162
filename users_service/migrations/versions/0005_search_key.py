"""People are searched by name and nickname without accents."""

import sqlalchemy as sa
from alembic import op

from users_service.names import comparison_key, search_key

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

USERS = sa.table(
    "users",
    sa.column("id", sa.Integer()),
    sa.column("name", sa.String()),
    sa.column("nickname", sa.String()),
    sa.column("name_key", sa.String()),
    sa.column("search_key", sa.String()),
)


def upgrade() -> None:
    _replace("name_key", sa.Column("search_key", sa.Text()))
    for user in _users():
        _set(user.id, search_key=search_key(user.name, user.nickname))
    with op.batch_alter_table("users", table_kwargs={"sqlite_autoincrement": True}) as users:
        users.alter_column("search_key", existing_type=sa.Text(), nullable=False)


def downgrade() -> None:
    _replace("search_key", sa.Column("name_key", sa.String(400)))
    for user in _users():
        _set(user.id, name_key=comparison_key(user.name))
    with op.batch_alter_table("users", table_kwargs={"sqlite_autoincrement": True}) as users:
        users.alter_column("name_key", existing_type=sa.String(400), nullable=False)
        users.create_index("ix_users_name_key", ["name_key"])


def _replace(old: str, new: sa.Column[str]) -> None:
    with op.batch_alter_table("users", table_kwargs={"sqlite_autoincrement": True}) as users:
        users.add_column(new)
        if old == "name_key":
            users.drop_index("ix_users_name_key")
        users.drop_column(old)


def _users() -> list[sa.Row[tuple[int, str, str]]]:
    columns = sa.select(USERS.c.id, USERS.c.name, USERS.c.nickname)
    return list(op.get_bind().execute(columns).all())


def _set(user_id: int, **values: str) -> None:
    op.get_bind().execute(sa.update(USERS).where(USERS.c.id == user_id).values(**values))

"""SQLite's full-text index takes new entries many at a time (`indexing/catching_up.py`)."""

from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

ADD = "INSERT INTO search_index (rowid, text, terms)"
ADD_NEW = f"{ADD} VALUES (new.message_id, new.text, new.terms);"
REMOVE_OLD = (
    "INSERT INTO search_index (search_index, rowid, text, terms)"
    " VALUES ('delete', old.message_id, old.text, old.terms);"
)
INDEXED_TO = "(SELECT indexed_to FROM search_index_state)"


def upgrade() -> None:
    if op.get_bind().dialect.name != "sqlite":
        return
    op.execute("CREATE TABLE search_index_state (indexed_to INTEGER NOT NULL)")
    op.execute(
        "INSERT INTO search_index_state SELECT coalesce(max(message_id), 0) FROM search_entries"
    )
    replace_triggers(
        when_added=f"WHEN new.message_id <= {INDEXED_TO}",
        when_removed=f"WHEN old.message_id <= {INDEXED_TO}",
    )


def downgrade() -> None:
    if op.get_bind().dialect.name != "sqlite":
        return
    op.execute(
        f"{ADD} SELECT message_id, text, terms FROM search_entries WHERE message_id > {INDEXED_TO}"
    )
    replace_triggers()
    op.execute("DROP TABLE search_index_state")


def replace_triggers(when_added: str = "", when_removed: str = "") -> None:
    """Keep the index by these triggers alone, under these conditions."""
    op.execute("DROP TRIGGER search_entries_insert")
    op.execute("DROP TRIGGER search_entries_delete")
    op.execute(
        f"CREATE TRIGGER search_entries_insert AFTER INSERT ON search_entries {when_added}"
        f" BEGIN {ADD_NEW} END"
    )
    op.execute(
        f"CREATE TRIGGER search_entries_delete AFTER DELETE ON search_entries {when_removed}"
        f" BEGIN {REMOVE_OLD} END"
    )

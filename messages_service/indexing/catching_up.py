"""Adds new entries to SQLite's full-text index, many at a time: each transaction that adds some
costs as much as storing a message. PostgreSQL's indexes collect new entries by themselves.

The triggers of `search_entries` leave entries beyond `search_index_state.indexed_to` to
`index_new_entries`, which a chore calls, and each search before it looks.
"""

from typing import Final

from sqlalchemy import Connection, Engine, text

from servicekit.data.db import core_transaction

BATCH: Final = 500


def index_new_entries(engine: Engine) -> None:
    """Add the entries that are not in the full-text index yet."""
    if engine.dialect.name != "sqlite" or not _has_new_entries(engine):
        return
    is_more = True
    while is_more:
        with core_transaction(engine) as running:
            is_more = index_some(running.connection)


def index_some(connection: Connection, batch: int = BATCH) -> bool:
    """Add the oldest of them; returns whether there may be more."""
    first, last, count = connection.execute(_NEXT, {"batch": batch}).one()
    if count:
        connection.execute(_ADD, {"first": first, "last": last})
        connection.execute(_SET_INDEXED_TO, {"last": last})
    return bool(count == batch)


def _has_new_entries(engine: Engine) -> bool:
    with engine.connect() as connection:
        return bool(connection.execute(_HAS_NEW).scalar())


_HAS_NEW: Final = text(
    "SELECT EXISTS (SELECT 1 FROM search_entries"
    " WHERE message_id > (SELECT indexed_to FROM search_index_state))"
)
_NEXT: Final = text(
    "SELECT min(message_id), max(message_id), count(*) FROM (SELECT message_id FROM search_entries"
    " WHERE message_id > (SELECT indexed_to FROM search_index_state)"
    " ORDER BY message_id LIMIT :batch)"
)
_ADD: Final = text(
    "INSERT INTO search_index (rowid, text, terms) SELECT message_id, text, terms"
    " FROM search_entries WHERE message_id BETWEEN :first AND :last"
)
_SET_INDEXED_TO: Final = text("UPDATE search_index_state SET indexed_to = :last")

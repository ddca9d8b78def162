"""Filters that the index does not have, because they change without the message."""

from typing import Final, NamedTuple

from sqlalchemy import Connection, text

from messages_service.search.wanted import Wanted

MANY: Final = 2000
"""Of more messages than these the index finds the newest sooner."""


class Few(NamedTuple):
    """A filter that keeps few messages, and the statement that lists these."""

    name: str
    message_ids: str


_OF_ALL: Final = {
    "pinned": "SELECT message_id FROM pins",
    "saved": "SELECT message_id FROM saved_messages WHERE user_id = :reader_id",
    "reaction": "SELECT DISTINCT message_id FROM reactions",
    "thread": "SELECT id AS message_id FROM messages WHERE thread_id IS NOT NULL"
    " UNION SELECT thread_id FROM messages WHERE thread_id IS NOT NULL",
}
_ROWS: Final = _OF_ALL | {"thread": "SELECT id FROM messages WHERE thread_id IS NOT NULL"}


def few_of(connection: Connection, wanted: Wanted) -> Few | None:
    """The first of the wanted filters that keeps few messages."""
    for name in _OF_ALL:
        if name in wanted.is_ | wanted.has and _is_small(connection, wanted, name):
            return Few(name, _OF_ALL[name])
    return None


def _is_small(connection: Connection, wanted: Wanted, name: str) -> bool:
    some = " ".join(("SELECT count(*) FROM (", _ROWS[name], "LIMIT :many) AS listed"))
    values = {"reader_id": wanted.reader_id, "many": MANY}
    return int(connection.execute(text(some), values).scalar_one()) < MANY

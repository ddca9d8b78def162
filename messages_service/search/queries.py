"""Statements that find messages. Each of them checks which messages the reader may read.

The index narrows the search; the columns are checked as well. Both engines give the same answers.
"""

from sqlalchemy import Connection

from messages_service.search.conditions import Found
from messages_service.search.in_postgresql import find_in_postgresql
from messages_service.search.in_sqlite import find_in_sqlite
from messages_service.search.wanted import Wanted


def find_messages(
    connection: Connection, wanted: Wanted, *, before: int | None, limit: int
) -> list[Found]:
    """The newest messages, older than `before`, newest first."""
    is_sqlite = connection.dialect.name == "sqlite"
    find = find_in_sqlite if is_sqlite else find_in_postgresql
    return find(connection, wanted, before, limit)

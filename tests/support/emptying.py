"""A PostgreSQL database made empty again, in a fraction of the time that a new one takes."""

from collections.abc import Mapping

import psycopg
from sqlalchemy import MetaData


def empty_tables(url: str, metadata: MetaData, keep: Mapping[str, str]) -> None:
    """Delete all rows (`keep`: a condition by table) and end other connections.

    Ids start at 1 again. TRUNCATE would take ten times as long: it makes new files.
    """
    with psycopg.connect(url) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        for table in reversed(metadata.sorted_tables):
            kept = keep.get(table.name, "false")
            connection.execute(f"DELETE FROM {table.name} WHERE NOT ({kept})".encode())
        connection.execute("SELECT setval(oid, 1, false) FROM pg_class WHERE relkind = 'S'")

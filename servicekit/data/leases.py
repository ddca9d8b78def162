"""Work for one of several processes: each row of it has a column with the end of its lease.

A process that dies leaves its rows to others, when their leases have ended.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, Row, and_, update


def claim_row(
    connection: Connection, lease: Column[Any], seen: Row[Any], until: datetime, **values: object
) -> Row[Any] | None:
    """Move `lease` to `until`; None if another process has changed it since `seen` was read.

    `seen` has the lease and the primary key; `values` are other columns to set.
    """
    claimed = update(lease.table).where(is_held(lease, seen)).values({lease.name: until, **values})
    return connection.execute(claimed.returning(lease.table)).one_or_none()


def is_held(lease: Column[Any], held: Any) -> ColumnElement[bool]:
    """Whether a row still has the lease of `held`."""
    columns = (*lease.table.primary_key, lease)
    return and_(*(column == getattr(held, column.name) for column in columns))

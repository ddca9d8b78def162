"""Pages that are bounded in bytes, not only in number."""

from typing import Any, Final

from sqlalchemy import ColumnElement, Select, Subquery, func, select

PAGE_CHARACTERS: Final = 500_000
"""Text in a page: one megabyte of JSON as a rule, at most two. The first row always fits."""


def with_running_size(rows: Select[Any], *order: str, descending: bool = False) -> Subquery:
    """`rows` (with a column `size` in characters) with `before`, the size of all rows before each
    in that order, and `found`, the number of rows."""
    inner = rows.subquery()
    keys = [inner.c[name].desc() if descending else inner.c[name] for name in order]
    size: ColumnElement[int] = func.sum(inner.c.size).over(order_by=keys, rows=(None, 0))
    kept = [column for column in inner.c if column.name != "size"]
    return select(
        *kept, (size - inner.c.size).label("before"), func.count().over().label("found")
    ).subquery()


def fits(sized: Subquery) -> ColumnElement[bool]:
    """Whether a row of `with_running_size` belongs to the page."""
    return sized.c.before < PAGE_CHARACTERS

"""Pages of a list by key: what `limit`, `before` and `after` mean in SQL."""

from collections.abc import Sequence
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Select
from sqlalchemy.orm import InstrumentedAttribute

from servicekit.web.paging import PageQuery

Rows = TypeVar("Rows", bound=Select[Any])
Row = TypeVar("Row")


def between(
    rows: Rows,
    key: ColumnElement[int] | InstrumentedAttribute[int],
    before: int | ColumnElement[int] | None,
    after: int | ColumnElement[int] | None,
) -> Rows:
    """Only rows whose key is less than `before` and greater than `after`."""
    if before is not None:
        rows = rows.where(key < before)
    if after is not None:
        rows = rows.where(key > after)
    return rows


def page_of(
    rows: Rows, key: ColumnElement[int] | InstrumentedAttribute[int], page: PageQuery
) -> Rows:
    """A page by `key`, which the caller orders by, and one row more; see `without_surplus`."""
    return between(rows, key, page.before, page.after).limit(page.limit + 1)


def without_surplus(found: Sequence[Row], page: PageQuery) -> tuple[Sequence[Row], bool]:
    """The rows of the page, and whether there are more after them."""
    return found[: page.limit], len(found) > page.limit

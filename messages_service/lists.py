"""Lists as bind parameters: PostgreSQL has arrays, SQLite reads them from JSON."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import ARRAY, JSON, ClauseElement, ColumnElement, any_, bindparam, func, select
from sqlalchemy.types import TypeEngine

from messages_service.prepared import Prepared


def prepared_with_lists(build: Callable[[str], ClauseElement]) -> Prepared:
    """A statement for each engine; `build` gets the name of the dialect."""
    return Prepared(sqlite=build("sqlite"), postgresql=build("postgresql"))


def is_in_list(
    dialect: str, column: ColumnElement[Any], name: str, type_: TypeEngine[Any]
) -> ColumnElement[bool]:
    """Whether `column` is in the list that is bound as `name`."""
    if dialect == "postgresql":
        return column == any_(bindparam(name, type_=ARRAY(type_)))
    values = func.json_each(bindparam(name, type_=JSON)).table_valued("value")
    return column.in_(select(values.c.value))


def listed_pairs(
    dialect: str, first: tuple[str, TypeEngine[Any]], second: tuple[str, TypeEngine[Any]]
) -> Any:
    """A table of pairs: two lists of equal length, bound by their names, as its columns."""
    if dialect == "postgresql":
        lists = [bindparam(name, type_=ARRAY(type_)) for name, type_ in (first, second)]
        return func.unnest(*lists).table_valued(first[0], second[0]).render_derived("pairs")
    left, right = (
        func.json_each(bindparam(name, type_=JSON)).table_valued("key", "value").alias(alias)
        for (name, _), alias in ((first, "left_list"), (second, "right_list"))
    )
    return (
        select(left.c.value.label(first[0]), right.c.value.label(second[0]))
        .select_from(left.join(right, left.c.key == right.c.key))
        .subquery("pairs")
    )

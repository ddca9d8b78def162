"""Lists as bind parameters: PostgreSQL has arrays, SQLite reads them from JSON."""

from collections.abc import Callable, Collection
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
    """A table of the pairs that are bound by `bound_pairs`, with columns of these names."""
    if dialect == "postgresql":
        lists = [bindparam(name, type_=ARRAY(type_)) for name, type_ in (first, second)]
        return func.unnest(*lists).table_valued(first[0], second[0]).render_derived("pairs")
    # One list: SQLite would look up everything with one half before it reads the other list.
    pairs = func.json_each(bindparam("pairs", type_=JSON)).table_valued("value")
    halves = [
        func.json_extract(pairs.c.value, f"$[{number}]").label(name)
        for number, (name, _) in enumerate((first, second))
    ]
    return select(*halves).subquery("pairs")


def bound_pairs(
    pairs: Collection[tuple[Any, Any]], first: str, second: str
) -> dict[str, list[Any]]:
    """The values of a statement with `listed_pairs` of these names."""
    lefts, rights = zip(*pairs, strict=True)
    return {"pairs": list(pairs), first: list(lefts), second: list(rights)}

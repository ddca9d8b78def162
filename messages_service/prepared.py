"""Core statements, compiled once and handed to the driver, for where each microsecond counts."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ClauseElement, Connection, Dialect
from sqlalchemy.sql.compiler import SQLCompiler


class Prepared:
    """A statement whose values are bind parameters, for each engine; rows come as plain tuples.

    Errors of the driver come as SQLAlchemy has them, as from any other statement.
    """

    def __init__(self, **statements: ClauseElement) -> None:
        """Statements by dialect; `default` is for those that are not named."""
        self._statements = statements
        self._compiled: dict[str, _Compiled] = {}

    def rows(self, connection: Connection, values: Mapping[str, Any]) -> list[Any]:
        """Run it, and fetch everything that it returns."""
        cursor = self._execute(connection, values)
        try:
            found: list[Any] = cursor.fetchall()
            return found
        finally:
            cursor.close()

    def run(self, connection: Connection, values: Mapping[str, Any]) -> None:
        """Run it for its effect."""
        self._execute(connection, values).close()

    def _execute(self, connection: Connection, values: Mapping[str, Any]) -> Any:
        dialect = connection.dialect
        compiled = self._compiled.get(dialect.name)
        if compiled is None:
            name = dialect.name if dialect.name in self._statements else "default"
            compiled = self._compiled[dialect.name] = _Compiled(self._statements[name], dialect)
        driver = connection.connection.dbapi_connection
        assert driver is not None
        cursor = driver.cursor()
        try:
            cursor.execute(compiled.text, compiled.parameters(values))
        except Exception as error:
            cursor.close()
            connection._handle_dbapi_exception(
                error, compiled.text, None, None, None
            )  # always raises
        return cursor


class _Compiled:
    """SQL text with what turns our values into the driver's."""

    def __init__(self, statement: ClauseElement, dialect: Dialect) -> None:
        compiled = statement.compile(dialect=dialect)
        assert isinstance(compiled, SQLCompiler)
        self.text = compiled.string
        processors: Mapping[str, Any] = compiled._bind_processors
        names = compiled.positiontup if compiled.positional else list(compiled.binds)
        self._is_positional = compiled.positional
        self._fields = [
            (name, compiled.binds[name].value, processors.get(name)) for name in names or ()
        ]

    def parameters(self, values: Mapping[str, Any]) -> Any:
        made = [
            process(values.get(name, constant)) if process else values.get(name, constant)
            for name, constant, process in self._fields
        ]
        if self._is_positional:
            return made
        return {name: value for (name, _, _), value in zip(self._fields, made, strict=True)}

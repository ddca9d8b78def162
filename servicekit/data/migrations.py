"""The work of a data service's Alembic `env.py`: migrate all or nothing, one runner at a time."""

from typing import Any

from alembic import context
from flask import current_app
from sqlalchemy import Connection, text

from servicekit.data.db import WRITES

LOCK_TIMEOUT = "30s"
LOCK = 0x7061726C6579  # any number that nothing else locks in a database of ours


def run_migrations() -> None:
    """Migrate the database to the command's revision; a failure leaves it unchanged."""
    database = current_app.extensions["migrate"].db
    options: dict[str, Any] = dict(current_app.extensions["migrate"].configure_args)
    engine = database.engine
    with engine.connect().execution_options(**{WRITES: True}) as connection:
        is_sqlite = connection.dialect.name == "sqlite"
        if is_sqlite:
            _enforce_foreign_keys(connection, False)
        context.configure(
            connection,
            target_metadata=database.metadata,
            transactional_ddl=True,
            process_revision_directives=_skip_empty,
            **options,
        )
        with context.begin_transaction():
            if not is_sqlite:
                _wait_for_other_runners(connection)
            context.run_migrations()
            if is_sqlite:
                _check_foreign_keys(connection)
        if is_sqlite:
            _enforce_foreign_keys(connection, True)


def _wait_for_other_runners(connection: Connection) -> None:
    for timeout in ("lock_timeout", "statement_timeout", "idle_in_transaction_session_timeout"):
        connection.execute(text(f"SET LOCAL {timeout} = 0"))
    connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK})
    # Requests queue behind a waiting table lock: better to fail and be restarted.
    connection.execute(text(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT}'"))


def _enforce_foreign_keys(connection: Connection, on: bool) -> None:
    # Batch mode drops and renames tables that others refer to. Not through SQLAlchemy, which would
    # begin a transaction; SQLite ignores this in one.
    driver_connection = connection.connection.dbapi_connection
    assert driver_connection is not None
    driver_connection.cursor().execute(f"PRAGMA foreign_keys = {'ON' if on else 'OFF'}")


def _check_foreign_keys(connection: Connection) -> None:
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    if broken:
        raise RuntimeError(f"the migration left {len(broken)} rows that refer to nothing")


def _skip_empty(migration: Any, revision: Any, directives: list[Any]) -> None:
    """`flask db migrate` writes no revision when nothing has changed."""
    options = context.config.cmd_opts
    if getattr(options, "autogenerate", False) and directives[0].upgrade_ops.is_empty():
        directives[:] = []

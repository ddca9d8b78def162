"""A data service's database, SQLite (WAL, FULL) or PostgreSQL, and its write transactions."""

import logging
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session as FlaskSession
from sqlalchemy import Connection, Engine, MetaData, Table, event, make_url, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError, InterfaceError, InternalError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.orm import Session

from servicekit.language import _
from servicekit.settings import DataServiceSettings
from servicekit.web.app_state import add_ready_check
from servicekit.web.errors import Problem, Unavailable, problem_response, unforeseen

BUSY_TIMEOUT_MS = 10_000
WAL_BYTES = 64 * 2**20
POSTGRES_TIMEOUTS = {
    "lock_timeout": "3s",
    "statement_timeout": "15s",
    "idle_in_transaction_session_timeout": "10s",
}
"""How long one client can hold up the others, or be held up."""
POSTGRES_CONNECTION = {
    "connect_timeout": 5,
    "keepalives": 1,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 8000,
    "options": " ".join(f"-c {name}={value}" for name, value in POSTGRES_TIMEOUTS.items()),
}
"""Keepalives detect a vanished server within half a minute, not after hours."""
POSTGRES_DISK_FULL = "53100"
WRITES = "parley_writes"
CONNECTION = "parley_connection"
NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}
DATABASE_ERRORS = (OperationalError, InterfaceError, InternalError, PoolTimeoutError)
"""Errors of the database itself, not of a statement or its values."""
log = logging.getLogger(__name__)


class RequestSession(FlaskSession):
    """A session whose end never fails: Flask closes it after the response is made."""

    def close(self) -> None:
        """Roll back and release the connection; a lost one needs no rollback."""
        try:
            super().close()
        except DATABASE_ERRORS as error:
            log.warning("database: a session's connection was lost: %s", error)


def make_db() -> SQLAlchemy:
    """A Flask-SQLAlchemy whose constraints have names, so that migrations can change them."""
    return SQLAlchemy(
        metadata=MetaData(naming_convention=NAMING), session_options={"class_": RequestSession}
    )


def init_db(app: Flask, db: SQLAlchemy, settings: DataServiceSettings) -> None:
    """Bind `db` to `app`, with ready check and `/db/alive`; database trouble becomes 503 or 507."""
    url = make_url(settings.database_url)
    options: dict[str, Any] = {
        "pool_size": settings.threads + 4,
        "max_overflow": 4,
        "pool_timeout": 5,
    }
    if url.get_backend_name() == "sqlite":
        options["connect_args"] = {"check_same_thread": False}
    else:
        options |= {"pool_pre_ping": True, "connect_args": POSTGRES_CONNECTION}
    app.config["SQLALCHEMY_DATABASE_URI"] = url
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = options
    db.init_app(app)
    with app.app_context():
        engine = db.engine
    if engine.dialect.name == "sqlite":
        _prepare_sqlite(engine)

    def check() -> None:
        with engine.connect() as connection:
            connection.execute(text("SELECT 1"))

    add_ready_check(app, "database", check)

    @app.get("/db/alive")
    def db_alive() -> dict[str, str]:
        check()
        return {"status": "healthy", "message": "Database connection is alive"}

    for error in DATABASE_ERRORS:
        app.register_error_handler(error, lambda e: problem_response(problem_from_database(e)))


@dataclass
class CoreTransaction:
    """An open write transaction; `on_commit` hooks run right after the commit, in commit order."""

    connection: Connection
    _hooks: list[Callable[[], None]] = field(default_factory=list, kw_only=True)

    def on_commit(self, hook: Callable[[], None]) -> None:
        self._hooks.append(hook)

    def committed(self) -> None:
        for hook in self._hooks:
            hook()


@dataclass
class Transaction(CoreTransaction):
    """The same with the request's session."""

    session: Session


_sqlite_writers = threading.RLock()
"""SQLite allows one writer; a lock here is cheaper than SQLite's busy polling."""


@contextmanager
def transaction(db: SQLAlchemy) -> Iterator[Transaction]:
    """One write transaction on the request's session: committed at the end, or rolled back.

    On SQLite it takes the write lock at once (BEGIN IMMEDIATE), so that it never fails half-way
    because it read first.
    """
    session: Session = db.session()
    session.rollback()  # ends a read transaction that came before: its snapshot is out of date
    if session.get_bind().dialect.name == "sqlite":
        with _sqlite_writers:
            yield from _transaction(session)
    else:
        yield from _transaction(session)


def session_connection(db: SQLAlchemy) -> Connection:
    """The connection that the request's session holds, or takes now.

    A page asks for it a dozen times, and `Session.connection` takes ten times as long.
    """
    session: Session = db.session()
    known: Connection | None = session.info.get(CONNECTION)
    if known is None or known.closed:
        known = session.info[CONNECTION] = session.connection()
    return known


@contextmanager
def reading(db: SQLAlchemy) -> Iterator[None]:
    """Reads on the request's session that end here: afterwards it holds no connection, and the
    next read sees the newest state.
    """
    try:
        yield
    finally:
        if db.session.registry.has():  # do not make a session only to end it
            db.session.rollback()


@contextmanager
def core_transaction(engine: Engine) -> Iterator[CoreTransaction]:
    """The same for Core statements alone, beside the session, and at a third of its cost."""
    if engine.dialect.name == "sqlite":
        with _sqlite_writers:
            yield from _core_transaction(_sqlite_writer(engine))
    else:
        with engine.connect().execution_options(**{WRITES: True}) as connection:
            yield from _core_transaction(connection)


def problem_of(error: Exception) -> Problem:
    """The Problem for an error that must not fail the rest of its request."""
    if isinstance(error, Problem):
        return error
    if isinstance(error, DATABASE_ERRORS):
        return problem_from_database(error)
    return unforeseen(error)


def problem_from_database(error: Exception) -> Problem:
    """Map a database error to a Problem."""
    original = error.orig if isinstance(error, DBAPIError) else None
    if _is_disk_full(original):
        return Problem(
            507, "disk-full", "There is no room left to store this; nothing was changed."
        )
    log.warning("database: %s", original or error)
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        return Unavailable(
            _(
                "The connection to the database was lost, perhaps after the change was stored."
                " Try again in a moment."
            )
        )
    return Unavailable(
        _("The database does not answer; nothing was changed. Try again in a moment.")
    )


def insert_into(connection: Connection, table: Table) -> postgresql.Insert | sqlite.Insert:
    """An INSERT that has `on_conflict_do_nothing` and `on_conflict_do_update`."""
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    return insert(table)


def _core_transaction(connection: Connection) -> Iterator[CoreTransaction]:
    running = CoreTransaction(connection)
    with connection.begin():
        yield running
    running.committed()


def _sqlite_writer(engine: Engine) -> Connection:
    """The one connection for core writes: only one at a time can write, so only one is needed."""
    writer: Connection | None = getattr(engine, "parley_writer", None)
    if writer is None or writer.closed or writer.invalidated:
        writer = engine.connect().execution_options(**{WRITES: True})
        engine.parley_writer = writer  # type: ignore[attr-defined]
    return writer


def _transaction(session: Session) -> Iterator[Transaction]:
    try:
        connection = session.connection(execution_options={WRITES: True})
        running = Transaction(connection, session)
        yield running
        session.commit()
    except BaseException:
        session.rollback()
        raise
    running.committed()


def _is_disk_full(error: BaseException | None) -> bool:
    if isinstance(error, sqlite3.Error):
        return error.sqlite_errorcode == sqlite3.SQLITE_FULL
    return getattr(error, "sqlstate", None) == POSTGRES_DISK_FULL


def _prepare_sqlite(engine: Engine) -> None:
    @event.listens_for(engine, "connect")
    def set_pragmas(connection: sqlite3.Connection, record: Any) -> None:
        # sqlite3's own handling would begin late and without IMMEDIATE; `begin` below does it.
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in (
            f"busy_timeout = {BUSY_TIMEOUT_MS}",
            "journal_mode = WAL",
            "synchronous = FULL",
            f"journal_size_limit = {WAL_BYTES}",
            "foreign_keys = ON",
            "temp_store = MEMORY",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        statement = "BEGIN IMMEDIATE" if connection.get_execution_options().get(WRITES) else "BEGIN"
        driver = connection.connection.dbapi_connection
        try:
            driver.execute(statement)  # type: ignore[union-attr]
        except sqlite3.Error as error:
            raise OperationalError(statement, None, error) from error

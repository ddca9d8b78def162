"""Write transactions on both engines."""

import threading
from collections.abc import Iterator
from functools import partial

import pytest
from flask_openapi3.openapi import OpenAPI
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import Column, Integer, Table, insert, select, text, update

from servicekit.data.db import init_db, make_db, problem_from_database, transaction
from servicekit.web.app import create_service
from servicekit.web.errors import Unavailable
from tests.servicekit.conftest import make_settings

App = tuple[OpenAPI, SQLAlchemy, Table]


@pytest.fixture
def counted(database_url: str) -> Iterator[App]:
    settings = make_settings(database_url)
    app = create_service("counting", settings, title="Counting")
    db = make_db()
    counters = Table("counters", db.metadata, Column("value", Integer, nullable=False))
    init_db(app, db, settings)
    with app.app_context():
        db.create_all()
        with transaction(db) as tx:
            tx.session.execute(insert(counters).values(value=0))
        yield app, db, counters
        db.session.remove()
        db.engine.dispose()


def test_an_exception_rolls_back_the_whole_transaction(counted: App) -> None:
    _, db, counters = counted
    hooks: list[str] = []

    def fail_half_way() -> None:
        with transaction(db) as tx:
            tx.on_commit(lambda: hooks.append("committed"))
            tx.session.execute(update(counters).values(value=5))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail_half_way()
    assert db.session.execute(select(counters.c.value)).scalar() == 0
    assert hooks == []


def test_twenty_concurrent_writers_lose_no_update(counted: App) -> None:
    app, db, counters = counted
    order: list[int] = []

    def add_ten() -> None:
        with app.app_context():
            for _ in range(10):
                with transaction(db) as tx:
                    bump = update(counters).values(value=counters.c.value + 1)
                    value = tx.session.execute(bump.returning(counters.c.value)).scalar_one()
                    tx.on_commit(partial(order.append, value))
            db.session.remove()

    threads = [threading.Thread(target=add_ten) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(order) == list(range(1, 201))
    if db.engine.dialect.name == "sqlite":
        assert order == sorted(order), "hooks run in commit order"


def test_commits_are_synchronous(counted: App) -> None:
    _, db, _ = counted
    if db.engine.dialect.name == "sqlite":
        assert db.session.execute(text("PRAGMA synchronous")).scalar() == 2
        assert db.session.execute(text("PRAGMA journal_mode")).scalar() == "wal"
    else:
        assert db.session.execute(text("SHOW synchronous_commit")).scalar() == "on"


def test_a_database_error_becomes_a_503_without_its_text() -> None:
    problem = problem_from_database(TimeoutError("password=secret"))
    assert isinstance(problem, Unavailable)
    assert "secret" not in problem.detail

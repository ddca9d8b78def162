"""Ways to store batches of messages: in one app, in two, and in two processes."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import ExitStack, contextmanager
from functools import partial
from multiprocessing import get_context

import orjson
from flask_openapi3.openapi import OpenAPI

from messages_service.app import create_app
from messages_service.messages.outgoing import Outgoing
from messages_service.messages.sending import post_messages
from messages_service.settings import MessagesSettings
from servicekit.web.errors import Problem
from tests.messages_service.conftest import parts_of

Outcome = tuple[int, int | None]
"""The status, and the id of the message."""
Store = Callable[[Sequence[Outgoing]], list[Outcome]]


@contextmanager
def one_app(app: OpenAPI, database: MessagesSettings) -> Iterator[list[Store]]:
    yield [partial(store, app)]


@contextmanager
def two_apps(app: OpenAPI, database: MessagesSettings) -> Iterator[list[Store]]:
    other = create_app(database)
    yield [partial(store, app), partial(store, other)]
    with other.app_context():
        parts_of(other).db.engine.dispose()


@contextmanager
def two_processes(app: OpenAPI, database: MessagesSettings) -> Iterator[list[Store]]:
    with ExitStack() as stack:
        pools = [
            stack.enter_context(
                ProcessPoolExecutor(1, get_context("spawn"), start_here, (database,))
            )
            for _ in range(2)
        ]
        yield [partial(store_in, pool) for pool in pools]


def store(app: OpenAPI, batch: Sequence[Outgoing]) -> list[Outcome]:
    with app.app_context():
        return [
            (outcome.status, None)
            if isinstance(outcome, Problem)
            else (201 if outcome.is_new else 200, orjson.loads(outcome.data)["id"])
            for outcome in post_messages(parts_of(app), batch)
        ]


_here: list[OpenAPI] = []


def start_here(database: MessagesSettings) -> None:
    _here.append(create_app(database))


def store_here(batch: Sequence[Outgoing]) -> list[Outcome]:
    return store(_here[0], batch)


def store_in(pool: Executor, batch: Sequence[Outgoing]) -> list[Outcome]:
    return pool.submit(store_here, batch).result()

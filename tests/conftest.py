"""Fixtures for every test: real servers, fresh databases, a running Parley, a browser."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.support.cast import Person
from tests.support.openid_client import openid_environ
from tests.support.ports import free_port
from tests.support.postgres_server import PostgresServer
from tests.support.redis_server import RedisServer
from tests.support.stack import Stack
from tests.support.temporary_files import use_memory_for_temporary_files

if TYPE_CHECKING:
    from playwright.sync_api import Browser

use_memory_for_temporary_files()
pytest_plugins = [
    "tests.support.collecting",
    "tests.support.scheduling",
    "tests.support.variants",
]
DATABASES = ("sqlite", "postgresql")
LIMITS = {
    "RATE_MESSAGES": "1000000",
    "MAX_UPLOAD_BYTES": "20000000",
}
"""Where tests send more than people do, or want to be refused sooner."""


@pytest.fixture(scope="session")
def redis_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    """One Redis for the run. A test that kills it starts it again, or makes its own RedisServer."""
    server = RedisServer(tmp_path_factory.mktemp("redis"))
    yield server
    server.stop()


@pytest.fixture
def redis_url(redis_server: RedisServer) -> str:
    """An empty Redis."""
    redis_server.client.flushall()
    return redis_server.url


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """One PostgreSQL for the run; `create_database()` gives an empty one."""
    server = PostgresServer()
    yield server
    server.stop()


@pytest.fixture(params=DATABASES)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An empty database of the test's own; each test that takes it runs once on either engine."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'test.sqlite3'}"
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    url = server.create_database()
    yield url
    server.drop_database(url)


@pytest.fixture(scope="session")
def inhabited_stack(
    tmp_path_factory: pytest.TempPathFactory, provider_port: int
) -> Iterator[tuple[Stack, Person]]:
    environ = LIMITS | openid_environ(provider_port)
    with Stack(tmp_path_factory.mktemp("stack"), environ=environ) as running:
        yield running, running.sign_up("dana")


@pytest.fixture(scope="session")
def provider_port() -> int:
    """Where a test may run the OpenID Connect provider of the shared Parley."""
    return free_port()


@pytest.fixture(scope="session")
def stack(inhabited_stack: tuple[Stack, Person]) -> Stack:
    """One running Parley, shared by the run; a test leaves all its parts running."""
    return inhabited_stack[0]


@pytest.fixture(scope="session")
def admin(inhabited_stack: tuple[Stack, Person]) -> Person:
    """Dana has the first account, so she is the admin."""
    return inhabited_stack[1]


@pytest.fixture(scope="session")
def gevent_stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """The same with realtime_service on gevent."""
    environ = LIMITS | {"ASYNC_DRIVER": "gevent"}
    with Stack(tmp_path_factory.mktemp("gevent"), environ=environ) as running:
        yield running


@pytest.fixture(scope="session")
def tutorial_stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """The same in tutorial mode."""
    with Stack(tmp_path_factory.mktemp("tutorial"), "tutorial") as running:
        yield running


@pytest.fixture
def sign_up(stack: Stack) -> Callable[[str], Person]:
    """`sign_up("alice")`: a person without any conversation."""
    return stack.sign_up


@pytest.fixture
def alice(stack: Stack) -> Person:
    return stack.sign_up("alice")


@pytest.fixture
def bob(stack: Stack) -> Person:
    return stack.sign_up("bob")


@pytest.fixture
def charlie(stack: Stack) -> Person:
    return stack.sign_up("charlie")


@pytest.fixture
def dana(stack: Stack) -> Person:
    return stack.sign_up("dana")


@pytest.fixture(scope="session")
def browser() -> Iterator["Browser"]:
    """One Chromium for the run; a test opens contexts of its own in it."""
    from playwright.sync_api import sync_playwright

    from tests.support.browser import chromium_options

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(**chromium_options())
        yield chromium
        chromium.close()

"""messages_service in this process, on each engine, beside a real users_service and Redis."""

import os
import sqlite3
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
import pytest
import requests
from flask_migrate import upgrade
from flask_openapi3.openapi import OpenAPI
from sqlalchemy import Engine

from deploy.local.programs import ROOT
from messages_service.app import MIGRATIONS, create_app
from messages_service.context import EXTENSION, Context
from messages_service.models import metadata
from messages_service.settings import MessagesSettings
from servicekit.web.app_state import state_of
from tests.conftest import DATABASES
from tests.support.emptying import EmptiedSqlite, empty_tables
from tests.support.in_process import Answer, Caller, Client
from tests.support.migrated import empty_sqlite
from tests.support.ports import free_port
from tests.support.postgres_server import PostgresServer
from tests.support.process import Process
from tests.support.quick_routes import compile_builders_when_called
from tests.support.redis_server import RedisServer
from tests.support.waiting import wait_until

compile_builders_when_called()
SECRET = "tests-only-" + "s" * 32
_numbers = count(1)
_session = requests.Session()
_session.trust_env = False


class UsersService:
    """The real one, in a process of its own; it can be killed and started again."""

    def __init__(self, directory: Path, redis_url: str, **environ: str) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.database = directory / "users.sqlite3"
        environment = {
            **os.environ,
            "HOST": "127.0.0.1",
            "PORT": str(self.port),
            "DATABASE_URL": f"sqlite:///{self.database}",
            "REDIS_URL": redis_url,
            "SERVICE_SECRET": SECRET,
            "SECRET_KEY": SECRET,
            "RATE_SIGNUPS": "100000",
            "LOG_LEVEL": "WARNING",
            **environ,
        }
        self.database.write_bytes(empty_sqlite("users_service"))
        serve = ("--config", "python:servicekit.serve.gunicorn_conf", "users_service.wsgi:app")
        gunicorn = (sys.executable, "-m", "gunicorn", *serve)
        self.process = Process(gunicorn, log=directory / "users.log", env=environment, cwd=ROOT)

    def start(self) -> None:
        self.process.start()
        wait_until(
            lambda: requests.get(f"{self.url}/readyz", timeout=10).ok, 60, what=self.process.logs
        )


@dataclass
class Person(Caller):
    """A person with an account at users_service, as a caller of messages_service."""

    id: int
    name: str
    nickname: str
    email: str
    token: str
    client: Client = field(repr=False)

    def call(self, method: str, path: str, body: Any = None, **options: Any) -> Answer:
        headers = {"Authorization": f"Bearer {self.token}", **options.pop("headers", {})}
        return self.client.open(path, method=method, json=body, headers=headers, **options)

    def send(self, content: str, to: "Person | int", **fields: Any) -> dict[str, Any]:
        """Write to a person, or into a conversation by its id."""
        place = {"recipient_id": to.id} if isinstance(to, Person) else {"conversation_id": to}
        answer = self.post("/api/messages", {"content": content, **place, **fields})
        assert answer.status_code in (200, 201), answer.text
        message: dict[str, Any] = answer.json
        return message

    def make_room(self, *members: "Person", **fields: Any) -> int:
        """A room of a name of its own; its id."""
        body = {"kind": "room", "name": f"room {next(_numbers)}", "visibility": "public", **fields}
        answer = self.post("/api/conversations", body)
        assert answer.status_code == 201, answer.text
        room_id: int = answer.json["id"]
        for member in members:
            assert self.put(f"/api/conversations/{room_id}/members/{member.id}").status_code == 201
        return room_id

    def events(self, conversation_id: int, after: int = 0) -> list[dict[str, Any]]:
        answer = self.get(f"/api/conversations/{conversation_id}/events?after={after}&limit=200")
        assert answer.status_code == 200, answer.text
        events: list[dict[str, Any]] = answer.json["events"]
        return events


def make_admin(users_service: UsersService, person: Person) -> None:
    with sqlite3.connect(users_service.database, timeout=10) as database:
        database.execute("UPDATE users SET role = 'admin' WHERE id = ?", (person.id,))


SignUp = Callable[..., Person]


@pytest.fixture(scope="session")
def users_service(
    tmp_path_factory: pytest.TempPathFactory, redis_server: RedisServer
) -> Iterator[UsersService]:
    service = UsersService(tmp_path_factory.mktemp("users"), redis_server.url)
    service.start()
    yield service
    service.process.kill()  # a graceful end would wait for idle connections


@pytest.fixture(scope="session")
def migrated_postgres(postgres_server: PostgresServer) -> str:
    """One database for all tests: making one takes longer than most of them."""
    url = postgres_server.create_database()
    migrate(url)
    return url


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> EmptiedSqlite:
    """One database for all tests, so that they can share apps."""
    folder = tmp_path_factory.mktemp("messages")
    return EmptiedSqlite(folder / "test.sqlite3", empty_sqlite("messages_service"))


@pytest.fixture(params=DATABASES)
def database_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """A migrated and empty database; each test that takes it runs once on either engine."""
    if request.param == "sqlite":
        database: EmptiedSqlite = request.getfixturevalue("migrated_sqlite")
        yield database.empty()
        return
    url: str = request.getfixturevalue("migrated_postgres")
    yield url
    empty_tables(url, metadata, {"meta": "true"})
    with psycopg.connect(url) as connection:
        connection.execute("UPDATE meta SET value = '0' WHERE key = 'feed_position'")


@pytest.fixture
def settings(database_url: str, redis_url: str, users_service: UsersService) -> MessagesSettings:
    return make_settings(database_url, redis_url, users_service.url)


def make_settings(
    database_url: str, redis_url: str, users_url: str, **others: Any
) -> MessagesSettings:
    rates = ("rate_messages", "rate_writes", "rate_new_conversations", "rate_new_members")
    values = {**dict.fromkeys(rates, "100000"), "log_level": "ERROR", **others}
    return MessagesSettings(
        database_url=database_url,
        redis_url=redis_url,
        users_url=users_url,
        service_secret=SECRET,
        **values,
    )


def migrate(database_url: str) -> None:
    app = create_app(make_settings(database_url, "redis://127.0.0.1:1", "http://127.0.0.1:1"))
    with app.app_context():
        upgrade(directory=str(MIGRATIONS))
    close_connections(app)


@pytest.fixture(scope="module")
def apps() -> list[OpenAPI]:
    """The apps that the tests of a module share: to make one takes long."""
    return []


@pytest.fixture
def app(settings: MessagesSettings, apps: list[OpenAPI]) -> Iterator[OpenAPI]:
    """An app on an empty database; nothing runs beside its requests."""
    found = [app for app in apps if state_of(app).settings == settings]
    if not found:
        found.append(create_app(settings))
        apps.append(found[0])
    yield found[0]
    close_connections(found[0])


@pytest.fixture
def own_app(settings: MessagesSettings) -> Iterator[OpenAPI]:
    """The same, for a test that changes its connections or tables, or starts its threads."""
    made = create_app(settings)
    yield made
    close_connections(made)


def close_connections(app: OpenAPI) -> None:
    with app.app_context():
        parts_of(app).db.engine.dispose()


def parts_of(app: OpenAPI) -> Context:
    parts: Context = app.extensions[EXTENSION]
    return parts


@pytest.fixture
def parts(app: OpenAPI) -> Context:
    """The app's parts. In an app context of the test's own, requests would share one `g`."""
    return parts_of(app)


@pytest.fixture
def engine(app: OpenAPI, parts: Context) -> Engine:
    with app.app_context():
        return parts.db.engine


@pytest.fixture
def sign_up(app: OpenAPI, users_service: UsersService) -> SignUp:
    """`sign_up("alice")`: a person without any conversation."""

    def make(first_name: str, target: OpenAPI | None = None) -> Person:
        nickname = f"{first_name}{next(_numbers)}"
        details = {
            "name": first_name.capitalize(),
            "nickname": nickname,
            "email": f"{nickname}@example.com",
        }
        answer = _session.post(f"{users_service.url}/api/users", json=details, timeout=10)
        assert answer.status_code == 201, answer.text
        account = answer.json()
        client = Client(target or app)
        return Person(
            account["id"], account["name"], nickname, details["email"], account["token"], client
        )

    return make


@pytest.fixture
def alice(sign_up: SignUp) -> Person:
    return sign_up("alice")


@pytest.fixture
def admin(alice: Person, users_service: UsersService) -> Person:
    """Alice as an admin."""
    make_admin(users_service, alice)
    return alice


@pytest.fixture
def bob(sign_up: SignUp) -> Person:
    return sign_up("bob")


@pytest.fixture
def charlie(sign_up: SignUp) -> Person:
    return sign_up("charlie")


@pytest.fixture
def dana(sign_up: SignUp) -> Person:
    return sign_up("dana")

"""users_service in this process, on each engine, with a real Redis."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from flask_migrate import upgrade
from flask_openapi3.openapi import OpenAPI
from sqlalchemy import text

from servicekit.data.db import transaction
from servicekit.web.service_calls import SERVICE_SECRET_HEADER
from tests.conftest import DATABASES
from tests.support.emptying import EmptiedSqlite, empty_tables
from tests.support.in_process import Answer, Caller, Client
from tests.support.migrated import empty_sqlite
from tests.support.postgres_server import PostgresServer
from tests.support.quick_routes import compile_builders_when_called
from tests.support.redis_server import RedisServer
from users_service.app import MIGRATIONS, create_app
from users_service.context import EXTENSION
from users_service.models.base import db
from users_service.passwords import Passwords
from users_service.settings import UsersSettings

compile_builders_when_called()
SECRET = "tests-only-" + "s" * 32
PASSWORD = "correct horse battery"
CHEAP_MEMORY_KIB = 64


@dataclass
class Person(Caller):
    """Somebody with an account; calls as with their API token, or with `token=` another one."""

    service: "Service" = field(repr=False)
    id: int
    nickname: str
    email: str
    role: str
    token: str

    def call(self, method: str, path: str, body: Any = None, **options: Any) -> Answer:
        token = options.pop("token", None) or self.token
        return self.service.call(method, path, body, token=token, **options)

    def log_in(self, password: str = PASSWORD) -> dict[str, Any]:
        answer = self.service.log_in(self.nickname, password)
        assert answer.status_code == 201, answer.text
        session: dict[str, Any] = answer.json
        return session


@dataclass
class Service(Caller):
    """The app and what tests do with it."""

    app: OpenAPI
    address: str = "127.0.0.1"

    @property
    def client(self) -> Client:
        return Client(self.app)

    def call(self, method: str, path: str, body: Any = None, **options: Any) -> Answer:
        """`token=` is sent as a bearer token; other options go to the test client."""
        headers = dict(options.pop("headers", {}))
        if token := options.pop("token", None):
            headers["Authorization"] = f"Bearer {token}"
        environ = {"REMOTE_ADDR": self.address}
        return self.client.open(
            path, method=method, json=body, headers=headers, environ_base=environ, **options
        )

    def internal(self, path: str) -> Any:
        answer = self.get(path, headers={SERVICE_SECRET_HEADER: SECRET})
        assert answer.status_code == 200, answer.text
        return answer.json

    def feed(self, after: int = 0) -> list[tuple[str, dict[str, Any]]]:
        """The (type, data) of every entry after that seq."""
        entries = self.internal(f"/internal/feed?after={after}&limit=1000")["entries"]
        return [(entry["type"], entry["data"]) for entry in entries]

    def last_seq(self) -> int:
        seq: int = self.internal("/internal/feed")["last_seq"]
        return seq

    def sign_up(self, nickname: str, /, **changes: Any) -> Person:
        token = changes.pop("as_token", None)
        details = account(nickname) | changes
        answer = self.post("/api/users", details, token=token)
        assert answer.status_code == 201, answer.text
        made = answer.json
        return Person(
            self, made["id"], details["nickname"], details["email"], made["role"], made["token"]
        )

    def log_in(self, login: str, password: str = PASSWORD, **options: Any) -> Answer:
        return self.post("/api/sessions", {"login": login, "password": password}, **options)

    def turn_back(self, column: str, by: timedelta) -> None:
        """As if the time `table.column` had been so much earlier."""
        table, name = column.split(".")
        with self.app.app_context(), transaction(db) as change:
            metadata_table = db.metadata.tables[table]
            given = metadata_table.select().where(metadata_table.c[name].is_not(None))
            rows = change.session.execute(given).mappings().all()
            for row in rows:
                key = next(iter(metadata_table.primary_key))
                change.session.execute(
                    metadata_table.update()
                    .where(key == row[key.name])
                    .values({name: row[name] - by})
                )

    def execute(self, sql: str) -> None:
        with self.app.app_context(), transaction(db) as change:
            change.session.execute(text(sql))

    def scalar(self, sql: str) -> Any:
        with self.app.app_context():
            return db.session.execute(text(sql)).scalar()


def account(nickname: str) -> dict[str, Any]:
    """The body of a sign-up."""
    return {
        "name": nickname.capitalize(),
        "nickname": nickname,
        "email": f"{nickname}@example.com",
        "password": PASSWORD,
    }


MakeService = Callable[..., Service]


def make_settings(database_url: str, redis_url: str, **changes: Any) -> UsersSettings:
    values = {"database_url": database_url, "redis_url": redis_url, "service_secret": SECRET}
    return UsersSettings(**({"log_level": "ERROR"} | values | changes))


def make_app(settings: UsersSettings) -> OpenAPI:
    """The service for a migrated database; nothing runs beside its requests.

    Passwords are hashed with little memory, unless the settings ask for a strength.
    """
    app = create_app(settings)
    if not settings.model_fields_set & {"password_time_cost", "password_memory_kib"}:
        cheap = Passwords(
            time_cost=settings.password_time_cost,
            memory_kib=CHEAP_MEMORY_KIB,
            at_once=settings.password_hashers,
        )
        app.extensions[EXTENSION] = replace(app.extensions[EXTENSION], passwords=cheap)
    return app


def close_connections(app: OpenAPI) -> None:
    with app.app_context():
        db.engine.dispose()


def migrate(app: OpenAPI) -> None:
    """Bring the app's database up to date."""
    with app.app_context():
        upgrade(directory=str(MIGRATIONS))
    close_connections(app)


@pytest.fixture(scope="session")
def empty_postgres(postgres_server: PostgresServer) -> str:
    """One migrated database for all tests: making one takes longer than most of them."""
    url = postgres_server.create_database()
    migrate(create_app(make_settings(url, "redis://127.0.0.1:1")))
    return url


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> EmptiedSqlite:
    """One database for all tests, so that they can share apps."""
    folder = tmp_path_factory.mktemp("users")
    return EmptiedSqlite(folder / "users.sqlite3", empty_sqlite("users_service"))


@pytest.fixture(params=DATABASES)
def migrated_url(request: pytest.FixtureRequest) -> str:
    """A migrated and empty database; each test that takes it runs once on either engine."""
    if request.param == "sqlite":
        database: EmptiedSqlite = request.getfixturevalue("migrated_sqlite")
        return database.empty()
    url: str = request.getfixturevalue("empty_postgres")
    empty_tables(url, db.metadata, {"feed_head": "true"})
    with psycopg.connect(url) as connection:
        connection.execute("UPDATE feed_head SET last_seq = 0")
    return url


class Apps:
    """Apps that tests share, because to make one takes long; no test gets the same one twice."""

    def __init__(self) -> None:
        self._by_settings: dict[str, list[OpenAPI]] = defaultdict(list)
        self._lent: Counter[str] = Counter()

    def lend(self, **settings: Any) -> OpenAPI:
        """One with these settings that the running test does not have yet."""
        key = repr(sorted(settings.items()))
        apps = self._by_settings[key]
        if self._lent[key] == len(apps):
            apps.append(make_app(make_settings(**settings)))
        self._lent[key] += 1
        return apps[self._lent[key] - 1]

    def take_back(self) -> None:
        """The test has ended."""
        for key, count in self._lent.items():
            for app in self._by_settings[key][:count]:
                close_connections(app)
        self._lent.clear()


@pytest.fixture(scope="module")
def apps() -> Apps:
    return Apps()


@pytest.fixture
def make_service(migrated_url: str, redis_url: str, apps: Apps) -> Iterator[MakeService]:
    """`make_service(registration="invite")`: users_service with these settings."""

    def make(**changes: Any) -> Service:
        places = {"database_url": migrated_url, "redis_url": redis_url}
        return Service(apps.lend(**(places | changes)))

    yield make
    apps.take_back()


@pytest.fixture
def own_service(migrated_url: str, redis_url: str) -> Iterator[Service]:
    """users_service for a test that starts its threads."""
    app = make_app(make_settings(migrated_url, redis_url))
    yield Service(app)
    close_connections(app)


@pytest.fixture(scope="module", params=DATABASES)
def shared_service(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    redis_server: RedisServer,
) -> Iterator[Service]:
    """One for the tests of a module that leave nothing behind."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path_factory.mktemp('shared') / 'shared.sqlite3'}"
    else:
        server: PostgresServer = request.getfixturevalue("postgres_server")
        url = server.create_database()
    settings = make_settings(url, redis_server.url)
    app = make_app(settings)
    migrate(app)
    yield Service(app)
    close_connections(app)


@pytest.fixture(scope="module")
def shared_bob(shared_service: Service) -> Person:
    """A person in the shared service who changes nothing."""
    return shared_service.sign_up("alice") and shared_service.sign_up("bob")


@pytest.fixture
def service(make_service: MakeService) -> Service:
    return make_service()


@pytest.fixture
def alice(service: Service) -> Person:
    """The first, so the admin."""
    return service.sign_up("alice")


@pytest.fixture
def bob(alice: Person) -> Person:
    return alice.service.sign_up("bob")


@pytest.fixture
def charlie(bob: Person) -> Person:
    return bob.service.sign_up("charlie")

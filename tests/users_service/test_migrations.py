"""The schema, up and down, on both engines."""

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask_migrate import downgrade, upgrade
from flask_openapi3.openapi import OpenAPI
from sqlalchemy import inspect, text

from tests.users_service.conftest import Service, make_settings
from users_service.app import MIGRATIONS, create_app
from users_service.models.base import db

ROWS = ("users", "api_tokens", "sessions", "signing_keys", "feed", "outbox", "feed_head")


def test_migrations_match_the_models(database_url: str, redis_url: str) -> None:
    app = _migrated(database_url, redis_url)
    with app.app_context(), db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, db.metadata) == []


def test_a_downgrade_and_upgrade_loses_no_row(database_url: str, redis_url: str) -> None:
    app = _migrated(database_url, redis_url)
    service = Service(app)
    alice = service.sign_up("alice")
    bob = service.sign_up("bob")
    session = alice.log_in()
    before = _rows(app)
    with app.app_context():
        db.engine.dispose()
        downgrade(directory=str(MIGRATIONS), revision="0001")
    assert {table: len(rows) for table, rows in _rows(app).items()} == {
        table: len(rows) for table, rows in before.items()
    }
    with app.app_context():
        upgrade(directory=str(MIGRATIONS))
        db.engine.dispose()
    assert _rows(app) == before
    assert bob.get("/api/users/me").status_code == 200
    assert alice.get("/api/users/me", token=session["access_token"]).status_code == 200
    assert service.sign_up("charlie").id == bob.id + 1
    assert service.post("/api/users", {}).status_code == 422
    _close(app)


def test_a_full_downgrade_and_upgrade_works(database_url: str, redis_url: str) -> None:
    app = _migrated(database_url, redis_url)
    with app.app_context():
        downgrade(directory=str(MIGRATIONS), revision="base")
        assert set(inspect(db.engine).get_table_names()) == {"alembic_version"}
        upgrade(directory=str(MIGRATIONS))
    assert Service(app).sign_up("alice").role == "admin"
    _close(app)


def _migrated(database_url: str, redis_url: str) -> OpenAPI:
    app = create_app(make_settings(database_url, redis_url))
    with app.app_context():
        upgrade(directory=str(MIGRATIONS))
    return app


def _rows(app: OpenAPI) -> dict[str, list[tuple[object, ...]]]:
    with app.app_context(), db.engine.connect() as connection:
        return {
            table: [
                tuple(str(value) for key, value in sorted(row.items()))
                for row in connection.execute(text(f"SELECT * FROM {table} ORDER BY 1")).mappings()
            ]
            for table in ROWS
        }


def _close(app: OpenAPI) -> None:
    with app.app_context():
        db.engine.dispose()

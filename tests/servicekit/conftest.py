"""A small service made of servicekit alone, with a database and a few routes to try it on."""

from typing import Any

import pytest
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.openapi import OpenAPI
from pydantic import Field

from servicekit.data.db import init_db, make_db
from servicekit.identity.verify import current_identity
from servicekit.settings import DataServiceSettings
from servicekit.web.app import create_service
from servicekit.web.schemas import Body, Id, Line, Path, Text
from servicekit.web.service_calls import require_service

SECRET = "s" * 32


class Thing(Body):
    text: Text = Field(max_length=100)
    title: Line = ""
    owner_id: Id | None = None


class ThingPath(Path):
    id: int


def make_settings(database_url: str, **others: Any) -> DataServiceSettings:
    return DataServiceSettings(
        database_url=database_url, service_secret=SECRET, log_level="ERROR", **others
    )


def make_app(settings: DataServiceSettings) -> OpenAPI:
    app = create_service("thing_service", settings, title="Things")
    init_db(app, make_db(), settings)
    routes = APIBlueprint("things", __name__)

    @routes.post("/api/things/<int:id>")
    def post_thing(path: ThingPath, body: Thing) -> dict[str, Any]:
        return body.model_dump()

    @routes.get("/api/me")
    def me() -> dict[str, Any]:
        return {"id": current_identity().user_id}

    @routes.get("/internal/things")
    def internal() -> dict[str, Any]:
        require_service()
        return {}

    @routes.get("/api/broken")
    def broken() -> dict[str, Any]:
        raise RuntimeError("the cause stays in the log")

    app.register_api(routes)
    return app


@pytest.fixture
def app(tmp_path: Any) -> OpenAPI:
    return make_app(make_settings(f"sqlite:///{tmp_path}/things.sqlite3"))

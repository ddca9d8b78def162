"""The descriptions that the pages at /docs show, fetched from the services."""

from typing import Any

from flask import Blueprint, Response

from gateway_frontend.parts import current_parts
from servicekit.web.errors import NotFound

SPECS = [
    ("messages_service", "/docs/specs/messages_service.json"),
    ("users_service", "/docs/specs/users_service.json"),
]
pages = Blueprint("specs", __name__)


@pages.get("/docs/specs/<service>.json")
def spec(service: str) -> Response:
    parts = current_parts()
    services = {"messages_service": parts.messages.http, "users_service": parts.users.http}
    if service not in services:
        raise NotFound()
    answer = services[service].get("/openapi.json")
    return Response(answer.content, status=answer.status_code, mimetype="application/json")


def read_events() -> dict[str, Any]:
    """The AsyncAPI description of the Socket.IO events."""
    document: dict[str, Any] = current_parts().realtime.get("/asyncapi.json").json()
    return document

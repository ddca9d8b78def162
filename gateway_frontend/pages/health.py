"""/db/alive: whether both databases answer, as their services report."""

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from gateway_frontend.parts import current_parts
from servicekit.http import ServiceClient
from servicekit.web.errors import Problem, Unavailable

pages = Blueprint("databases", __name__)


@pages.get("/db/alive")
def databases_alive() -> ResponseReturnValue:
    parts = current_parts()
    for name, service in (("users", parts.users.http), ("messages", parts.messages.http)):
        answer = service.get("/db/alive")
        if answer.status_code != 200:
            raise Unavailable(f"The database of {name}_service does not answer.")
    return jsonify({"status": "healthy", "message": "Database connection is alive"})


def require_ready(service: ServiceClient) -> None:
    """Raises Problem unless the service answers."""
    answer = service.get("/healthz")
    if answer.status_code != 200:
        raise Problem(answer.status_code, "not-ready", "not ready")

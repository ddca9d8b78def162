"""/internal: for Parley's other services."""

from typing import Any

from flask import Response, jsonify
from flask_openapi3.blueprint import APIBlueprint

from servicekit.identity import require_service
from users_service.log import profile_of
from users_service.queries import get_user, list_users, read_feed
from users_service.schemas import FeedQuery, UserListQuery, UserPath

api = APIBlueprint("internal", __name__, url_prefix="/internal", doc_ui=False)
api.before_request(require_service)


@api.get("/feed")
def feed(query: FeedQuery) -> dict[str, Any]:
    """What happened to people and sessions after a seq."""
    return read_feed(query.after, query.limit)


@api.get("/users")
def users(query: UserListQuery) -> Response:
    """People as the feed has them."""
    page, _ = list_users(query)
    return jsonify([profile_of(user) for user in page])


@api.get("/users/<int:id>")
def user(path: UserPath) -> dict[str, Any]:
    """One person as the feed has them."""
    return profile_of(get_user(path.id))

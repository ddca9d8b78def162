"""/internal: for Parley's other services."""

from flask import Response, jsonify
from flask_openapi3.blueprint import APIBlueprint

from servicekit.web.service_calls import require_service
from users_service.log import profile_of
from users_service.parts import parts
from users_service.queries import get_user, has_people, is_open_invite, list_users, read_feed
from users_service.schemas import FeedQuery, InviteToCheck, UserListQuery, UserPath
from users_service.shapes import FeedOut, Profile, RegistrationOut

api = APIBlueprint("internal", __name__, url_prefix="/internal", doc_ui=False)
api.before_request(require_service)


@api.get("/feed")
def feed(query: FeedQuery) -> FeedOut:
    """Changes of people and sessions after a seq."""
    return read_feed(query.after, query.limit)


@api.get("/registration")
def registration() -> RegistrationOut:
    """The rule for sign-up, and whether the first account, the administrator's, is missing."""
    return {"registration": parts().settings.registration, "is_first": not has_people()}


@api.post("/invites/check")
def check_invite(body: InviteToCheck) -> dict[str, bool]:
    """Whether that invite can be used."""
    return {"open": is_open_invite(body.token)}


@api.get("/users")
def users(query: UserListQuery) -> Response:
    """People as the feed has them."""
    page, _ = list_users(query)
    return jsonify([profile_of(user) for user in page])


@api.get("/users/<int:id>")
def user(path: UserPath) -> Profile:
    """One person as the feed has them."""
    return profile_of(get_user(path.id))

"""/api/users: people."""

from typing import cast

from flask import Response, jsonify
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag

from servicekit.identity.verify import current_identity
from servicekit.web.openapi import BEARER
from servicekit.web.paging import link_next
from servicekit.web.schemas import Answer
from users_service.actions import users as actions
from users_service.callers import Caller, caller_or_nobody, current_caller
from users_service.contacts import known_people, require_known
from users_service.queries import get_user, list_users
from users_service.routes.answers import user_answer
from users_service.routes.limited import limit_changes, limit_signups
from users_service.schemas import (
    PasswordChange,
    SignUp,
    UserChanges,
    UserList,
    UserListQuery,
    UserPath,
)
from users_service.shapes import NewUserOut, UserOut

api = APIBlueprint(
    "users",
    __name__,
    url_prefix="/api/users",
    abp_tags=[Tag(name="people")],
)


@api.post("", responses={201: Answer[NewUserOut]})
@limit_signups
def create_user(body: SignUp) -> tuple[NewUserOut, int, dict[str, str]]:
    """Create an account, as REGISTRATION allows; admins create accounts for others."""
    user, token = actions.sign_up(body, caller_or_nobody())
    answer = cast(NewUserOut, user_answer(user, Caller(user.id, None, is_admin=False)))
    if token is not None:
        answer["token"] = token
    return answer, 201, {"Location": f"/api/users/{user.id}"}


@api.get("", responses={200: UserList}, security=BEARER)
def read_users(query: UserListQuery) -> Response:
    """People by id."""
    caller = current_caller()
    page, after = list_users(query, known_people(caller))
    response = jsonify([user_answer(user, caller) for user in page])
    return response if after is None else link_next(response, after=after)


@api.get("/me", responses={200: Answer[UserOut]}, security=BEARER)
def read_me() -> UserOut:
    """Your own account."""
    user_id = current_identity().user_id
    return user_answer(get_user(user_id), current_caller())


@api.put("/me/password", responses={204: None}, security=BEARER)
@limit_changes
def change_my_password(body: PasswordChange) -> tuple[str, int]:
    """Change your password; ends all your other sessions."""
    actions.change_password(current_identity().user_id, body, current_caller())
    return "", 204


@api.get("/<int:id>", responses={200: Answer[UserOut]}, security=BEARER)
def read_user(path: UserPath) -> UserOut:
    """One person."""
    caller = current_caller()
    require_known(caller, path.id)
    return user_answer(get_user(path.id), caller)


@api.patch("/<int:id>", responses={200: Answer[UserOut]}, security=BEARER)
@limit_changes
def change_user(path: UserPath, body: UserChanges) -> UserOut:
    """Update your own account; admins may update any."""
    caller = current_caller()
    return user_answer(actions.change_user(path.id, body, caller), caller)


@api.delete("/<int:id>", responses={204: None}, security=BEARER)
@limit_changes
def deactivate_user(path: UserPath) -> tuple[str, int]:
    """Deactivate an account: its messages stay, its name is kept."""
    actions.deactivate_user(path.id, current_caller())
    return "", 204

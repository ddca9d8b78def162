"""`/api/users`: people."""

from typing import cast

from flask import Response

from servicekit.web.answers import answer, answer_page, created, found_elsewhere, no_content
from servicekit.web.openapi import BEARER, make_blueprint
from servicekit.web.schemas import Answer
from users_service import payloads
from users_service.actions import users as actions
from users_service.caller import Caller, caller_or_nobody, current_caller, current_person
from users_service.contacts import known_people, require_known
from users_service.context import current_context
from users_service.queries import people as queries
from users_service.queries.sign_in import second_steps_of
from users_service.routes.limited import limit_changes, limit_signups
from users_service.schemas.people import (
    NewUser,
    NicknamePath,
    PasswordChange,
    UserChanges,
    UserList,
    UserListQuery,
    UserPath,
)
from users_service.shapes.people import CreatedUser, User

blueprint = make_blueprint("users", __name__, tag="people", needs_token=False)


@blueprint.post("/users", responses={201: Answer[CreatedUser]})
@limit_signups
def create_user(body: NewUser) -> Response:
    """Create an account, as REGISTRATION allows; admins create accounts for others."""
    user, token = actions.sign_up(current_context(), caller_or_nobody(), body)
    shown = cast(CreatedUser, payloads.user(user, Caller(user.id)))
    if token is not None:
        shown["token"] = token
    return created(shown, f"/api/users/{user.id}")


@blueprint.get("/users", responses={200: UserList}, security=BEARER)
def list_users(query: UserListQuery) -> Response:
    """People by id."""
    context, caller = current_context(), current_caller()
    if query.inactive:
        caller.require_admin()
    found, has_more = queries.list_users(context, query, known_people(context, caller))
    people = [payloads.user(user, caller) for user in found]
    if query.inactive:
        logins = second_steps_of(context, [user.id for user in found])
        people = [payloads.account(person, **logins[person["id"]]._asdict()) for person in people]
    return answer_page(people, "after", has_more=has_more)


@blueprint.get("/users/me", responses={200: Answer[User]}, security=BEARER)
def get_me() -> Response:
    """Your own account."""
    _, user_id = current_person()
    return answer(payloads.user(queries.get_user(current_context(), user_id), current_caller()))


@blueprint.patch("/users/me", responses={200: Answer[User]}, security=BEARER)
@limit_changes
def update_me(body: UserChanges) -> Response:
    """Update your own account and profile.

    Everybody sees your name, title, time zone and status; the status goes at its `until`.
    """
    caller, user_id = current_person()
    user = actions.change_user(current_context(), caller, user_id, body)
    return answer(payloads.user(user, caller))


@blueprint.put("/users/me/password", responses={204: None}, security=BEARER)
@limit_changes
def put_my_password(body: PasswordChange) -> Response:
    """Change your password; ends all your other sessions."""
    _, user_id = current_person()
    actions.change_password(current_context(), current_caller(), user_id, body)
    return no_content()


@blueprint.get("/users/<int:user_id>", responses={200: Answer[User]}, security=BEARER)
def get_user(path: UserPath) -> Response:
    """One person."""
    context, caller = current_context(), current_caller()
    require_known(context, caller, path.user_id)
    return answer(payloads.user(queries.get_user(context, path.user_id), caller))


@blueprint.patch("/users/<int:user_id>", responses={200: Answer[User]}, security=BEARER)
@limit_changes
def update_user(path: UserPath, body: UserChanges) -> Response:
    """Update your own account; admins may update any."""
    caller = current_caller()
    user = actions.change_user(current_context(), caller, path.user_id, body)
    return answer(payloads.user(user, caller))


@blueprint.get("/people/<nickname>", responses={307: None}, security=BEARER)
def get_person(path: NicknamePath) -> Response:
    """A person by nickname.

    307 to the person, in `Location`.
    """
    context, caller = current_context(), current_caller()
    user = queries.get_by_nickname(context, path.nickname)
    require_known(context, caller, user.id)
    return found_elsewhere(f"/api/users/{user.id}")


@blueprint.delete("/users/<int:user_id>", responses={204: None}, security=BEARER)
@limit_changes
def delete_user(path: UserPath) -> Response:
    """Deactivate an account: its messages stay, its name is kept."""
    actions.deactivate_user(current_context(), current_caller(), path.user_id)
    return no_content()

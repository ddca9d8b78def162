"""`/api/users/me/passkeys`, and logging in with one."""

from flask import Response

from servicekit.web.answers import answer, answer_page, created, no_content
from servicekit.web.openapi import BEARER, make_blueprint
from servicekit.web.schemas import Answer
from users_service import payloads
from users_service.actions import passkeys as actions
from users_service.caller import current_person
from users_service.context import current_context
from users_service.queries import sign_in as queries
from users_service.routes.limited import limit_changes, limit_tokens
from users_service.routes.logins import created_session, current_client
from users_service.schemas.fields import EntryListQuery
from users_service.schemas.sign_in import (
    NewPasskey,
    NewSessionWithPasskey,
    PasskeyChanges,
    PasskeyList,
    PasskeyPath,
    PasskeyQuestion,
)
from users_service.shapes.sessions import CreatedSession
from users_service.shapes.sign_in import Passkey, PasskeyChallenge
from users_service.throttle import client_network

blueprint = make_blueprint("passkeys", __name__, needs_token=False)


@blueprint.post("/sessions/passkey-options", responses={200: Answer[PasskeyChallenge]})
def ask_for_passkey(body: PasskeyQuestion) -> Response:
    """Begin a login with a passkey; the answer is for `navigator.credentials.get`."""
    limit_tokens("passkeys", client_network())
    return answer(actions.ask(current_context(), body.challenge))


@blueprint.post("/sessions/passkey", responses={201: Answer[CreatedSession]})
def create_session_with_passkey(body: NewSessionWithPasskey) -> Response:
    """Log in with a passkey, which needs no second step."""
    limit_tokens("passkeys", client_network())
    client = current_client(body.replaces)
    return created_session(*actions.log_in(current_context(), body, client))


@blueprint.post(
    "/users/me/passkeys/options", responses={200: Answer[PasskeyChallenge]}, security=BEARER
)
@limit_changes
def start_passkey() -> Response:
    """Begin to make a passkey; the answer is for `navigator.credentials.create`.

    For a session that was begun or confirmed within ten minutes, as making and deleting one.
    """
    caller, _ = current_person()
    return answer(actions.start(current_context(), caller))


@blueprint.post("/users/me/passkeys", responses={201: Answer[Passkey]}, security=BEARER)
@limit_changes
def create_passkey(body: NewPasskey) -> Response:
    """Store the passkey that the browser has made."""
    caller, _ = current_person()
    made = actions.add(current_context(), caller, body)
    return created(payloads.passkey(made), f"/api/users/me/passkeys/{made.id}")


@blueprint.get("/users/me/passkeys", responses={200: PasskeyList}, security=BEARER)
def list_passkeys(query: EntryListQuery) -> Response:
    """Your passkeys by id."""
    _, user_id = current_person()
    found, has_more = queries.list_passkeys(current_context(), user_id, query)
    return answer_page([payloads.passkey(each) for each in found], "after", has_more=has_more)


@blueprint.get(
    "/users/me/passkeys/<int:passkey_id>", responses={200: Answer[Passkey]}, security=BEARER
)
def get_passkey(path: PasskeyPath) -> Response:
    """One of your passkeys."""
    _, user_id = current_person()
    found = queries.get_passkey(current_context(), user_id, path.passkey_id)
    return answer(payloads.passkey(found))


@blueprint.patch(
    "/users/me/passkeys/<int:passkey_id>", responses={200: Answer[Passkey]}, security=BEARER
)
@limit_changes
def update_passkey(path: PasskeyPath, body: PasskeyChanges) -> Response:
    """Rename one of your passkeys."""
    caller, _ = current_person()
    changed = actions.rename(current_context(), caller, path.passkey_id, body)
    return answer(payloads.passkey(changed))


@blueprint.delete("/users/me/passkeys/<int:passkey_id>", responses={204: None}, security=BEARER)
@limit_changes
def delete_passkey(path: PasskeyPath) -> Response:
    """Remove one of your passkeys."""
    caller, _ = current_person()
    actions.remove(current_context(), caller, path.passkey_id)
    return no_content()

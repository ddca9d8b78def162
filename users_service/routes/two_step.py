"""How a person logs in: an overview, and the second step."""

from flask import Response

from servicekit.web.answers import answer, no_content
from servicekit.web.openapi import BEARER, make_blueprint
from servicekit.web.schemas import Answer
from users_service import payloads
from users_service.actions import two_step as actions
from users_service.actions.confirming import confirmed_until
from users_service.caller import current_person
from users_service.context import current_context
from users_service.queries import sign_in as queries
from users_service.queries.people import get_user
from users_service.relying_party import passkey_origin
from users_service.routes.limited import limit_changes
from users_service.schemas.people import UserPath
from users_service.schemas.sign_in import FirstCode
from users_service.shapes.sign_in import NewAuthenticatorApp, RecoveryCodes, SignIn

blueprint = make_blueprint("two_step", __name__, tag="sessions")


@blueprint.get("/users/me/sign-in", responses={200: Answer[SignIn]}, security=BEARER)
def get_sign_in() -> Response:
    """How you log in."""
    context, (caller, user_id) = current_context(), current_person()
    shown: SignIn = {
        "has_password": get_user(context, user_id).password_hash is not None,
        "confirmed_until": confirmed_until(context, caller),
        "two_step": queries.find_two_step(context, user_id),
        "passkey_origin": passkey_origin(context.settings.public_url),
        "provider": context.openid.label,
        "identities": [
            payloads.identity(each) for each in queries.list_identities(context, user_id)
        ],
    }
    return answer(shown)


@blueprint.post("/users/me/two-step", responses={200: Answer[NewAuthenticatorApp]}, security=BEARER)
@limit_changes
def start_two_step() -> Response:
    """Get a secret for an authenticator app; a first code of it turns the second step on.

    For a session that was begun or confirmed within ten minutes, as all changes below.
    """
    caller, _ = current_person()
    return answer(actions.start(current_context(), caller))


@blueprint.post(
    "/users/me/two-step/confirm", responses={200: Answer[RecoveryCodes]}, security=BEARER
)
@limit_changes
def confirm_two_step(body: FirstCode) -> Response:
    """Turn the second step on; returns recovery codes."""
    caller, _ = current_person()
    codes = actions.confirm(current_context(), caller, body.code)
    return answer({"recovery_codes": codes})


@blueprint.post(
    "/users/me/two-step/recovery-codes", responses={200: Answer[RecoveryCodes]}, security=BEARER
)
@limit_changes
def renew_recovery_codes() -> Response:
    """Get new recovery codes; the earlier ones stop working."""
    caller, _ = current_person()
    return answer({"recovery_codes": actions.renew_recovery_codes(current_context(), caller)})


@blueprint.delete("/users/me/two-step", responses={204: None}, security=BEARER)
@limit_changes
def delete_my_two_step() -> Response:
    """Turn the second step off."""
    caller, _ = current_person()
    actions.turn_off(current_context(), caller)
    return no_content()


@blueprint.delete("/users/<int:user_id>/two-step", responses={204: None}, security=BEARER)
@limit_changes
def delete_two_step(path: UserPath) -> Response:
    """Remove second step and passkeys of a person who has lost the device; their sessions end.

    For admins.
    """
    caller, _ = current_person()
    actions.turn_off_for(current_context(), caller, path.user_id)
    return no_content()

"""`/api/password-resets`: asking for a link, and choosing a new password with it."""

from flask import Response

from servicekit.language import _
from servicekit.web.answers import answer, created, no_content
from servicekit.web.openapi import BEARER, make_blueprint
from servicekit.web.schemas import Answer
from users_service import payloads
from users_service.actions import password_resets as actions
from users_service.caller import current_person
from users_service.context import current_context
from users_service.queries import sign_in as queries
from users_service.routes.limited import limit_changes, limit_resets, limit_tokens
from users_service.schemas.people import UserPath
from users_service.schemas.sign_in import ChosenPassword, PasswordResetPath, WantedPasswordReset
from users_service.secret_tokens import secret_hash
from users_service.shapes.sign_in import CreatedPasswordReset, PasswordReset, RequestedMail

blueprint = make_blueprint("password_resets", __name__, needs_token=False)


@blueprint.post(
    "/users/<int:user_id>/password-reset",
    responses={201: Answer[CreatedPasswordReset]},
    security=BEARER,
)
@limit_changes
def create_password_reset(path: UserPath) -> Response:
    """Create a link with which the person chooses a new password, once, within a day.

    For admins. The person's earlier links stop working.
    """
    context, (caller, _) = current_context(), current_person()
    secret, reset, user = actions.make_password_reset(context, caller, path.user_id)
    url = f"{context.settings.public_url.rstrip('/')}/reset/{secret}"
    shown: CreatedPasswordReset = {**payloads.password_reset(secret, reset, user), "url": url}
    return created(shown, f"/api/password-resets/{secret}")


@blueprint.post("/password-resets", responses={202: Answer[RequestedMail]})
def request_password_reset(body: WantedPasswordReset) -> Response:
    """Send a link for a new password to the person with this e-mail, if there is one.

    The answer is the same for every address. The link works once, for an hour.
    """
    context = current_context()
    limit_resets(body.email)
    if context.mailer.is_on:
        actions.request_password_reset(context, body.email)
        detail = _("If somebody here has this address, a link is on its way to them.")
    else:
        detail = _("No e-mail is sent here. Ask an administrator for a link.")
    shown: RequestedMail = {"by_email": context.mailer.is_on, "detail": detail}
    return answer(shown, 202)


@blueprint.get("/password-resets/<reset_id>", responses={200: Answer[PasswordReset]})
def get_password_reset(path: PasswordResetPath) -> Response:
    """The person whose password the link sets."""
    limit_tokens("resets", secret_hash(path.reset_id))
    reset, user = queries.find_password_reset(current_context(), path.reset_id)
    return answer(payloads.password_reset(path.reset_id, reset, user))


@blueprint.post("/password-resets/<reset_id>", responses={204: None})
def use_password_reset(path: PasswordResetPath, body: ChosenPassword) -> Response:
    """Set the password; every session and API token of the person ends."""
    limit_tokens("resets", secret_hash(path.reset_id))
    actions.use_password_reset(current_context(), path.reset_id, body.password)
    return no_content()

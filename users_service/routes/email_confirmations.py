"""Confirming the e-mail address of an account."""

from flask import Response

from servicekit.language import _
from servicekit.web.answers import answer, no_content
from servicekit.web.openapi import BEARER, make_blueprint
from servicekit.web.schemas import Answer
from users_service.actions import email_confirmations as actions
from users_service.caller import current_person
from users_service.context import current_context
from users_service.queries.people import get_user
from users_service.routes.limited import limit_changes, limit_resets, limit_tokens
from users_service.schemas.sign_in import EmailConfirmationPath
from users_service.secret_tokens import secret_hash
from users_service.shapes.sign_in import RequestedMail

blueprint = make_blueprint("email_confirmations", __name__, tag="people", needs_token=False)


@blueprint.post(
    "/users/me/email-confirmation",
    responses={202: Answer[RequestedMail]},
    security=BEARER,
)
@limit_changes
def send_email_confirmation() -> Response:
    """Send yourself the link that confirms your address, unless it is confirmed."""
    context, (caller, user_id) = current_context(), current_person()
    limit_resets(get_user(context, user_id).email)
    actions.send_confirmation(context, caller)
    if context.mailer.is_on:
        detail = _("A link is on its way to your address.")
    else:
        detail = _("No e-mail is sent here.")
    shown: RequestedMail = {"by_email": context.mailer.is_on, "detail": detail}
    return answer(shown, 202)


@blueprint.put("/users/email-confirmations/<confirmation_id>", responses={204: None})
def put_email_confirmation(path: EmailConfirmationPath) -> Response:
    """Confirm the address that the link was sent to; it works for a week."""
    limit_tokens("confirmations", secret_hash(path.confirmation_id))
    actions.confirm_email(current_context(), path.confirmation_id)
    return no_content()

"""`/api/notifications/unsubscribe`: ends somebody's digests by the link of an e-mail."""

from typing import Annotated, cast

from flask import Flask, Response, current_app
from pydantic import Field

from messages_service.context import current_context
from messages_service.digests.writing import Unsubscribing
from messages_service.notifications.actions import change_settings
from messages_service.notifications.schemas import NotificationChanges
from servicekit.language import _
from servicekit.web.answers import no_content
from servicekit.web.errors import Invalid
from servicekit.web.openapi import make_blueprint
from servicekit.web.schemas import Body, Line

EXTENSION = "messages_service.unsubscribing"
blueprint = make_blueprint("digests", __name__)


class Unsubscription(Body):
    token: Annotated[Line, Field(max_length=200)]


def install_unsubscribing(app: Flask, unsubscribing: Unsubscribing) -> None:
    app.extensions[EXTENSION] = unsubscribing


@blueprint.post("/notifications/unsubscribe", responses={204: None})
def unsubscribe(body: Unsubscription) -> Response:
    """Send no more e-mails to the person of this token.

    It comes with each of them, and needs no login.
    """
    unsubscribing = cast(Unsubscribing, current_app.extensions[EXTENSION])
    user_id = unsubscribing.user_id(body.token)
    if user_id is None:
        raise Invalid.field("token", _("must be the one of a link in an e-mail"), "bad-token")
    change_settings(current_context(), user_id, NotificationChanges(email_digest=False))
    return no_content()

"""`/hooks/<token>`: where programs post messages."""

from typing import Any

from flask import Response, request

from messages_service.context import current_context
from messages_service.integrations import receiving
from messages_service.integrations.context import current_integrations
from messages_service.integrations.schemas import HookPath
from messages_service.integrations.slack import SlackMessage
from messages_service.shapes.messages import Message
from servicekit.web.answers import created
from servicekit.web.openapi import make_blueprint, problem_described
from servicekit.web.schemas import Answer

GONE = problem_described("The webhook has been deleted.")
FORM: dict[str, Any] = {"type": "object", "properties": {"payload": {"type": "string"}}}
BODY: dict[str, Any] = {
    "required": True,
    "content": {
        "application/json": {"schema": SlackMessage.model_json_schema()},
        "application/x-www-form-urlencoded": {"schema": FORM},
    },
}
blueprint = make_blueprint("hooks", __name__, tag="webhooks", url_prefix=None, needs_token=False)


@blueprint.post(
    "/hooks/<token>",
    responses={201: Answer[Message], 410: GONE},
    openapi_extensions={"requestBody": BODY},
)
def create_hook_message(path: HookPath) -> Response:
    """Post by a webhook, in Slack's format.

    `text` and `attachments` become one message in Markdown; JSON, or the form field `payload`.
    """
    sent = receiving.receive(current_context(), current_integrations(), path.token, request)
    return created(sent.data, f"/api/messages/{sent.id}")

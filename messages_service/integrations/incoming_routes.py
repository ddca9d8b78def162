"""`/api/webhooks/incoming`: webhooks with which programs post messages."""

from flask import Response

from messages_service.caller import current_person
from messages_service.context import current_context
from messages_service.integrations import managing, queries
from messages_service.integrations.context import current_integrations
from messages_service.integrations.schemas import (
    IncomingWebhookChanges,
    IncomingWebhookList,
    NewIncomingWebhook,
    WebhookListQuery,
    WebhookPath,
)
from messages_service.integrations.shapes import CreatedIncomingWebhook, IncomingWebhook
from messages_service.webhooks.models import incoming_webhooks
from servicekit.web.answers import answer, answer_page, created, no_content
from servicekit.web.openapi import make_blueprint
from servicekit.web.schemas import Answer

blueprint = make_blueprint("incoming_webhooks", __name__, tag="webhooks")


@blueprint.post("/webhooks/incoming", responses={201: Answer[CreatedIncomingWebhook]})
def create_incoming_webhook(body: NewIncomingWebhook) -> Response:
    """Let a program write into a conversation.

    For its moderators. The address is shown only once: anybody who has it can post there.
    """
    context, integrations = current_context(), current_integrations()
    caller, _ = current_person()
    webhook_id, token = managing.make_incoming(context, integrations, caller, body)
    shown: CreatedIncomingWebhook = {
        **queries.get_incoming(context, caller, webhook_id),
        "token": token,
        "url": f"{integrations.public_url}/hooks/{token}",
    }
    return created(shown, f"/api/webhooks/incoming/{webhook_id}")


@blueprint.get("/webhooks/incoming", responses={200: IncomingWebhookList})
def list_incoming_webhooks(query: WebhookListQuery) -> Response:
    """Incoming webhooks, by id.

    Of the conversations that I moderate; for administrators all.
    """
    caller, _ = current_person()
    found, has_more = queries.list_incoming(current_context(), caller, query)
    return answer_page(found, "after", has_more=has_more)


@blueprint.get("/webhooks/incoming/<int:webhook_id>", responses={200: Answer[IncomingWebhook]})
def get_incoming_webhook(path: WebhookPath) -> Response:
    """One incoming webhook."""
    caller, _ = current_person()
    return answer(queries.get_incoming(current_context(), caller, path.webhook_id))


@blueprint.patch("/webhooks/incoming/<int:webhook_id>", responses={200: Answer[IncomingWebhook]})
def update_incoming_webhook(path: WebhookPath, body: IncomingWebhookChanges) -> Response:
    """Rename an incoming webhook, or switch it on or off."""
    context, (caller, _) = current_context(), current_person()
    managing.change_webhook(context, incoming_webhooks, caller, path.webhook_id, body)
    return answer(queries.get_incoming(context, caller, path.webhook_id))


@blueprint.delete("/webhooks/incoming/<int:webhook_id>", responses={204: None})
def delete_incoming_webhook(path: WebhookPath) -> Response:
    """Delete an incoming webhook; its address then answers 410."""
    caller, _ = current_person()
    managing.delete_webhook(current_context(), incoming_webhooks, caller, path.webhook_id)
    return no_content()

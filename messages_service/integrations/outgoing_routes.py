"""`/api/webhooks/outgoing`: webhooks that send messages to programs."""

from flask import Response

from messages_service.caller import current_person
from messages_service.context import current_context
from messages_service.integrations import managing, queries
from messages_service.integrations.context import current_integrations
from messages_service.integrations.schemas import (
    DeliveryList,
    NewOutgoingWebhook,
    OutgoingWebhookChanges,
    OutgoingWebhookList,
    WebhookListQuery,
    WebhookPath,
)
from messages_service.integrations.shapes import CreatedOutgoingWebhook, OutgoingWebhook
from messages_service.webhooks.models import outgoing_webhooks
from servicekit.web.answers import answer, answer_page, created, no_content
from servicekit.web.openapi import make_blueprint
from servicekit.web.paging import PageQuery
from servicekit.web.schemas import Answer

blueprint = make_blueprint("outgoing_webhooks", __name__, tag="webhooks")


@blueprint.post("/webhooks/outgoing", responses={201: Answer[CreatedOutgoingWebhook]})
def create_outgoing_webhook(body: NewOutgoingWebhook) -> Response:
    """Send new messages of a conversation to a URL.

    For its moderators. The secret, which signs each delivery, is shown only once.
    """
    context, integrations = current_context(), current_integrations()
    caller, _ = current_person()
    webhook_id, secret = managing.make_outgoing(context, integrations, caller, body)
    shown: CreatedOutgoingWebhook = {
        **queries.get_outgoing(context, caller, webhook_id),
        "secret": secret,
    }
    return created(shown, f"/api/webhooks/outgoing/{webhook_id}")


@blueprint.get("/webhooks/outgoing", responses={200: OutgoingWebhookList})
def list_outgoing_webhooks(query: WebhookListQuery) -> Response:
    """Outgoing webhooks, by id.

    Of the conversations that I moderate; for administrators all.
    """
    caller, _ = current_person()
    found, has_more = queries.list_outgoing(current_context(), caller, query)
    return answer_page(found, "after", has_more=has_more)


@blueprint.get("/webhooks/outgoing/<int:webhook_id>", responses={200: Answer[OutgoingWebhook]})
def get_outgoing_webhook(path: WebhookPath) -> Response:
    """One outgoing webhook."""
    caller, _ = current_person()
    return answer(queries.get_outgoing(current_context(), caller, path.webhook_id))


@blueprint.patch("/webhooks/outgoing/<int:webhook_id>", responses={200: Answer[OutgoingWebhook]})
def update_outgoing_webhook(path: WebhookPath, body: OutgoingWebhookChanges) -> Response:
    """Change an outgoing webhook, or switch it on or off."""
    context, (caller, _) = current_context(), current_person()
    managing.change_webhook(context, outgoing_webhooks, caller, path.webhook_id, body)
    return answer(queries.get_outgoing(context, caller, path.webhook_id))


@blueprint.delete("/webhooks/outgoing/<int:webhook_id>", responses={204: None})
def delete_outgoing_webhook(path: WebhookPath) -> Response:
    """Delete an outgoing webhook; waiting deliveries are not sent."""
    caller, _ = current_person()
    managing.delete_webhook(current_context(), outgoing_webhooks, caller, path.webhook_id)
    return no_content()


@blueprint.get("/webhooks/outgoing/<int:webhook_id>/deliveries", responses={200: DeliveryList})
def list_deliveries(path: WebhookPath, query: PageQuery) -> Response:
    """The deliveries of an outgoing webhook, newest first.

    With status and beginning of the last answer; `before` and `after` are ids.
    """
    context, (caller, _) = current_context(), current_person()
    managed = queries.managed(context, outgoing_webhooks, caller, path.webhook_id)
    found, has_more = queries.list_deliveries(context, managed.id, query)
    return answer_page(found, "before", has_more=has_more)

"""Messages that programs post to incoming webhooks."""

from collections.abc import Iterable
from typing import Any

import orjson
from flask import Request
from pydantic import ValidationError
from sqlalchemy import Row, update

from messages_service import errors
from messages_service.context import Context
from messages_service.integrations.context import Integrations
from messages_service.integrations.queries import found_webhook, why_stopped
from messages_service.integrations.slack import SlackMessage
from messages_service.messages import sending
from messages_service.messages.outgoing import Outgoing, Sent
from messages_service.models import MAX_CONTENT
from messages_service.webhooks.models import incoming_webhooks
from servicekit.data.db import core_transaction, reading
from servicekit.language import _
from servicekit.secret_tokens import secret_hash
from servicekit.times import utcnow
from servicekit.web.errors import BadRequest, Invalid, UnsupportedMediaType
from servicekit.web.service_calls import client_address

JSON, FORM = "application/json", "application/x-www-form-urlencoded"


def receive(context: Context, integrations: Integrations, token: str, request: Request) -> Sent:
    """Post the message of the request; raises Problem."""
    webhook = _find(context, token)
    context.limits.hooks.count(webhook.id)
    message = read_message(request)
    content = message.content(lambda ids: nicknames_of(context, ids))
    check_content(content)
    outgoing = Outgoing(
        author_id=integrations.account.id,
        content=content,
        conversation_id=webhook.conversation_id,
        posted_as=message.posted_as(webhook.name, webhook.emoji),
    )
    sent = sending.post_message(context, outgoing)
    _note_use(context, webhook)
    return sent


def read_message(request: Request) -> SlackMessage:
    """JSON, as the body or in the form field `payload`; raises Problem."""
    body = request.get_data()
    if request.mimetype == FORM and not body.lstrip().startswith(b"{"):
        body = request.form.get("payload", "").encode()
        if not body:
            raise Invalid.field("payload", _("is missing"))
    elif request.mimetype not in (JSON, FORM, ""):
        raise UnsupportedMediaType(_("Send JSON, or a form with the field payload."))
    try:
        found = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise BadRequest(_("The body is not valid JSON."), "broken-json") from None
    try:
        return SlackMessage.model_validate(found)
    except ValidationError as error:
        raise Invalid.from_pydantic(error) from error


def check_content(content: str) -> None:
    """Raises Invalid."""
    if not content.strip():
        raise Invalid.field("text", _("must not be empty"))
    if len(content) > MAX_CONTENT:
        raise Invalid.field("text", _("must have at most %(limit)s characters", limit=MAX_CONTENT))


def nicknames_of(context: Context, user_ids: Iterable[int]) -> dict[int, str]:
    with reading(context.db):
        found = context.profiles.find_many(user_ids)
    return {user_id: profile.nickname for user_id, profile in found.items()}


def _find(context: Context, token: str) -> Row[Any]:
    """The webhook of the token; raises Problem unless it works now."""
    with context.db.engine.connect() as connection:
        has_token = incoming_webhooks.c.token_hash == secret_hash(token)
        webhook = found_webhook(connection, incoming_webhooks, has_token)
    if webhook is None:
        context.limits.hooks.count(client_address())
        raise errors.webhook_off()
    if webhook.deleted_at is not None:
        raise errors.webhook_deleted()
    stopped = why_stopped(webhook)
    if stopped == "disabled":
        raise errors.webhook_off()
    if stopped == "archived":
        raise errors.archived_conversation()
    if stopped is not None:
        raise errors.webhook_stopped()
    return webhook


def _note_use(context: Context, webhook: Row[Any]) -> None:
    """Note the time of use, at most once a minute: only people read it."""
    now = utcnow()
    if webhook.last_used_at is not None and (now - webhook.last_used_at).total_seconds() < 60:
        return
    used = update(incoming_webhooks).where(incoming_webhooks.c.id == webhook.id)
    with core_transaction(context.db.engine) as running:
        running.connection.execute(used.values(last_used_at=now))

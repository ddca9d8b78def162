"""Make, change and delete webhooks; for moderators of their conversation, and administrators."""

from typing import Any

import orjson
import structlog
from sqlalchemy import Connection, Table, func, insert, select, update

from messages_service import errors
from messages_service.audit.actions import record
from messages_service.caller import Caller
from messages_service.context import Context
from messages_service.integrations.context import Integrations
from messages_service.integrations.queries import managed
from messages_service.integrations.schemas import (
    IncomingWebhookChanges,
    NewIncomingWebhook,
    NewOutgoingWebhook,
    OutgoingWebhookChanges,
)
from messages_service.log import lock_conversations
from messages_service.membership.access import members_among
from messages_service.membership.roles import role_here
from messages_service.models import DIRECT, can_moderate
from messages_service.webhooks.models import MAX_WEBHOOKS, incoming_webhooks, outgoing_webhooks
from messages_service.webhooks.queue import count_outgoing
from servicekit.data.db import transaction
from servicekit.secret_tokens import new_secret, secret_hash
from servicekit.times import utcnow

TOKEN = "hook_"
SIGNING_SECRET = "whsec_"
audit = structlog.stdlib.get_logger("parley.audit")


def make_incoming(
    context: Context, integrations: Integrations, caller: Caller, new: NewIncomingWebhook
) -> tuple[int, str]:
    """Create an incoming webhook; returns its id and its token, which is not stored."""
    _ = integrations.account.id  # made before the first message
    token = new_secret(TOKEN)
    values = {"name": new.name, "emoji": new.emoji, "token_hash": secret_hash(token)}
    return _make(context, incoming_webhooks, caller, new.conversation_id, values), token


def make_outgoing(
    context: Context, integrations: Integrations, caller: Caller, new: NewOutgoingWebhook
) -> tuple[int, str]:
    """Create an outgoing webhook; returns its id and the secret that signs deliveries."""
    _ = integrations.account.id
    secret = new_secret(SIGNING_SECRET)
    values = {
        "name": new.name,
        "emoji": new.emoji,
        "url": new.url,
        "trigger_words": _encoded(new.trigger_words),
        "sealed_secret": integrations.sealer.seal(secret),
    }
    return _make(context, outgoing_webhooks, caller, new.conversation_id, values), secret


def change_webhook(
    context: Context,
    table: Table,
    caller: Caller,
    webhook_id: int,
    changes: IncomingWebhookChanges | OutgoingWebhookChanges,
) -> None:
    """Change a webhook; a member who does so becomes responsible for it."""
    row = managed(context, table, caller, webhook_id)
    values = changes.model_dump(exclude_unset=True)
    values = {name: value for name, value in values.items() if value is not None or name == "emoji"}
    if "trigger_words" in values:
        values["trigger_words"] = _encoded(values["trigger_words"])
    with transaction(context.db) as running:
        connection = running.connection
        lock_conversations(connection, ids={row.conversation_id})
        managed(context, table, caller, webhook_id)
        assert caller.user_id is not None
        if members_among(connection, {(row.conversation_id, caller.user_id)}):
            values["owner_id"] = caller.user_id
        _update(connection, table, webhook_id, row.conversation_id, values)
        _record(connection, "changed", table, caller, webhook_id, row.conversation_id)
    audit.info("webhook changed", webhook_id=webhook_id, kind=table.name, user_id=caller.user_id)


def delete_webhook(context: Context, table: Table, caller: Caller, webhook_id: int) -> None:
    """Delete a webhook; does nothing if it is deleted already."""
    row = managed(context, table, caller, webhook_id, deleted=True)
    if row.deleted_at is not None:
        return
    with transaction(context.db) as running:
        lock_conversations(running.connection, ids={row.conversation_id})
        values = {"deleted_at": utcnow()}
        _update(running.connection, table, webhook_id, row.conversation_id, values)
        _record(running.connection, "deleted", table, caller, webhook_id, row.conversation_id)
    audit.info("webhook deleted", webhook_id=webhook_id, kind=table.name, user_id=caller.user_id)


def _make(
    context: Context, table: Table, caller: Caller, conversation_id: int, values: dict[str, Any]
) -> int:
    _require_moderator(context, caller, conversation_id)
    now = utcnow()
    with transaction(context.db) as running:
        connection = running.connection
        lock_conversations(connection, ids={conversation_id})
        _require_moderator(context, caller, conversation_id)
        there = select(func.count()).where(
            table.c.conversation_id == conversation_id, table.c.deleted_at.is_(None)
        )
        if connection.execute(there).scalar_one() >= MAX_WEBHOOKS:
            raise errors.too_many_webhooks(MAX_WEBHOOKS)
        made = insert(table).values(
            conversation_id=conversation_id,
            owner_id=caller.user_id,
            created_by=caller.user_id,
            created_at=now,
            **values,
        )
        webhook_id: int = connection.execute(made.returning(table.c.id)).scalar_one()
        _recount(connection, table, conversation_id)
        _record(connection, "created", table, caller, webhook_id, conversation_id)
    audit.info("webhook made", webhook_id=webhook_id, kind=table.name, user_id=caller.user_id)
    return webhook_id


def _require_moderator(context: Context, caller: Caller, conversation_id: int) -> None:
    """Called before the conversation is locked and again afterwards."""
    role, row = role_here(context, caller, conversation_id)
    if row.kind == DIRECT or not can_moderate(role):
        raise errors.not_allowed_here()
    if row.archived_at is not None:
        raise errors.archived_conversation()


def _update(
    connection: Connection,
    table: Table,
    webhook_id: int,
    conversation_id: int,
    values: dict[str, Any],
) -> None:
    if values:
        connection.execute(update(table).where(table.c.id == webhook_id).values(values))
    _recount(connection, table, conversation_id)


def _recount(connection: Connection, table: Table, conversation_id: int) -> None:
    if table is outgoing_webhooks:
        count_outgoing(connection, conversation_id)


def _record(
    connection: Connection,
    change: str,
    table: Table,
    caller: Caller,
    webhook_id: int,
    conversation_id: int,
) -> None:
    kind = "outgoing" if table is outgoing_webhooks else "incoming"
    record(
        connection,
        f"webhook.{change}",
        caller.user_id,
        webhook=webhook_id,
        kind=kind,
        conversation=conversation_id,
    )


def _encoded(words: list[str]) -> str:
    return orjson.dumps(words).decode()

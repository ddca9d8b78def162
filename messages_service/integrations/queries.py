"""Webhooks, deliveries and commands as people who manage them see them."""

from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Connection, Row, Select, Table, and_, select

from messages_service import errors
from messages_service.caller import Caller
from messages_service.context import Context
from messages_service.integrations.schemas import WebhookListQuery
from messages_service.integrations.shapes import (
    Command,
    Delivery,
    IncomingWebhook,
    OutgoingWebhook,
    Stopped,
    Webhook,
)
from messages_service.models import MODERATOR, OWNER, conversations, memberships, profiles
from messages_service.payloads import moment
from messages_service.webhooks.models import (
    commands,
    incoming_webhooks,
    outgoing_webhooks,
    webhook_deliveries,
)
from servicekit.data.pages import page_of, without_surplus
from servicekit.times import isoformat
from servicekit.web.paging import PageQuery

_owners = memberships.alias("owners")
_callers = memberships.alias("callers")


def list_incoming(
    context: Context, caller: Caller, query: WebhookListQuery
) -> tuple[list[IncomingWebhook], bool]:
    """A page of incoming webhooks that the caller may manage, and whether there are more."""
    rows, has_more = _list(context, incoming_webhooks, caller, query)
    return [_show_incoming(row) for row in rows], has_more


def list_outgoing(
    context: Context, caller: Caller, query: WebhookListQuery
) -> tuple[list[OutgoingWebhook], bool]:
    """A page of outgoing webhooks that the caller may manage, and whether there are more."""
    rows, has_more = _list(context, outgoing_webhooks, caller, query)
    return [_show_outgoing(row) for row in rows], has_more


def get_incoming(context: Context, caller: Caller, webhook_id: int) -> IncomingWebhook:
    """An incoming webhook that the caller may manage; raises NotFound."""
    return _show_incoming(managed(context, incoming_webhooks, caller, webhook_id))


def get_outgoing(context: Context, caller: Caller, webhook_id: int) -> OutgoingWebhook:
    """An outgoing webhook that the caller may manage; raises NotFound."""
    return _show_outgoing(managed(context, outgoing_webhooks, caller, webhook_id))


def managed(
    context: Context, table: Table, caller: Caller, webhook_id: int, *, deleted: bool = False
) -> Row[Any]:
    """A webhook that the caller may manage; raises NotFound. `deleted`: also a deleted one."""
    wanted = _managed(table, caller).where(table.c.id == webhook_id)
    row = context.db.session.execute(wanted).one_or_none()
    if row is None or (row.deleted_at is not None and not deleted):
        raise errors.no_such_webhook()
    return row


def found_webhook(connection: Connection, table: Table, condition: Any) -> Row[Any] | None:
    """A webhook, also a deleted one, with the fields that `why_stopped` reads."""
    return connection.execute(_with_place(table).where(condition)).one_or_none()


def why_stopped(row: Row[Any]) -> Stopped | None:
    if not row.enabled:
        return "disabled"
    if row.archived_at is not None:
        return "archived"
    if not row.owner_is_active:
        return "owner-deactivated"
    return None if row.owner_role is not None else "owner-left"


def list_deliveries(
    context: Context, webhook_id: int, query: PageQuery
) -> tuple[list[Delivery], bool]:
    """A page of a webhook's deliveries, newest first, and whether there are more."""
    of_webhook = select(webhook_deliveries).where(webhook_deliveries.c.webhook_id == webhook_id)
    of_webhook = of_webhook.order_by(webhook_deliveries.c.id.desc())
    found = context.db.session.execute(page_of(of_webhook, webhook_deliveries.c.id, query)).all()
    rows, has_more = without_surplus(found, query)
    return [_show_delivery(row) for row in rows], has_more


def list_commands(context: Context, caller: Caller, query: PageQuery) -> tuple[list[Command], bool]:
    there = select(commands).where(commands.c.deleted_at.is_(None)).order_by(commands.c.id)
    found = context.db.session.execute(page_of(there, commands.c.id, query)).all()
    rows, has_more = without_surplus(found, query)
    return [show_command(row, caller) for row in rows], has_more


def get_command(context: Context, command_id: int) -> Row[Any]:
    """Raises NotFound, also for a deleted one."""
    wanted = select(commands).where(commands.c.id == command_id, commands.c.deleted_at.is_(None))
    row = context.db.session.execute(wanted).one_or_none()
    if row is None:
        raise errors.no_such_command(str(command_id))
    return row


def show_command(row: Row[Any], caller: Caller) -> Command:
    shown: Command = {
        "id": row.id,
        "name": row.name,
        "description": row.description,
        "usage": row.usage,
        "emoji": row.emoji,
        "created_at": isoformat(row.created_at),
    }
    if caller.is_admin:
        shown["url"] = row.url
    return shown


def _list(
    context: Context, table: Table, caller: Caller, query: WebhookListQuery
) -> tuple[Any, bool]:
    wanted = _managed(table, caller).where(table.c.deleted_at.is_(None)).order_by(table.c.id)
    if query.conversation_id is not None:
        wanted = wanted.where(table.c.conversation_id == query.conversation_id)
    found = context.db.session.execute(page_of(wanted, table.c.id, query)).all()
    return without_surplus(found, query)


def _managed(table: Table, caller: Caller) -> Select[Any]:
    """Of conversations that the caller moderates; administrators manage all."""
    wanted = _with_place(table)
    if caller.is_admin:
        return wanted
    is_caller = and_(
        _callers.c.conversation_id == table.c.conversation_id, _callers.c.user_id == caller.user_id
    )
    return wanted.join(_callers, is_caller).where(_callers.c.role.in_((OWNER, MODERATOR)))


def _with_place(table: Table) -> Select[Any]:
    is_owner = and_(
        _owners.c.conversation_id == table.c.conversation_id, _owners.c.user_id == table.c.owner_id
    )
    return (
        select(
            table,
            conversations.c.name.label("conversation_name"),
            conversations.c.archived_at,
            profiles.c.active.label("owner_is_active"),
            _owners.c.role.label("owner_role"),
        )
        .join(conversations, conversations.c.id == table.c.conversation_id)
        .outerjoin(profiles, profiles.c.id == table.c.owner_id)
        .outerjoin(_owners, is_owner)
    )


def _show_incoming(row: Row[Any]) -> IncomingWebhook:
    return {**_show(row), "last_used_at": moment(row.last_used_at)}


def _show_outgoing(row: Row[Any]) -> OutgoingWebhook:
    return {**_show(row), "url": row.url, "trigger_words": orjson.loads(row.trigger_words)}


def _show(row: Row[Any]) -> Webhook:
    return {
        "id": row.id,
        "conversation_id": row.conversation_id,
        "conversation_name": row.conversation_name,
        "name": row.name,
        "emoji": row.emoji,
        "enabled": row.enabled,
        "stopped": why_stopped(row),
        "owner_id": row.owner_id,
        "created_by": row.created_by,
        "created_at": isoformat(row.created_at),
    }


def _show_delivery(row: Row[Any]) -> Delivery:
    due: datetime | None = row.due_at
    return {
        "id": row.id,
        "webhook_id": row.webhook_id,
        "message_id": row.message_id,
        "trigger_word": row.trigger_word,
        "state": row.state,
        "attempts": row.attempts,
        "created_at": isoformat(row.created_at),
        "attempted_at": moment(row.attempted_at),
        "next_attempt_at": moment(due),
        "status": row.status,
        "answer": row.answer,
        "error": row.error,
        "milliseconds": row.milliseconds,
    }

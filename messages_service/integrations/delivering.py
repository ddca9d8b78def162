"""Send outgoing deliveries; each is tried again after a failure, up to a limit."""

import logging
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import orjson
from pydantic import ValidationError
from sqlalchemy import Row, delete, func, select, update

from messages_service.context import Context
from messages_service.integrations.context import Integrations
from messages_service.integrations.queries import found_webhook, why_stopped
from messages_service.integrations.receiving import check_content, nicknames_of
from messages_service.integrations.signing import signed_headers
from messages_service.integrations.slack import SlackMessage
from messages_service.messages import sending
from messages_service.messages.outgoing import Outgoing
from messages_service.messages.queries import describe_one
from messages_service.shapes.messages import Message
from messages_service.webhooks.models import (
    DELIVERED,
    FAILED,
    MAX_ANSWER,
    outgoing_webhooks,
    webhook_deliveries,
)
from servicekit.data.db import core_transaction, problem_of, reading
from servicekit.data.leases import claim_row, is_held
from servicekit.public_web.addresses import NotFetched, RefusedAddress
from servicekit.public_web.client import Answer
from servicekit.times import utcnow
from servicekit.web.errors import Problem

AT_ONCE: Final = 8
"""Webhooks to which a process sends at the same time."""
LEASE: Final = timedelta(minutes=1)
PAUSES: Final = tuple(timedelta(seconds=s) for s in (10, 60, 300, 1800, 7200, 21600))
"""After each failed attempt; then the delivery is given up."""
MAX_ATTEMPTS: Final = len(PAUSES) + 1
SECONDS: Final = 5.0
MAX_BYTES: Final = 65_536
KEPT_FOR: Final = timedelta(days=14)
GONE = 410
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Request:
    """A delivery that is ready to be sent."""

    webhook: Row[Any]
    message: Message
    body: bytes
    headers: dict[str, str]


@dataclass(frozen=True, slots=True)
class _Result:
    """`is_final`: a further attempt would end in the same way."""

    state: str
    is_final: bool = True
    status: int | None = None
    answer: str | None = None
    error: str | None = None
    milliseconds: int | None = None
    body: bytes = b""


def deliver_due(context: Context, integrations: Integrations) -> None:
    """Send due deliveries; any number of processes may do this at once."""
    with ThreadPoolExecutor(max_workers=AT_ONCE, thread_name_prefix="webhooks") as pool:
        while jobs := _claim_jobs(context):
            with reading(context.db):
                ready = [_prepare(context, integrations, job) for job in jobs]
            sent = pool.map(lambda each: _send(integrations, each), ready)
            for job, request, result in zip(jobs, ready, sent, strict=True):
                try:
                    _finish(context, integrations, job, request, result)
                except Exception as error:  # one that fails must not stop the others
                    log.warning("delivery %s: %s", job.id, problem_of(error).detail)


def forget_old_deliveries(context: Context) -> None:
    """Delete deliveries two weeks after they were done."""
    old = webhook_deliveries.c.due_at.is_(None) & (
        webhook_deliveries.c.created_at < utcnow() - KEPT_FOR
    )
    with core_transaction(context.db.engine) as running:
        running.connection.execute(delete(webhook_deliveries).where(old))


def _claim_jobs(context: Context) -> list[Row[Any]]:
    """The oldest due delivery of each of a few webhooks, so that a slow one delays few others."""
    now = utcnow()
    is_due = webhook_deliveries.c.due_at <= now
    oldest = func.min(webhook_deliveries.c.id)
    chosen = select(oldest).where(is_due).group_by(webhook_deliveries.c.webhook_id)
    chosen = chosen.order_by(func.min(webhook_deliveries.c.due_at)).limit(AT_ONCE)
    with context.db.engine.connect() as connection:
        ids = connection.execute(chosen).scalars().all()
        if not ids:
            return []
        due = select(webhook_deliveries).where(webhook_deliveries.c.id.in_(ids))
        seen = connection.execute(due).all()
    with core_transaction(context.db.engine) as running:
        claimed = [
            claim_row(
                running.connection,
                _lease,
                row,
                now + LEASE,
                attempts=row.attempts + 1,
                attempted_at=now,
            )
            for row in seen
        ]
    return [row for row in claimed if row is not None]


def _prepare(context: Context, integrations: Integrations, job: Row[Any]) -> _Request | _Result:
    connection = context.connection
    webhook = found_webhook(connection, outgoing_webhooks, outgoing_webhooks.c.id == job.webhook_id)
    assert webhook is not None
    if job.attempts > MAX_ATTEMPTS:
        return _Result(FAILED, error="The process that sent it ended each time.")
    if webhook.deleted_at is not None or why_stopped(webhook) is not None:
        return _Result(FAILED, error="The webhook is switched off, or nobody answers for it.")
    message = describe_one(context, job.message_id)
    if message["deleted_at"] is not None:
        return _Result(FAILED, error="The message has been deleted.")
    secret = integrations.sealer.open(webhook.sealed_secret)
    if secret is None:
        return _Result(FAILED, error="The secret cannot be read: make the webhook again.")
    body = orjson.dumps(_payload(job, webhook, message))
    headers = signed_headers(secret, body) | {"Parley-Delivery": str(job.id)}
    return _Request(webhook, message, body, headers)


def _payload(job: Row[Any], webhook: Row[Any], message: Message) -> dict[str, Any]:
    """The message, and the fields that receivers for Slack read."""
    author = message["author"]
    return {
        "type": "message.created",
        "delivery_id": job.id,
        "webhook_id": webhook.id,
        "conversation": {"id": webhook.conversation_id, "name": webhook.conversation_name},
        "message": message,
        "trigger_word": job.trigger_word,
        "text": message["content"],
        "channel_id": webhook.conversation_id,
        "channel_name": webhook.conversation_name,
        "user_id": author["id"],
        "user_name": author["nickname"],
        "timestamp": message["date"],
    }


def _send(integrations: Integrations, request: _Request | _Result) -> _Result:
    if isinstance(request, _Result):
        return request
    began = time.monotonic()
    try:
        answer = integrations.web.post(
            request.webhook.url, request.body, request.headers, max_bytes=MAX_BYTES, seconds=SECONDS
        )
    except RefusedAddress as error:
        return _Result(FAILED, error=str(error), milliseconds=_since(began))
    except NotFetched as error:
        return _Result(FAILED, is_final=False, error=str(error), milliseconds=_since(began))
    return _judge(answer, _since(began))


def _judge(answer: Answer, milliseconds: int) -> _Result:
    is_success = 200 <= answer.status < 300
    is_redirect = 300 <= answer.status < 400
    return _Result(
        DELIVERED if is_success else FAILED,
        is_final=is_success or answer.status == GONE,
        status=answer.status,
        answer=_shown(answer.body),
        error="A redirect is not followed." if is_redirect else None,
        milliseconds=milliseconds,
        body=answer.body if is_success and answer.is_whole else b"",
    )


def _finish(
    context: Context,
    integrations: Integrations,
    job: Row[Any],
    request: _Request | _Result,
    result: _Result,
) -> None:
    error = result.error
    if isinstance(request, _Request) and result.body:
        error = _reply(context, integrations, job, request, result.body) or error
    state, due_at = result.state, None
    if not result.is_final and job.attempts < MAX_ATTEMPTS:
        state, due_at = job.state, utcnow() + PAUSES[job.attempts - 1]
    _store(context, job, result, state, due_at, error)


def _reply(
    context: Context, integrations: Integrations, job: Row[Any], request: _Request, body: bytes
) -> str | None:
    """Post the text of the answer, once; returns why that was refused."""
    try:
        found = orjson.loads(body)
        message = SlackMessage.model_validate(found if isinstance(found, dict) else {})
    except (orjson.JSONDecodeError, ValidationError):
        return None
    content = message.content(lambda ids: nicknames_of(context, ids))
    if not content:
        return None
    try:
        check_content(content)
        outgoing = Outgoing(
            author_id=integrations.account.id,
            content=content,
            conversation_id=request.webhook.conversation_id,
            client_id=f"delivery-{job.id}",
            reply_to=request.message["thread_id"],
            posted_as=message.posted_as(request.webhook.name, request.webhook.emoji),
        )
        context.limits.hooks.count(("reply", job.webhook_id))
        sending.post_message(context, outgoing)
    except Problem as problem:
        return problem.detail
    return None


def _store(
    context: Context,
    job: Row[Any],
    result: _Result,
    state: str,
    due_at: datetime | None,
    error: str | None,
) -> None:
    values = {
        "state": state,
        "due_at": due_at,
        "status": result.status,
        "answer": result.answer,
        "error": error,
        "milliseconds": result.milliseconds,
    }
    with core_transaction(context.db.engine) as running:
        held = update(webhook_deliveries).where(is_held(_lease, job))
        running.connection.execute(held.values(values))


def _shown(body: bytes) -> str:
    return body[: MAX_ANSWER * 4].decode("utf-8", "replace").replace("\0", "")[:MAX_ANSWER]


def _since(began: float) -> int:
    return round((time.monotonic() - began) * 1000)


_lease = webhook_deliveries.c.due_at

"""Send what is due: each message once, in one transaction with the end of its schedule."""

import logging
from typing import Any

from sqlalchemy import Row, delete, select, update

from messages_service import errors
from messages_service.caller import Caller
from messages_service.context import Context
from messages_service.membership.guests import refuse_stranger_to_guest
from messages_service.messages.outgoing import Outcome, Outgoing, Pending, Sent
from messages_service.messages.sending import prepare
from messages_service.messages.storing import store_locked
from messages_service.scheduled.actions import announce
from messages_service.scheduled.models import scheduled_messages
from messages_service.scheduled.queries import scheduled_row
from servicekit.data.db import Transaction, problem_of, transaction
from servicekit.times import utcnow
from servicekit.web.errors import Problem

BATCH = 500
TOO_MANY = 429
SERVER_ERROR = 500
log = logging.getLogger(__name__)


def send_due(context: Context) -> None:
    """Send all that is due; any number of processes may do this at once."""
    due = (
        select(scheduled_messages)
        .where(scheduled_messages.c.send_at <= utcnow(), scheduled_messages.c.refused_at.is_(None))
        .order_by(scheduled_messages.c.send_at, scheduled_messages.c.id)
        .limit(BATCH)
    )
    with context.db.engine.connect() as connection:
        rows = connection.execute(due).all()
    for row in rows:
        try:
            _send(context, row)
        except Exception as error:  # one that fails must not stop the others; it is tried again
            log.warning("scheduled message %s was not sent: %s", row.id, problem_of(error).detail)


def send_now(context: Context, user_id: int, scheduled_id: int) -> Sent:
    """Send one of the person's before its time, or after a refusal; raises Problem."""
    outcome = _send(context, scheduled_row(context, user_id, scheduled_id))
    if outcome is None:
        raise errors.no_such_scheduled_message()
    if isinstance(outcome, Problem):
        raise outcome
    return outcome


def _send(context: Context, row: Row[Any]) -> Outcome | None:
    """Send it as it is in `row`; None if it was changed, deleted or sent in between.

    A refusal is stored with the message. A failure that may pass by itself is raised.
    """
    try:
        pending: Pending | Problem = _prepare(context, row)
    except Problem as problem:
        pending = problem
    with transaction(context.db) as running:
        if not _hold(running, row):
            return None
        outcome = _store(context, running, pending)
        if isinstance(outcome, Problem):
            _refuse(context, running, row, outcome)
        else:
            of_row = scheduled_messages.c.id == row.id
            running.connection.execute(delete(scheduled_messages).where(of_row))
            announce(context, running, row, "sent")
    return outcome


def _prepare(context: Context, row: Row[Any]) -> Pending:
    outgoing = Outgoing(
        author_id=row.author_id,
        content=row.content,
        recipient_id=row.recipient_id,
        conversation_id=row.conversation_id,
        client_id=row.client_id,
    )
    pending = prepare(context, outgoing)
    if row.recipient_id is not None:
        author = Caller(row.author_id, pending.author.role)
        refuse_stranger_to_guest(context, author, row.recipient_id)
    return pending


def _hold(running: Transaction, row: Row[Any]) -> bool:
    """Lock the row until the end of the transaction; False if it is another one by now."""
    same = select(scheduled_messages.c.id).where(
        scheduled_messages.c.id == row.id, scheduled_messages.c.updated_at == row.updated_at
    )
    held = running.connection.execute(same.with_for_update(skip_locked=True))
    return held.one_or_none() is not None


def _store(context: Context, running: Transaction, pending: Pending | Problem) -> Outcome:
    if isinstance(pending, Problem):
        outcome: Outcome = pending
    else:
        outcome = store_locked(context, running, [pending])[pending]
    if isinstance(outcome, Problem) and (
        outcome.status == TOO_MANY or outcome.status >= SERVER_ERROR
    ):
        raise outcome
    return outcome


def _refuse(context: Context, running: Transaction, row: Row[Any], problem: Problem) -> None:
    now = utcnow()
    refused = running.connection.execute(
        update(scheduled_messages)
        .where(scheduled_messages.c.id == row.id)
        .values(refused_at=now, refusal=problem.detail, updated_at=now)
        .returning(scheduled_messages)
    ).one()
    announce(context, running, refused, "refused")

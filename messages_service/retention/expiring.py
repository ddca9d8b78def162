"""Removes messages that are older than the rules allow, in small transactions."""

import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import exists, select
from sqlalchemy.engine import Connection

from messages_service.context import Context
from messages_service.log import changing
from messages_service.messages.deleting import expire_messages
from messages_service.models import conversations, messages
from messages_service.retention.models import EVERYWHERE, retention_positions, retention_rules
from servicekit.data.db import core_transaction, insert_into
from servicekit.data.leases import claim_row
from servicekit.times import utcnow

AT_ONCE: Final = 50
PAGE: Final = 500
LEASE: Final = timedelta(minutes=5)
SECONDS: Final = 60.0
"""How long one round may take; the next one goes on."""


def expire_old_messages(context: Context) -> None:
    """Remove old messages, one round; only one process at a time does so."""
    if not _claim(context):
        return
    until = time.monotonic() + SECONDS
    for conversation_id, before in _conversations_with_old(context):
        while _expire_some(context, conversation_id, before):
            if time.monotonic() > until:
                return
    _release(context)


def _claim(context: Context) -> bool:
    """Whether there is a rule, and this process is the one to apply it now."""
    rule, now = retention_rules.c, utcnow()
    engine = context.db.engine
    with engine.connect() as connection:
        if not connection.execute(select(exists().where(rule.days.is_not(None)))).scalar_one():
            return False
    with core_transaction(engine) as running:
        everywhere = select(retention_rules).where(rule.conversation_id == EVERYWHERE)
        seen = running.connection.execute(everywhere).one()
        if seen.claimed_until is not None and seen.claimed_until > now:
            return False
        return claim_row(running.connection, rule.claimed_until, seen, now + LEASE) is not None


def _release(context: Context) -> None:
    everywhere = retention_rules.c.conversation_id == EVERYWHERE
    with core_transaction(context.db.engine) as running:
        free = retention_rules.update().where(everywhere).values(claimed_until=None)
        running.connection.execute(free)


def _conversations_with_old(context: Context) -> Iterator[tuple[int, datetime]]:
    """Conversations with messages to remove, and the moment before which those were written."""
    last, now = 0, utcnow()
    while True:
        with context.db.engine.connect() as connection:
            ids, found = _page(connection, last, now)
        yield from found
        if not ids:
            return
        last = ids[-1]


def _page(
    connection: Connection, last: int, now: datetime
) -> tuple[list[int], list[tuple[int, datetime]]]:
    rule = retention_rules.c
    rules = connection.execute(select(rule.conversation_id, rule.days)).all()
    by_id = {row.conversation_id: row.days for row in rules}
    everywhere = by_id[EVERYWHERE]
    page = select(conversations.c.id, retention_positions.c.moment).outerjoin(
        retention_positions, retention_positions.c.conversation_id == conversations.c.id
    )
    page = page.where(conversations.c.id > last).order_by(conversations.c.id).limit(PAGE)
    rows = connection.execute(page).all()
    found = []
    for row in rows:
        days = by_id.get(row.id, everywhere)
        if days is not None:
            before = now - timedelta(days=days)
            if row.moment is None or row.moment < before:
                found.append((row.id, before))
    return [row.id for row in rows], found


def _expire_some(context: Context, conversation_id: int, before: datetime) -> bool:
    """Whether there may be more."""
    position = retention_positions.c
    of_conversation = messages.c.conversation_id == conversation_id
    with context.db.engine.connect() as connection:
        mine = select(position.moment).where(position.conversation_id == conversation_id)
        since = connection.execute(mine).scalar_one_or_none()
        old = select(messages.c.id).where(
            of_conversation, messages.c.created_at < before, messages.c.deleted_at.is_(None)
        )
        if since is not None:
            old = old.where(messages.c.created_at >= since)
        some = old.order_by(messages.c.created_at).limit(AT_ONCE)
        ids = list(connection.execute(some).scalars())
    if ids:
        with changing(context, conversation_id) as change:
            living = select(messages).where(messages.c.id.in_(ids), messages.c.deleted_at.is_(None))
            rows = change.connection.execute(living.order_by(messages.c.seq)).all()
            expire_messages(context, change, rows)
    if len(ids) == AT_ONCE:
        return True
    _move(context, conversation_id, before)
    return False


def _move(context: Context, conversation_id: int, moment: datetime) -> None:
    with core_transaction(context.db.engine) as running:
        new = insert_into(running.connection, retention_positions)
        new = new.values(conversation_id=conversation_id, moment=moment)
        moved = new.on_conflict_do_update(
            index_elements=["conversation_id"], set_={"moment": moment}
        )
        running.connection.execute(moved)

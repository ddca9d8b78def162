"""Collects what people have missed: mentions and direct messages that stayed unread for a while."""

from collections.abc import Collection
from datetime import timedelta

from sqlalchemy import Connection, Engine, select, update

from messages_service.digests.models import POSITION, missed_messages
from messages_service.models import messages, meta
from messages_service.notifications.logged import Logged, find_logged
from messages_service.notifications.models import pushes
from messages_service.notifications.recipients import recipients_of
from messages_service.notifications.rules import reason_to_notify
from servicekit.data.db import core_transaction, insert_into
from servicekit.times import utcnow

BATCH = 500
Missed = tuple[int, Logged]
"""A person's id and the message."""


def collect_missed(engine: Engine, after: timedelta) -> None:
    """Look at each message once, when it is `after` old; any number of processes may do this."""
    while _collect_batch(engine, after):
        pass


def _collect_batch(engine: Engine, after: timedelta) -> bool:
    with engine.connect() as connection:
        position: str = connection.execute(_position).scalar_one()
        old_enough = (
            select(messages.c.id, messages.c.conversation_id, messages.c.seq)
            .where(messages.c.id > int(position), messages.c.created_at <= utcnow() - after)
            .order_by(messages.c.id)
            .limit(BATCH)
        )
        rows = connection.execute(old_enough).all()
        if not rows:
            return False
        missed = _missed(connection, {(row.conversation_id, row.seq) for row in rows})
    with core_transaction(engine) as running:
        here = (meta.c.key == POSITION) & (meta.c.value == position)
        moved = update(meta).where(here).values(value=str(rows[-1].id))
        if running.connection.execute(moved).rowcount and missed:
            new = insert_into(running.connection, missed_messages).on_conflict_do_nothing()
            running.connection.execute(new, [_row(*each) for each in missed])
    return len(rows) == BATCH


def _missed(connection: Connection, seqs: Collection[tuple[int, int]]) -> list[Missed]:
    logged = list(find_logged(connection, seqs).values())
    if not logged:
        return []
    recipients = recipients_of(connection, logged)
    now = utcnow()
    missed = [
        (recipient.user_id, each)
        for each in logged
        for recipient in recipients.by_conversation[each.conversation_id]
        if recipients.settings[recipient.user_id]["email_digest"]
        and reason_to_notify(each.news(), recipient, "email", now)
    ]
    shown = _shown_seqs(connection, {user_id for user_id, _ in missed})
    return [
        (user_id, each) for user_id, each in missed if shown.get((user_id, each.tag), 0) < each.seq
    ]


def _shown_seqs(connection: Connection, user_ids: Collection[int]) -> dict[tuple[int, str], int]:
    """By person and tag, the last message that one of their devices shows."""
    shown = select(pushes.c.user_id, pushes.c.tag, pushes.c.shown_seq).where(
        pushes.c.user_id.in_(user_ids), pushes.c.shown_seq.is_not(None)
    )
    return {(row.user_id, row.tag): row.shown_seq for row in connection.execute(shown)}


def _row(user_id: int, message: Logged) -> dict[str, int]:
    return {
        "user_id": user_id,
        "message_id": message.data["id"],
        "conversation_id": message.conversation_id,
        "seq": message.seq,
    }


_position = select(meta.c.value).where(meta.c.key == POSITION)

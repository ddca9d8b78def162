"""Stores an import in one transaction: all of it, or nothing.

Imported messages get entries in the log like all others, with their own dates; clients are not
sent each of them, but notice from the last one that they have to catch up.
"""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import Connection, func, select

from messages_service.context import Context
from messages_service.imports.conversations import (
    Target,
    add_members,
    keep_read,
    open_target,
)
from messages_service.imports.messages import insert_messages, link_forwards
from messages_service.imports.people import People
from messages_service.imports.stage import BATCH, Stage
from messages_service.log import (
    MESSAGE_CREATED,
    MESSAGE_EDITED,
    MESSAGE_PINNED,
    append,
)
from messages_service.membership.direct import announce_added
from messages_service.messages.pinning import record_pin
from messages_service.messages.queries import describe, describe_one
from messages_service.models import message_edits, messages, profiles
from messages_service.notifications.models import notification_positions
from messages_service.pins.actions import add_pin, count_pins
from messages_service.pins.models import MAX_PINS
from messages_service.retention.rules import forget_positions
from servicekit.data.db import Transaction, insert_into, transaction
from servicekit.times import utcnow

MOST_NOTICES: Final = 500
"""People who are sent their new conversations; others see them when they load a page."""


def store(context: Context, stage: Stage, people: People, user_id: int) -> tuple[int, int]:
    """Returns the numbers of new conversations and messages."""
    with transaction(context.db) as running:
        connection = running.connection
        targets = []
        count = 0
        for record in stage.conversations():
            target = open_target(connection, stage.source, record, people, user_id)
            targets.append(target)
            count += insert_messages(connection, stage, people, target)
        added: list[tuple[int, int]] = []
        for target in targets:
            link_forwards(connection, stage, target)
            _record_messages(context, running, target)
            _record_pins(context, running, target, people)
            if target.is_new:
                ids = add_members(connection, target, people)
                added += [(each, target.change.conversation_id) for each in ids]
            else:
                keep_read(connection, target)
            _skip_notifications(connection, target)
        forget_positions(connection, {target.change.conversation_id for target in targets})
        _announce(context, running, added)
    return sum(target.is_new for target in targets), count


def _record_messages(context: Context, running: Transaction, target: Target) -> None:
    change = target.change
    is_here = messages.c.conversation_id == change.conversation_id
    while change.last_seq < target.seq:
        new = select(messages).where(is_here, messages.c.seq > change.last_seq)
        rows = running.connection.execute(new.order_by(messages.c.seq).limit(BATCH)).all()
        edits = _edits(running.connection, [row.id for row in rows])
        for row, message in zip(rows, describe(context, rows), strict=True):
            assert change.next_seq == row.seq
            change.date = row.created_at
            change.record(MESSAGE_CREATED, message, is_in_conversation=row.in_conversation)
            for _ in range(edits.get(row.id, 0)):
                change.date = row.edited_at or row.created_at
                change.record(MESSAGE_EDITED, message)
        _append(context, running, target)


def _record_pins(context: Context, running: Transaction, target: Target, people: People) -> None:
    change = target.change
    for message_id, pinned in sorted(target.pins, key=lambda pin: pin[1].date):
        if count_pins(running.connection, change.conversation_id) < MAX_PINS:
            change.date = pinned.date
            by_id = people.ids[pinned.user_id]
            count = add_pin(change, message_id, by_id)
            shown = describe_one(context, message_id)
            record_pin(change, MESSAGE_PINNED, shown, by_id, count)
    _append(context, running, target)


def _append(context: Context, running: Transaction, target: Target) -> None:
    """Write what was recorded; of an older conversation the last entry is published."""
    change = target.change
    if not change.rows:
        return
    if not target.is_new:
        change.date = utcnow()
    change.announcements[:] = [] if target.is_new else change.announcements[-1:]
    append(running, context.publisher, [change])
    change.rows.clear()
    change.announcements.clear()


def _edits(connection: Connection, message_ids: Sequence[int]) -> dict[int, int]:
    query = (
        select(message_edits.c.message_id, func.count())
        .where(message_edits.c.message_id.in_(message_ids))
        .group_by(message_edits.c.message_id)
    )
    return {row[0]: row[1] for row in connection.execute(query)}


def _skip_notifications(connection: Connection, target: Target) -> None:
    """Skip notifications of imported messages."""
    values = {"conversation_id": target.change.conversation_id, "seq": target.change.last_seq}
    new = insert_into(connection, notification_positions).values(values)
    moved = new.on_conflict_do_update(
        index_elements=["conversation_id"], set_={"seq": target.change.last_seq}
    )
    connection.execute(moved)


def _announce(context: Context, running: Transaction, added: Sequence[tuple[int, int]]) -> None:
    """Send people with an active account a notice of each new conversation."""
    active = select(profiles.c.id).where(profiles.c.active)
    people = active.where(profiles.c.id.in_({user_id for user_id, _ in added}))
    ids = set(running.connection.execute(people).scalars())
    for user_id, conversation_id in [pair for pair in added if pair[0] in ids][:MOST_NOTICES]:
        announce_added(context, running, user_id, conversation_id)

"""Reads the log after the commit, decides whom its messages notify, and stores the outcome once.

Every process may do this: the outcome is stored in the transaction that moves the position in the
log, and only one of them can move it.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Engine

from messages_service.notifications.logged import BATCH, Logged, new_messages
from messages_service.notifications.positions import move
from messages_service.notifications.queue import enqueue
from messages_service.notifications.recipients import recipients_of
from messages_service.notifications.rules import AIMED, News, Recipient, reason_to_notify
from messages_service.publish import NOTIFICATION, Publisher
from messages_service.shapes.notices import Notification
from messages_service.shapes.values import Reason
from servicekit.data.db import CoreTransaction, core_transaction
from servicekit.times import utcnow

Choice = tuple[Logged, Reason]


def decide(engine: Engine, publisher: Publisher, conversation_ids: Collection[int]) -> bool:
    """Notify of the new messages of these conversations; whether there may be more of them."""
    with engine.connect() as connection:
        logged, before = new_messages(connection, conversation_ids)
        if not logged:
            return False
        chosen = _choose(connection, logged)
    after = {each.conversation_id: each.seq for each in logged}
    with core_transaction(engine) as running:
        moved = {id for id in after if move(running.connection, id, before[id], after[id])}
        _store(running, publisher, (each for each in chosen if each.conversation_id in moved))
    return len(logged) == BATCH or len(moved) < len(after)


@dataclass(frozen=True, slots=True)
class Chosen:
    """A message and people whom it notifies in the same way."""

    conversation_id: int
    user_ids: list[int]
    pushed_ids: list[int]
    shown: Notification


def _choose(connection: Connection, logged: list[Logged]) -> list[Chosen]:
    by_conversation: dict[int, list[Logged]] = {}
    for each in logged:
        by_conversation.setdefault(each.conversation_id, []).append(each)
    recipients = recipients_of(connection, logged)
    now = utcnow()
    groups: dict[tuple[int, int, Reason, bool, bool], tuple[Logged, list[int], list[int]]] = {}
    for conversation_id, messages in by_conversation.items():
        newest_first = [(each, each.news()) for each in reversed(messages)]
        for recipient in recipients.by_conversation[conversation_id]:
            settings = recipients.settings[recipient.user_id]
            for each, reason in _best(newest_first, recipient, now):
                key = (conversation_id, each.seq, reason, settings["preview"], settings["sound"])
                _, user_ids, pushed_ids = groups.setdefault(key, (each, [], []))
                user_ids.append(recipient.user_id)
                if settings["push"] and reason_to_notify(each.news(), recipient, "push", now):
                    pushed_ids.append(recipient.user_id)
    return [
        Chosen(id, user_ids, pushed_ids, each.shown(reason, preview=preview, sound=sound))
        for (id, _, reason, preview, sound), (each, user_ids, pushed_ids) in groups.items()
    ]


def _best(
    newest_first: Iterable[tuple[Logged, News]], recipient: Recipient, now: datetime
) -> Iterable[Choice]:
    """Of messages that arrived together, for each tag the newest one that concerns the person."""
    best: dict[str, Choice] = {}
    for each, news in newest_first:
        reason = reason_to_notify(news, recipient, "page", now)
        known = best.get(each.tag)
        if reason is not None and (known is None or (known[1] not in AIMED and reason in AIMED)):
            best[each.tag] = each, reason
    return best.values()


def _store(running: CoreTransaction, publisher: Publisher, chosen: Iterable[Chosen]) -> None:
    for each in chosen:
        publisher.notify_many(running, each.user_ids, NOTIFICATION, each.shown)
        enqueue(running.connection, each.pushed_ids, each.shown)

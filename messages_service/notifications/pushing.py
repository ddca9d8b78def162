"""Sends due pushes: looks at each once more, shows or withdraws it, and stores what came of it."""

import logging
from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor

from prometheus_client import Counter
from sqlalchemy import Engine

from messages_service.notifications import queue
from messages_service.notifications.logged import find_logged
from messages_service.notifications.push_sender import PushSender
from messages_service.notifications.queue import Claim
from messages_service.notifications.recipients import recipients_of
from messages_service.notifications.rules import AIMED, has_read, reason_to_notify
from messages_service.shapes.notices import Notification
from servicekit.data.db import core_transaction
from servicekit.times import utcnow

AT_ONCE = 8
PUSHES = Counter("parley_pushes_total", "Web Push requests by their outcome", ["outcome"])
log = logging.getLogger(__name__)


def send_due(engine: Engine, sender: PushSender) -> int:
    """Send due pushes that no other process sends; returns the number of pushes looked at."""
    claims = queue.claim(engine, AT_ONCE)
    if not claims:
        return 0
    wanted = _wanted(engine, claims)
    with ThreadPoolExecutor(AT_ONCE) as threads:
        for claim in claims:
            threads.submit(_send_safely, engine, sender, claim, wanted[claim])
    return len(claims)


def withdraw_read(engine: Engine, user_ids: Collection[int] | None) -> None:
    """Make the pushes due whose messages these people have read, or may no longer see."""
    with engine.connect() as connection:
        shown = queue.shown_pushes(connection, user_ids)
        if not shown:
            return
        logged = find_logged(connection, {(row.conversation_id, row.seq) for row in shown})
        recipients = recipients_of(connection, logged.values(), {row.user_id for row in shown})
    old = []
    for row in shown:
        message = logged.get((row.conversation_id, row.seq))
        person = recipients.find(row.conversation_id, row.user_id)
        is_wanted = person.is_member and message is not None and not message.news().is_deleted
        if not is_wanted or message is None or has_read(message.news(), person):
            old.append(row)
    if old:
        with core_transaction(engine) as running:
            queue.withdraw(running.connection, old)


def _wanted(engine: Engine, claims: list[Claim]) -> dict[Claim, Notification | None]:
    """The notification that each device shall show now; None if the person has read it or left."""
    with engine.connect() as connection:
        logged = find_logged(connection, {(each.conversation_id, each.seq) for each in claims})
        recipients = recipients_of(connection, logged.values(), {each.user_id for each in claims})
    now = utcnow()
    wanted: dict[Claim, Notification | None] = {}
    for claim in claims:
        wanted[claim] = None
        message = logged.get((claim.conversation_id, claim.seq))
        settings = recipients.settings.get(claim.user_id)
        if message is not None and settings is not None and settings["push"]:
            person = recipients.find(claim.conversation_id, claim.user_id)
            reason = reason_to_notify(message.news(), person, "push", now)
            if reason is not None:
                wanted[claim] = message.shown(
                    reason, preview=settings["preview"], sound=settings["sound"]
                )
    return wanted


def _send_safely(
    engine: Engine, sender: PushSender, claim: Claim, shown: Notification | None
) -> None:
    try:
        _send(engine, sender, claim, shown)
    except Exception:  # the lease ends, and it is tried again
        log.exception("a push failed")


def _send(engine: Engine, sender: PushSender, claim: Claim, shown: Notification | None) -> None:
    if shown is not None and claim.shown_seq != claim.seq:
        payload = {"type": "show", **shown}
        outcome, wait = sender.send(claim, payload, is_urgent=shown["reason"] in AIMED)
    elif shown is None and claim.shown_seq is not None:
        payload = {"type": "close", "tag": claim.tag}
        outcome, wait = sender.send(claim, payload, is_urgent=False)
    else:
        with core_transaction(engine) as running:
            done = queue.remove if shown is None else queue.note_shown
            done(running.connection, claim)
        return
    PUSHES.labels(outcome).inc()
    with core_transaction(engine) as running:
        if outcome == "gone":
            queue.forget_device(running.connection, claim.subscription_id)
        elif outcome == "failed":
            queue.try_later(running.connection, claim, wait)
        elif outcome == "sent" and shown is not None:
            queue.note_shown(running.connection, claim)
        else:
            queue.remove(running.connection, claim)

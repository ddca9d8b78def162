"""The queue of pushes: a row for each device and tag, claimed by one process at a time.

A claim moves `due_at` into the future. A process that dies leaves the row to be sent again then,
and a notification with the same tag replaces the one before.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import (
    Connection,
    Engine,
    Row,
    and_,
    delete,
    literal,
    null,
    select,
    update,
)

from messages_service.notifications.models import push_subscriptions, pushes
from messages_service.shapes.notices import Notification
from servicekit.data.columns import UtcDateTime
from servicekit.data.db import core_transaction, insert_into
from servicekit.data.leases import claim_row, is_held
from servicekit.times import utcnow

PUSH_AFTER: Final = timedelta(seconds=2)
"""Until then an open page has shown the message to somebody who is looking at it."""
LEASE: Final = timedelta(seconds=60)
PAUSES: Final = tuple(timedelta(seconds=s) for s in (5, 30, 120, 600, 1800, 3600, 3600))
"""After each failed attempt; then the push is given up."""
MOST_IDS: Final = 5000


@dataclass(frozen=True, slots=True)
class Claim:
    """A push that this process sends; `due_at` is the end of its lease."""

    subscription_id: int
    user_id: int
    conversation_id: int
    tag: str
    seq: int
    shown_seq: int | None
    attempts: int
    due_at: datetime
    endpoint: str
    p256dh: str
    auth: str


def enqueue(connection: Connection, user_ids: Sequence[int], shown: Notification) -> None:
    """A push to each device of these people, in place of an earlier one with the same tag."""
    for start in range(0, len(user_ids), MOST_IDS):
        devices = select(
            push_subscriptions.c.id,
            literal(shown["tag"]),
            push_subscriptions.c.user_id,
            literal(shown["conversation_id"]),
            literal(shown["seq"]),
            literal(utcnow() + PUSH_AFTER, UtcDateTime),
            literal(0),
        ).where(push_subscriptions.c.user_id.in_(user_ids[start : start + MOST_IDS]))
        names = ["subscription_id", "tag", "user_id", "conversation_id", "seq"]
        insert = insert_into(connection, pushes).from_select(
            [*names, "due_at", "attempts"], devices
        )
        new = insert.excluded
        connection.execute(
            insert.on_conflict_do_update(
                index_elements=["subscription_id", "tag"],
                set_={"seq": new.seq, "due_at": new.due_at, "attempts": 0},
                where=pushes.c.seq < new.seq,
            )
        )


def claim(engine: Engine, limit: int) -> list[Claim]:
    """Due pushes that no other process has claimed."""
    now = utcnow()
    due = select(pushes).where(pushes.c.due_at <= now).order_by(pushes.c.due_at).limit(limit)
    with engine.connect() as connection:
        rows = connection.execute(due).all()
    if not rows:
        return []
    with core_transaction(engine) as running:
        claimed = [row for row in rows if claim_row(running.connection, _lease, row, now + LEASE)]
        devices = _devices(running.connection, {row.subscription_id for row in claimed})
    return [
        Claim(
            row.subscription_id, row.user_id, row.conversation_id, row.tag, row.seq,
            row.shown_seq, row.attempts, now + LEASE, *devices[row.subscription_id],
        )
        for row in claimed
    ]  # fmt: skip


def note_shown(connection: Connection, claim: Claim) -> None:
    """Note that the device shows the push; a newer one stays due."""
    connection.execute(update(pushes).where(_is(claim)).values(shown_seq=claim.seq, attempts=0))
    connection.execute(update(pushes).where(_is_unchanged(claim)).values(due_at=null()))


def remove(connection: Connection, claim: Claim) -> None:
    """Nothing is shown or wanted any more."""
    connection.execute(delete(pushes).where(_is_unchanged(claim)))


def try_later(connection: Connection, claim: Claim, wait: timedelta | None = None) -> None:
    """Try again later, at least after `wait`; in the end give up."""
    if claim.attempts >= len(PAUSES):
        remove(connection, claim)
        return
    pause = max(PAUSES[claim.attempts], wait or timedelta())
    later = {"attempts": claim.attempts + 1, "due_at": utcnow() + pause}
    connection.execute(update(pushes).where(_is_unchanged(claim)).values(later))


def forget_device(connection: Connection, subscription_id: int) -> None:
    """The subscription is gone, and its pushes with it."""
    connection.execute(delete(pushes).where(pushes.c.subscription_id == subscription_id))
    gone = push_subscriptions.c.id == subscription_id
    connection.execute(delete(push_subscriptions).where(gone))


def shown_pushes(connection: Connection, user_ids: Collection[int] | None) -> Sequence[Row[Any]]:
    """Notifications that devices of these people show; of all people without `user_ids`."""
    shown = select(pushes).where(pushes.c.due_at.is_(None))
    if user_ids is not None:
        shown = shown.where(pushes.c.user_id.in_(user_ids))
    return connection.execute(shown.limit(MOST_IDS)).all()


def withdraw(connection: Connection, rows: Collection[Row[Any]]) -> None:
    """Make these pushes due again: the notification was read, or is not wanted any more."""
    for row in rows:
        same = and_(_key(row.subscription_id, row.tag), pushes.c.due_at.is_(None))
        connection.execute(update(pushes).where(same).values(due_at=utcnow(), attempts=0))


def _devices(connection: Connection, ids: Collection[int]) -> dict[int, tuple[str, str, str]]:
    table = push_subscriptions.c
    query = select(table.id, table.endpoint, table.p256dh, table.auth).where(table.id.in_(ids))
    return {row.id: (row.endpoint, row.p256dh, row.auth) for row in connection.execute(query)}


def _key(subscription_id: int, tag: str) -> Any:
    return and_(pushes.c.subscription_id == subscription_id, pushes.c.tag == tag)


def _is(claim: Claim) -> Any:
    return _key(claim.subscription_id, claim.tag)


def _is_unchanged(claim: Claim) -> Any:
    return and_(is_held(_lease, claim), pushes.c.seq == claim.seq)


_lease = pushes.c.due_at

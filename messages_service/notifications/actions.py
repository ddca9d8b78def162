"""Change the caller's settings; subscribe devices to Web Push."""

import ipaddress
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import Connection, Row, delete, select

from messages_service.context import Context
from messages_service.notifications.models import (
    MAX_DEVICES,
    notification_settings,
    push_subscriptions,
    pushes,
)
from messages_service.notifications.queries import settings_for
from messages_service.notifications.schemas import NewPushSubscription, NotificationChanges
from messages_service.publish import NOTIFICATIONS
from messages_service.shapes.notices import NotificationSettings
from servicekit.data.db import Transaction, insert_into, transaction
from servicekit.identity.feed import RevokedSession
from servicekit.identity.verify import Identity
from servicekit.public_web.addresses import Permits
from servicekit.times import utcnow
from servicekit.web.errors import Invalid

LOOPBACK = "127.0.0.1"
PORTS = {"https": 443, "http": 80}


def change_settings(
    context: Context, user_id: int, changes: NotificationChanges
) -> NotificationSettings:
    """Change the given settings; the person's other tabs get a notice."""
    values = changes.model_dump(exclude_unset=True)
    if "dnd_hours" in values:
        del values["dnd_hours"]
        hours = changes.dnd_hours.model_dump() if changes.dnd_hours else {}
        values |= {f"dnd_{name}": hours.get(name) for name in ("start", "end", "time_zone")}
    with transaction(context.db) as running:
        if values:
            new = insert_into(running.connection, notification_settings)
            new = new.values(user_id=user_id, **values)
            running.connection.execute(
                new.on_conflict_do_update(index_elements=["user_id"], set_=values)
            )
        settings = settings_for(running.connection, user_id)
        if values:
            context.publisher.notify(running, user_id, NOTIFICATIONS, settings)
    return settings


def subscribe(
    context: Context, permits: Permits, identity: Identity, new: NewPushSubscription
) -> tuple[Row[Any], bool]:
    """Store a browser's subscription, and whether it is new.

    An endpoint belongs to the person who subscribed it last: a browser has one for all who log in.
    """
    user_id = identity.user_id
    refuse_private_address(new.endpoint, permits)
    keys = {"p256dh": new.keys.p256dh, "auth": new.keys.auth}
    values = {"user_id": user_id, "sid": identity.sid, "device": new.device, **keys}
    with transaction(context.db) as running:
        known = running.connection.execute(
            select(push_subscriptions).where(push_subscriptions.c.endpoint == new.endpoint)
        ).one_or_none()
        if known is not None and known.user_id != user_id:
            _remove(running.connection, [known.id])
            known = None
        row = running.connection.execute(
            insert_into(running.connection, push_subscriptions)
            .values(endpoint=new.endpoint, created_at=utcnow(), **values)
            .on_conflict_do_update(index_elements=["endpoint"], set_=values)
            .returning(push_subscriptions)
        ).one()
        _remove_surplus(running, user_id)
    return row, known is None


def unsubscribe(context: Context, user_id: int, subscription_id: int) -> None:
    """Delete a subscription of the person, if it is still there."""
    mine = (push_subscriptions.c.id == subscription_id) & (push_subscriptions.c.user_id == user_id)
    with transaction(context.db) as running:
        if running.connection.execute(select(push_subscriptions.c.id).where(mine)).first():
            _remove(running.connection, [subscription_id])


def forget_devices(context: Context, ended: RevokedSession) -> None:
    """Delete the subscriptions of an ended session: its browser gets no more pushes.

    Runs inside the caller's transaction.
    """
    connection = context.connection
    of_session = select(push_subscriptions.c.id).where(push_subscriptions.c.sid == ended["sid"])
    _remove(connection, list(connection.execute(of_session).scalars()))


def refuse_private_address(endpoint: str, permits: Permits) -> None:
    """Raises Invalid for an address; names are resolved and checked before each push."""
    parts = urlsplit(endpoint)
    host = LOOPBACK if parts.hostname == "localhost" else parts.hostname or ""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:  # a name
        return
    if not permits(address, parts.port or PORTS[parts.scheme]):
        raise Invalid.field("endpoint", "must be an address of the public internet", "not-public")


def _remove_surplus(running: Transaction, user_id: int) -> None:
    ids = select(push_subscriptions.c.id).where(push_subscriptions.c.user_id == user_id)
    surplus = ids.order_by(push_subscriptions.c.id.desc()).offset(MAX_DEVICES).limit(MAX_DEVICES)
    _remove(running.connection, list(running.connection.execute(surplus).scalars()))


def _remove(connection: Connection, ids: list[int]) -> None:
    if ids:
        connection.execute(delete(pushes).where(pushes.c.subscription_id.in_(ids)))
        listed = push_subscriptions.c.id.in_(ids)
        connection.execute(delete(push_subscriptions).where(listed))

"""Read the caller's settings and push subscriptions."""

from typing import Any

from sqlalchemy import Connection, Row, select

from messages_service import errors
from messages_service.context import Context
from messages_service.notifications.models import notification_settings, push_subscriptions
from messages_service.notifications.recipients import settings_of
from messages_service.notifications.shapes import PushSubscription
from messages_service.shapes.notices import NotificationSettings
from servicekit.data.pages import page_of, without_surplus
from servicekit.times import isoformat
from servicekit.web.paging import PageQuery


def settings_for(connection: Connection, user_id: int) -> NotificationSettings:
    mine = select(notification_settings).where(notification_settings.c.user_id == user_id)
    return settings_of(connection.execute(mine).one_or_none())


def list_subscriptions(
    context: Context, user_id: int, query: PageQuery
) -> tuple[list[PushSubscription], bool]:
    """A page of a person's devices, newest first, and whether there are more."""
    table = push_subscriptions
    mine = select(table).where(table.c.user_id == user_id).order_by(table.c.id.desc())
    found = context.db.session.execute(page_of(mine, table.c.id, query)).all()
    rows, has_more = without_surplus(found, query)
    return [describe(row) for row in rows], has_more


def get_subscription(context: Context, user_id: int, subscription_id: int) -> PushSubscription:
    """A device of the person; raises NotFound."""
    table = push_subscriptions
    one = select(table).where(table.c.user_id == user_id, table.c.id == subscription_id)
    row = context.db.session.execute(one).one_or_none()
    if row is None:
        raise errors.no_such_push_subscription()
    return describe(row)


def describe(row: Row[Any]) -> PushSubscription:
    return {"id": row.id, "device": row.device, "created_at": isoformat(row.created_at)}

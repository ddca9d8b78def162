"""`/api/notifications` and `/api/push`: how I want to be notified, and my devices."""

from flask import Response

from messages_service.caller import current_person
from messages_service.context import current_context
from messages_service.notifications import actions, queries
from messages_service.notifications.context import current_notifications
from messages_service.notifications.schemas import (
    NewPushSubscription,
    NotificationChanges,
    PushSubscriptionList,
    PushSubscriptionPath,
)
from messages_service.notifications.shapes import PushKey, PushSubscription
from messages_service.shapes.notices import NotificationSettings
from servicekit.identity.verify import current_identity
from servicekit.web.answers import answer, answer_page, created_or_found, no_content
from servicekit.web.openapi import make_blueprint
from servicekit.web.paging import PageQuery
from servicekit.web.schemas import Answer

blueprint = make_blueprint("notifications", __name__)


@blueprint.get("/notifications", responses={200: Answer[NotificationSettings]})
def get_notifications() -> Response:
    """How I want to be notified."""
    context, (_, user_id) = current_context(), current_person()
    return answer(queries.settings_for(context.connection, user_id))


@blueprint.patch("/notifications", responses={200: Answer[NotificationSettings]})
def update_notifications(body: NotificationChanges) -> Response:
    """Change how I want to be notified. My other connections get the notice `notifications`."""
    _, user_id = current_person()
    return answer(actions.change_settings(current_context(), user_id, body))


@blueprint.get("/push/key", responses={200: Answer[PushKey]})
def get_push_key() -> Response:
    """The key that browsers subscribe with."""
    current_person()
    return answer({"key": current_notifications().vapid.public})


@blueprint.get("/push/subscriptions", responses={200: PushSubscriptionList})
def list_push_subscriptions(query: PageQuery) -> Response:
    """My devices that get Web Push, newest first.

    `before` and `after` are ids.
    """
    _, user_id = current_person()
    found, has_more = queries.list_subscriptions(current_context(), user_id, query)
    return answer_page(found, "before", has_more=has_more)


@blueprint.post(
    "/push/subscriptions",
    responses={201: Answer[PushSubscription], 200: Answer[PushSubscription]},
)
def create_push_subscription(body: NewPushSubscription) -> Response:
    """Subscribe a browser to Web Push.

    200 when this endpoint was mine already; its keys are replaced.

    The end of my session, or of the API token, ends it.
    """
    permits = current_notifications().permits
    row, is_new = actions.subscribe(current_context(), permits, current_identity(), body)
    location = f"/api/push/subscriptions/{row.id}"
    return created_or_found(queries.describe(row), location, is_new=is_new)


@blueprint.get(
    "/push/subscriptions/<int:subscription_id>", responses={200: Answer[PushSubscription]}
)
def get_push_subscription(path: PushSubscriptionPath) -> Response:
    """One of my devices."""
    _, user_id = current_person()
    return answer(queries.get_subscription(current_context(), user_id, path.subscription_id))


@blueprint.delete("/push/subscriptions/<int:subscription_id>", responses={204: None})
def delete_push_subscription(path: PushSubscriptionPath) -> Response:
    """Send no more pushes to that device."""
    _, user_id = current_person()
    actions.unsubscribe(current_context(), user_id, path.subscription_id)
    return no_content()

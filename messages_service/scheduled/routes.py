"""`/api/scheduled`: schedule, list, change, cancel, send now."""

from flask import Response

from messages_service.caller import current_person
from messages_service.context import current_context
from messages_service.membership.access import readable_message
from messages_service.messages.answers import add_mine
from messages_service.messages.queries import describe
from messages_service.scheduled import actions, queries, sending
from messages_service.scheduled.schemas import (
    NewScheduledMessage,
    ScheduledMessageChanges,
    ScheduledMessageList,
    ScheduledMessageListQuery,
    ScheduledMessagePath,
)
from messages_service.shapes.messages import Message
from messages_service.shapes.notices import ScheduledMessage
from servicekit.web.answers import answer, answer_page, created_or_found, no_content
from servicekit.web.openapi import make_blueprint
from servicekit.web.schemas import Answer

blueprint = make_blueprint("scheduled", __name__)


@blueprint.post(
    "/scheduled", responses={201: Answer[ScheduledMessage], 200: Answer[ScheduledMessage]}
)
def create_scheduled(body: NewScheduledMessage) -> Response:
    """Schedule a message.

    It is sent within 5 seconds after `send_at`, once. 200 when this `client_id` waits already.
    """
    caller, _ = current_person()
    scheduled, is_new = actions.schedule(current_context(), caller, body)
    return created_or_found(scheduled, f"/api/scheduled/{scheduled['id']}", is_new=is_new)


@blueprint.get("/scheduled", responses={200: ScheduledMessageList})
def list_scheduled(query: ScheduledMessageListQuery) -> Response:
    """My scheduled messages, newest first.

    Also those whose sending was refused (`refused_at`); `before` and `after` are ids.
    """
    _, user_id = current_person()
    found, has_more = queries.list_scheduled(current_context(), user_id, query)
    return answer_page(found, "before", has_more=has_more)


@blueprint.get("/scheduled/<int:scheduled_id>", responses={200: Answer[ScheduledMessage]})
def get_scheduled(path: ScheduledMessagePath) -> Response:
    """One scheduled message."""
    _, user_id = current_person()
    row = queries.scheduled_row(current_context(), user_id, path.scheduled_id)
    return answer(queries.describe(row))


@blueprint.patch("/scheduled/<int:scheduled_id>", responses={200: Answer[ScheduledMessage]})
def update_scheduled(path: ScheduledMessagePath, body: ScheduledMessageChanges) -> Response:
    """Change its text or its time."""
    _, user_id = current_person()
    return answer(actions.change_scheduled(current_context(), user_id, path.scheduled_id, body))


@blueprint.delete("/scheduled/<int:scheduled_id>", responses={204: None})
def delete_scheduled(path: ScheduledMessagePath) -> Response:
    """Cancel a scheduled message."""
    _, user_id = current_person()
    actions.cancel_scheduled(current_context(), user_id, path.scheduled_id)
    return no_content()


@blueprint.post("/scheduled/<int:scheduled_id>/send", responses={200: Answer[Message]})
def send_scheduled(path: ScheduledMessagePath) -> Response:
    """Send it now."""
    context, (caller, user_id) = current_context(), current_person()
    sent = sending.send_now(context, user_id, path.scheduled_id)
    messages = describe(context, [readable_message(context, caller, sent.id)])
    add_mine(context, caller, messages)
    return answer(messages[0])

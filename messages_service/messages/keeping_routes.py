"""Pinned messages of a conversation, and saved messages of a person."""

from flask import Response

from messages_service.caller import current_caller, current_person
from messages_service.context import current_context
from messages_service.membership.access import readable_conversation
from messages_service.messages.answers import add_mine
from messages_service.messages.kept import pinned_messages, saved_by
from messages_service.messages.pinning import pin_message, unpin_message
from messages_service.messages.queries import describe_one
from messages_service.messages.schemas import (
    MessagePath,
    PinnedMessageList,
    PinsPath,
    SavedMessageList,
)
from messages_service.saved.actions import forget_message, save_message
from messages_service.shapes.messages import Message
from servicekit.web.answers import answer, answer_page, no_content
from servicekit.web.openapi import make_blueprint
from servicekit.web.paging import PageQuery
from servicekit.web.schemas import Answer

blueprint = make_blueprint("keeping", __name__)


@blueprint.put("/messages/<int:message_id>/pin", responses={200: Answer[Message]})
def put_pin(path: MessagePath) -> Response:
    """Pin a message.

    For everybody in the conversation, which has at most 100 pins; guests may not.
    """
    context, (caller, _) = current_context(), current_person()
    message = pin_message(context, caller, path.message_id)
    add_mine(context, caller, [message])
    return answer(message)


@blueprint.delete("/messages/<int:message_id>/pin", responses={204: None})
def delete_pin(path: MessagePath) -> Response:
    """Unpin a message."""
    caller, _ = current_person()
    unpin_message(current_context(), caller, path.message_id)
    return no_content()


@blueprint.get("/conversations/<int:conversation_id>/pins", responses={200: PinnedMessageList})
def list_pins(path: PinsPath, query: PageQuery) -> Response:
    """Pinned messages, newest pin first.

    `before` and `after` are message ids.
    """
    context, caller = current_context(), current_caller()
    readable_conversation(context, caller, path.conversation_id)
    found, has_more = pinned_messages(context, path.conversation_id, query)
    add_mine(context, caller, found)
    return answer_page(found, "before", has_more=has_more)


@blueprint.put("/messages/<int:message_id>/saved", responses={200: Answer[Message]})
def put_saved(path: MessagePath) -> Response:
    """Save a message for myself."""
    context, (caller, user_id) = current_context(), current_person()
    save_message(context, caller, user_id, path.message_id)
    message = describe_one(context, path.message_id)
    add_mine(context, caller, [message])
    return answer(message)


@blueprint.delete("/messages/<int:message_id>/saved", responses={204: None})
def delete_saved(path: MessagePath) -> Response:
    """Remove a message from my list."""
    caller, user_id = current_person()
    forget_message(current_context(), caller, user_id, path.message_id)
    return no_content()


@blueprint.get("/saved", responses={200: SavedMessageList})
def list_saved(query: PageQuery) -> Response:
    """My saved messages, last saved first.

    Only those that I may still read; `before` and `after` are message ids.
    """
    context, (caller, user_id) = current_context(), current_person()
    found, has_more = saved_by(context, user_id, query)
    add_mine(context, caller, found)
    return answer_page(found, "before", has_more=has_more)

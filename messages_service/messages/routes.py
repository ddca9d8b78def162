"""`/api/messages`, and the direct messages of a person."""

from flask import Response

from messages_service import errors
from messages_service.attachments.context import current_files
from messages_service.caller import acting_person, current_caller, current_person
from messages_service.context import current_context
from messages_service.membership.access import readable_message
from messages_service.membership.guests import refuse_stranger_to_guest
from messages_service.messages import deleting, editing, queries, sending
from messages_service.messages.answers import add_mine, answer_messages
from messages_service.messages.forwarding import read_forward
from messages_service.messages.outgoing import Outgoing
from messages_service.messages.schemas import (
    MessageChanges,
    MessageList,
    MessagePath,
    NewMessage,
    ReactionPath,
    VersionList,
)
from messages_service.messages.shapes import ReactedMessage
from messages_service.schemas import UserPath
from messages_service.shapes.messages import Message
from servicekit.web.answers import answer, created_or_found, no_content
from servicekit.web.openapi import make_blueprint
from servicekit.web.paging import PageQuery
from servicekit.web.schemas import Answer

blueprint = make_blueprint("messages", __name__)


@blueprint.post("/messages", responses={201: Answer[Message], 200: Answer[Message]})
def create_message(body: NewMessage) -> Response:
    """Send a message.

    200 with the first answer when this `client_id` was sent before.
    """
    context, caller = current_context(), current_caller()
    if body.recipient_id is not None:
        refuse_stranger_to_guest(context, caller, body.recipient_id)
    forward = None
    if body.forwarded_from is not None:
        forward = read_forward(context, current_files(), caller, body.forwarded_from)
    outgoing = Outgoing(
        author_id=acting_person(context, caller, body.author_id),
        content=body.content,
        recipient_id=body.recipient_id,
        conversation_id=body.conversation_id,
        client_id=body.client_id,
        reply_to=body.reply_to,
        also_in_conversation=body.also_in_conversation,
        attachments=body.attachments or (),
        deletes_draft=not (body.keep_draft or forward),
        forward=forward,
    )
    sent = sending.post_message(context, outgoing)
    return created_or_found(sent.data, f"/api/messages/{sent.id}", is_new=sent.is_new)


@blueprint.get("/messages", responses={200: MessageList})
def list_messages(query: PageQuery) -> Response:
    """My messages, newest page.

    Of all my conversations, oldest first in the page; `before` and `after` are message ids.
    """
    return answer_messages(
        queries.page_of_caller(current_context(), current_caller(), query), query
    )


@blueprint.get("/messages/with/<int:user_id>", responses={200: MessageList})
def list_messages_with(path: UserPath, query: PageQuery) -> Response:
    """As in the tutorial.

    The same as `/api/users/<id>/messages`.
    """
    return _direct_messages(path.user_id, query)


@blueprint.get("/users/<int:user_id>/messages", responses={200: MessageList})
def list_direct_messages(path: UserPath, query: PageQuery) -> Response:
    """A person's direct messages.

    To and from the person, who must be the caller; `before` and `after` are message ids.
    """
    return _direct_messages(path.user_id, query)


@blueprint.get("/messages/<int:message_id>", responses={200: Answer[Message]})
def get_message(path: MessagePath) -> Response:
    """One message."""
    context, caller = current_context(), current_caller()
    row = readable_message(context, caller, path.message_id)
    messages = queries.describe(context, [row])
    add_mine(context, caller, messages)
    return answer(messages[0])


@blueprint.patch("/messages/<int:message_id>", responses={200: Answer[Message]})
def update_message(path: MessagePath, body: MessageChanges) -> Response:
    """Edit my message.

    Earlier versions stay in its history.
    """
    return answer(editing.edit_message(current_context(), current_caller(), path.message_id, body))


@blueprint.delete("/messages/<int:message_id>", responses={204: None})
def delete_message(path: MessagePath) -> Response:
    """Delete a message.

    My own, or any where I moderate. An entry without text stays. For 30 seconds it can be restored.
    """
    deleting.delete_message(current_context(), current_caller(), path.message_id)
    return no_content()


@blueprint.post("/messages/<int:message_id>/restore", responses={200: Answer[Message]})
def restore_message(path: MessagePath) -> Response:
    """Undo a deletion.

    My own deletion, for 30 seconds. Afterwards the message is gone for good (409).
    """
    context, caller = current_context(), current_caller()
    message = deleting.restore_message(context, caller, path.message_id)
    add_mine(context, caller, [message])
    return answer(message)


@blueprint.get("/messages/<int:message_id>/history", responses={200: VersionList})
def list_versions(path: MessagePath) -> Response:
    """Earlier versions.

    The last hundred.
    """
    context = current_context()
    message = readable_message(context, current_caller(), path.message_id)
    is_deleted = message.deleted_at is not None
    return answer([] if is_deleted else queries.versions_of(context, path.message_id))


@blueprint.get("/messages/<int:message_id>/replies", responses={200: MessageList})
def list_replies(path: MessagePath, query: PageQuery) -> Response:
    """The replies of a thread.

    The newest page, oldest first in it; `before` and `after` are message ids. Any message of the
    thread names it.
    """
    context = current_context()
    message = readable_message(context, current_caller(), path.message_id)
    thread_id = message.thread_id or message.id
    return answer_messages(queries.page_of_replies(context, thread_id, query), query)


@blueprint.put(
    "/messages/<int:message_id>/reactions/<emoji>", responses={200: Answer[ReactedMessage]}
)
def put_reaction(path: ReactionPath) -> Response:
    """React.

    With one emoji; a message has at most 20 different ones.
    """
    context, (caller, _) = current_context(), current_person()
    message = editing.add_reaction(context, caller, path.message_id, path.emoji)
    add_mine(context, caller, [message])
    reacted: ReactedMessage = {**message, "message_id": message["id"]}
    return answer(reacted)


@blueprint.delete("/messages/<int:message_id>/reactions/<emoji>", responses={204: None})
def delete_reaction(path: ReactionPath) -> Response:
    """Remove my reaction."""
    caller, _ = current_person()
    editing.remove_reaction(current_context(), caller, path.message_id, path.emoji)
    return no_content()


def _direct_messages(user_id: int, query: PageQuery) -> Response:
    context, caller = current_context(), current_caller()
    if not (caller.user_id == user_id or context.is_tutorial):
        raise errors.not_your_direct_messages()
    return answer_messages(queries.page_of_direct_messages(context, user_id, query), query)

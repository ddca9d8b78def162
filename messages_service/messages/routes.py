"""`/api/messages`, and the direct messages of a person."""

from flask import Response
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag

from messages_service.answers import acting_person, answer, current_caller, current_person
from messages_service.caller import Caller
from messages_service.context import current_context
from messages_service.membership.access import readable_message
from messages_service.membership.guests import refuse_stranger_to_guest
from messages_service.messages.answers import add_mine, answer_page
from messages_service.messages.drafts import Draft
from messages_service.messages.editing import (
    add_reaction,
    delete_message,
    edit_message,
    remove_reaction,
)
from messages_service.messages.queries import (
    describe,
    page_of_caller,
    page_of_direct_messages,
    page_of_replies,
    versions_of,
)
from messages_service.messages.schemas import (
    EditedMessage,
    MessagePath,
    Messages,
    NewMessage,
    ReactionPath,
    Versions,
)
from messages_service.messages.sending import post_message
from messages_service.schemas import UserPath
from messages_service.shapes import Message, ReactedMessage
from servicekit.web.errors import Forbidden
from servicekit.web.openapi import BEARER
from servicekit.web.paging import PageQuery
from servicekit.web.schemas import Answer

blueprint = APIBlueprint(
    "messages", __name__, url_prefix="/api", abp_tags=[Tag(name="messages")], abp_security=BEARER
)


@blueprint.post(
    "/messages", summary="Send a message", responses={201: Answer[Message], 200: Answer[Message]}
)
def send(body: NewMessage) -> Response:
    """201, or 200 with the first answer when this `client_id` was sent before."""
    caller = current_caller()
    if body.recipient_id is not None:
        refuse_stranger_to_guest(current_context(), caller, body.recipient_id)
    draft = Draft(
        author_id=acting_person(caller, body.author_id),
        content=body.content,
        recipient_id=body.recipient_id,
        conversation_id=body.conversation_id,
        client_id=body.client_id,
        reply_to=body.reply_to,
        attachments=body.attachments or (),
    )
    sent = post_message(current_context(), draft)
    return answer(sent.data, 201 if sent.is_new else 200)


@blueprint.get("/messages", summary="My messages, newest page", responses={200: Messages})
def list_mine(query: PageQuery) -> Response:
    """Of all my conversations, oldest first in the page; `before` and `after` are message ids."""
    page = page_of_caller(
        current_context(),
        current_caller(),
        before=query.before,
        after=query.after,
        limit=query.limit,
    )
    return answer_page(page, query)


@blueprint.get(
    "/messages/with/<int:user_id>", summary="As in the tutorial", responses={200: Messages}
)
def list_with(path: UserPath, query: PageQuery) -> Response:
    """The same as `/api/users/<id>/messages`."""
    return _direct_messages(path.user_id, query)


@blueprint.get(
    "/users/<int:user_id>/messages", summary="A person's direct messages", responses={200: Messages}
)
def list_of_person(path: UserPath, query: PageQuery) -> Response:
    """To and from the person, who must be the caller; `before` and `after` are message ids."""
    return _direct_messages(path.user_id, query)


@blueprint.get(
    "/messages/<int:message_id>", summary="One message", responses={200: Answer[Message]}
)
def show(path: MessagePath) -> Response:
    context = current_context()
    caller = current_caller()
    message = describe(context, [readable_message(context, caller, path.message_id)])
    add_mine(context, caller, message)
    return answer(message[0])


@blueprint.patch(
    "/messages/<int:message_id>", summary="Edit my message", responses={200: Answer[Message]}
)
def edit(path: MessagePath, body: EditedMessage) -> Response:
    """Earlier versions stay in its history."""
    return answer(edit_message(current_context(), current_caller(), path.message_id, body.content))


@blueprint.delete(
    "/messages/<int:message_id>", summary="Delete a message", responses={200: Answer[Message]}
)
def remove(path: MessagePath) -> Response:
    """My own, or any where I moderate. An entry without text stays."""
    return answer(delete_message(current_context(), current_caller(), path.message_id))


@blueprint.get(
    "/messages/<int:message_id>/history", summary="Earlier versions", responses={200: Versions}
)
def history(path: MessagePath) -> Response:
    context = current_context()
    readable_message(context, current_caller(), path.message_id)
    return answer(versions_of(context, path.message_id))


@blueprint.get("/messages/<int:message_id>/replies", summary="Replies", responses={200: Messages})
def replies(path: MessagePath, query: PageQuery) -> Response:
    """`before` and `after` are message ids."""
    context = current_context()
    readable_message(context, current_caller(), path.message_id)
    page = page_of_replies(
        context, path.message_id, before=query.before, after=query.after, limit=query.limit
    )
    return answer_page(page, query)


@blueprint.put(
    "/messages/<int:message_id>/reactions/<emoji>",
    summary="React",
    responses={200: Answer[ReactedMessage]},
)
def react(path: ReactionPath) -> Response:
    """With one emoji; a message has at most 20 different ones, and 10 of one person."""
    caller, _ = current_person()
    return _reacted(caller, add_reaction(current_context(), caller, path.message_id, path.emoji))


@blueprint.delete(
    "/messages/<int:message_id>/reactions/<emoji>",
    summary="Take a reaction back",
    responses={200: Answer[ReactedMessage]},
)
def unreact(path: ReactionPath) -> Response:
    caller, _ = current_person()
    return _reacted(caller, remove_reaction(current_context(), caller, path.message_id, path.emoji))


def _reacted(caller: Caller, message: Message) -> Response:
    add_mine(current_context(), caller, [message])
    reacted: ReactedMessage = {**message, "message_id": message["id"]}
    return answer(reacted)


def _direct_messages(user_id: int, query: PageQuery) -> Response:
    caller = current_caller()
    if not (caller.user_id == user_id or current_context().is_tutorial):
        raise Forbidden("Direct messages are shown to their own people alone.", "not-yours")
    page = page_of_direct_messages(
        current_context(), user_id, before=query.before, after=query.after, limit=query.limit
    )
    return answer_page(page, query)

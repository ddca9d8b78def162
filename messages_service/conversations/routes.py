"""`/api/conversations`: the list, one, its messages, its log, its read marker; and `/api/sync`."""

from flask import Response
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag

from messages_service.answers import answer, current_caller, current_person
from messages_service.context import current_context
from messages_service.conversations.actions import change_conversation, create_conversation
from messages_service.conversations.events import current_epoch, events_after, sync
from messages_service.conversations.growth_limits import count_conversation
from messages_service.conversations.queries import browse_rooms, conversation_for, conversations_of
from messages_service.conversations.read_markers import mark_read
from messages_service.conversations.schemas import (
    AroundQuery,
    ChangedConversation,
    ConversationPath,
    Conversations,
    ConversationsQuery,
    Cursors,
    EventsQuery,
    NewConversation,
    ReadMarker,
)
from messages_service.membership.access import readable_conversation, visible_conversation
from messages_service.membership.guests import refuse_guest, refuse_stranger_to_guest
from messages_service.messages.answers import answer_page
from messages_service.messages.queries import page_of_conversation
from messages_service.messages.schemas import Messages
from messages_service.models import DIRECT
from messages_service.shapes import Conversation, EventPage, ReadState, Sync
from servicekit.web.openapi import BEARER
from servicekit.web.paging import link_next
from servicekit.web.schemas import Answer

blueprint = APIBlueprint(
    "conversations",
    __name__,
    url_prefix="/api",
    abp_tags=[Tag(name="conversations")],
    abp_security=BEARER,
)


@blueprint.get(
    "/conversations", summary="My conversations, or rooms to join", responses={200: Conversations}
)
def list_mine(query: ConversationsQuery) -> Response:
    """Mine, latest activity first; `before` is the id of the last one seen.

    With `browse=1` the public rooms whose name contains `q`, joined or not, by id (`after`).
    """
    caller, user_id = current_person()
    context = current_context()
    # Read first: a list that is newer than its epoch costs a client one more reload.
    epoch = current_epoch(context)
    if query.browse:
        found, more = browse_rooms(
            context,
            user_id,
            search=query.q,
            after=query.after,
            limit=query.limit,
            only_joined=caller.is_guest,
        )
        next_page = {"after": found[-1]["id"]} if more else {}
    else:
        found, more = conversations_of(
            context, user_id, kind=query.kind, before=query.before, limit=query.limit
        )
        next_page = {"before": found[-1]["id"]} if more else {}
    response = answer(found)
    response.headers["X-Epoch"] = epoch
    return link_next(response, **next_page) if more else response


@blueprint.post(
    "/conversations",
    summary="Make a room, a group, a direct conversation",
    responses={201: Answer[Conversation], 200: Answer[Conversation]},
)
def create(body: NewConversation) -> Response:
    """200 when the direct conversation exists already."""
    caller, user_id = current_person()
    context = current_context()
    if body.kind == DIRECT:
        refuse_stranger_to_guest(context, caller, body.member_ids[0])
    else:
        refuse_guest(caller)
    count_conversation(context, caller, body)
    conversation_id, is_new = create_conversation(context, caller, body)
    return answer(conversation_for(context, user_id, conversation_id), 201 if is_new else 200)


@blueprint.get(
    "/conversations/<int:conversation_id>",
    summary="One conversation",
    responses={200: Answer[Conversation]},
)
def show(path: ConversationPath) -> Response:
    context, caller = current_context(), current_caller()
    visible_conversation(context, caller, path.conversation_id)
    return answer(conversation_for(context, caller.user_id, path.conversation_id))


@blueprint.patch(
    "/conversations/<int:conversation_id>",
    summary="Rename, set topic, archive",
    responses={200: Answer[Conversation]},
)
def change(path: ConversationPath, body: ChangedConversation) -> Response:
    """Members set the topic, moderators the name; the owner archives, opens and closes the room."""
    context = current_context()
    caller, user_id = current_person()
    change_conversation(context, caller, path.conversation_id, body.model_dump(exclude_unset=True))
    return answer(conversation_for(context, user_id, path.conversation_id))


@blueprint.delete(
    "/conversations/<int:conversation_id>", summary="Archive", responses={200: Answer[Conversation]}
)
def archive(path: ConversationPath) -> Response:
    """Nothing can be added to it; its members can still read it."""
    context = current_context()
    caller, user_id = current_person()
    change_conversation(context, caller, path.conversation_id, {"archived": True})
    return answer(conversation_for(context, user_id, path.conversation_id))


@blueprint.get(
    "/conversations/<int:conversation_id>/messages",
    summary="Messages by seq",
    responses={200: Messages},
)
def list_messages(path: ConversationPath, query: AroundQuery) -> Response:
    """The newest page, or the one `before`, `after` or `around` a seq; oldest first in it."""
    context = current_context()
    readable_conversation(context, current_caller(), path.conversation_id)
    page = page_of_conversation(
        context,
        path.conversation_id,
        before=query.before,
        after=query.after,
        around=query.around,
        limit=query.limit,
    )
    return answer_page(page, query, key="seq")


@blueprint.get(
    "/conversations/<int:conversation_id>/events",
    summary="The log",
    responses={200: Answer[EventPage]},
)
def list_events(path: ConversationPath, query: EventsQuery) -> Response:
    """The events after a seq. A client that holds another `epoch` must reload."""
    context = current_context()
    row = readable_conversation(context, current_caller(), path.conversation_id)
    return answer(
        events_after(context, path.conversation_id, row.last_seq, query.after, query.limit)
    )


@blueprint.put(
    "/conversations/<int:conversation_id>/read",
    summary="Move my read marker",
    responses={200: Answer[ReadState]},
)
def read(path: ConversationPath, body: ReadMarker) -> Response:
    """Only forward. Send the seq of the last message that was shown.

    Everything up to it counts as read, so do not skip messages that were not shown.
    """
    caller, _ = current_person()
    return answer(mark_read(current_context(), caller, path.conversation_id, body.seq))


@blueprint.post(
    "/sync", summary="What I missed in many conversations", responses={200: Answer[Sync]}
)
def sync_many(body: Cursors) -> Response:
    """Conversations that the caller is not in (any more) are left out of the answer."""
    _, user_id = current_person()
    cursors = {int(key): seq for key, seq in body.cursors.items()}
    return answer(sync(current_context(), user_id, cursors, body.limit))

"""`/api/conversations`: the list, one, its messages, its log, its read marker; and `/api/sync`."""

from flask import Response
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag

from messages_service.actions.conversations import change_conversation, create_conversation
from messages_service.actions.growth_limits import count_conversation
from messages_service.actions.reading import mark_read
from messages_service.models import DIRECT
from messages_service.parts import current_parts
from messages_service.queries.access import readable_conversation, visible_conversation
from messages_service.queries.conversations import browse_rooms, conversation_for, conversations_of
from messages_service.queries.events import current_epoch, events_after, sync
from messages_service.queries.guests import refuse_guest, refuse_stranger_to_guest
from messages_service.queries.messages import page_of_conversation
from messages_service.routes.answers import answer, answer_page, current_caller, current_person
from messages_service.schemas_conversations import (
    AroundQuery,
    ChangedConversation,
    Conversation,
    ConversationPath,
    Conversations,
    ConversationsQuery,
    Cursors,
    EventPage,
    EventsQuery,
    NewConversation,
    ReadMarker,
    ReadState,
    Sync,
)
from messages_service.schemas_messages import Messages
from servicekit.web.openapi import BEARER
from servicekit.web.paging import link_next

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
    parts = current_parts()
    # Read first: a list that is newer than its epoch only makes a client start anew once more.
    epoch = current_epoch(parts)
    if query.browse:
        found, more = browse_rooms(
            parts,
            user_id,
            search=query.q,
            after=query.after,
            limit=query.limit,
            only_joined=caller.is_guest,
        )
        next_page = {"after": found[-1]["id"]} if more else {}
    else:
        found, more = conversations_of(
            parts, user_id, kind=query.kind, before=query.before, limit=query.limit
        )
        next_page = {"before": found[-1]["id"]} if more else {}
    response = answer(found)
    response.headers["X-Epoch"] = epoch
    return link_next(response, **next_page) if more else response


@blueprint.post(
    "/conversations",
    summary="Make a room, a group, a direct conversation",
    responses={201: Conversation, 200: Conversation},
)
def create(body: NewConversation) -> Response:
    """200 when the direct conversation is there already."""
    caller, user_id = current_person()
    parts = current_parts()
    if body.kind == DIRECT:
        refuse_stranger_to_guest(parts, caller, body.member_ids[0])
    else:
        refuse_guest(caller)
    count_conversation(parts, caller, body)
    conversation_id, is_new = create_conversation(parts, caller, body)
    return answer(conversation_for(parts, user_id, conversation_id), 201 if is_new else 200)


@blueprint.get(
    "/conversations/<int:conversation_id>",
    summary="One conversation",
    responses={200: Conversation},
)
def show(path: ConversationPath) -> Response:
    parts, caller = current_parts(), current_caller()
    visible_conversation(parts, caller, path.conversation_id)
    return answer(conversation_for(parts, caller.user_id, path.conversation_id))


@blueprint.patch(
    "/conversations/<int:conversation_id>",
    summary="Rename, set topic, archive",
    responses={200: Conversation},
)
def change(path: ConversationPath, body: ChangedConversation) -> Response:
    """Members set the topic, moderators the name; the owner archives, opens and closes the room."""
    parts = current_parts()
    caller, user_id = current_person()
    change_conversation(parts, caller, path.conversation_id, body.model_dump(exclude_unset=True))
    return answer(conversation_for(parts, user_id, path.conversation_id))


@blueprint.delete(
    "/conversations/<int:conversation_id>", summary="Archive", responses={200: Conversation}
)
def archive(path: ConversationPath) -> Response:
    """Nothing can be added any more; what was said can still be read by the members."""
    parts = current_parts()
    caller, user_id = current_person()
    change_conversation(parts, caller, path.conversation_id, {"archived": True})
    return answer(conversation_for(parts, user_id, path.conversation_id))


@blueprint.get(
    "/conversations/<int:conversation_id>/messages",
    summary="Messages by seq",
    responses={200: Messages},
)
def list_messages(path: ConversationPath, query: AroundQuery) -> Response:
    """The newest page, or the one `before`, `after` or `around` a seq; oldest first in it."""
    parts = current_parts()
    readable_conversation(parts, current_caller(), path.conversation_id)
    page = page_of_conversation(
        parts,
        path.conversation_id,
        before=query.before,
        after=query.after,
        around=query.around,
        limit=query.limit,
    )
    return answer_page(page, query, key="seq")


@blueprint.get(
    "/conversations/<int:conversation_id>/events", summary="The log", responses={200: EventPage}
)
def list_events(path: ConversationPath, query: EventsQuery) -> Response:
    """What happened after a seq. A client that holds another `epoch` starts anew."""
    parts = current_parts()
    row = readable_conversation(parts, current_caller(), path.conversation_id)
    return answer(events_after(parts, path.conversation_id, row.last_seq, query.after, query.limit))


@blueprint.put(
    "/conversations/<int:conversation_id>/read",
    summary="Move my read marker",
    responses={200: ReadState},
)
def read(path: ConversationPath, body: ReadMarker) -> Response:
    """Only ever forward. Send the seq of the last message that was on screen, or dealt with.

    Everything up to it counts as read, so do not skip messages that were not shown.
    """
    caller, _ = current_person()
    return answer(mark_read(current_parts(), caller, path.conversation_id, body.seq))


@blueprint.post("/sync", summary="What I missed in many conversations", responses={200: Sync})
def sync_many(body: Cursors) -> Response:
    """Conversations that the caller is not in (any more) are left out of the answer."""
    _, user_id = current_person()
    cursors = {int(key): seq for key, seq in body.cursors.items()}
    return answer(sync(current_parts(), user_id, cursors, body.limit))

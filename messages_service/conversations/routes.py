"""`/api/conversations`: the list, one, its messages, its log; and `/api/sync`."""

from flask import Response

from messages_service.caller import current_caller, current_person
from messages_service.context import current_context
from messages_service.conversations import actions, events, opening, queries
from messages_service.conversations.growth_limits import count_conversation
from messages_service.conversations.schemas import (
    AroundQuery,
    ConversationChanges,
    ConversationList,
    ConversationListQuery,
    ConversationPath,
    Cursors,
    EventListQuery,
    NewConversation,
    OpeningQuery,
)
from messages_service.conversations.shapes import EventPage, OpenedConversation, Sync
from messages_service.membership.access import readable_conversation, visible_conversation
from messages_service.membership.guests import refuse_guest, refuse_stranger_to_guest
from messages_service.messages.answers import answer_messages
from messages_service.messages.queries import first_seq_since, page_of_conversation
from messages_service.messages.schemas import MessageList
from messages_service.models import DIRECT
from messages_service.shapes.conversations import Conversation
from servicekit.web.answers import answer, answer_page, created_or_found, no_content
from servicekit.web.openapi import make_blueprint
from servicekit.web.schemas import Answer

blueprint = make_blueprint("conversations", __name__)


@blueprint.get("/conversations", responses={200: ConversationList})
def list_conversations(query: ConversationListQuery) -> Response:
    """My conversations, or rooms to join.

    Mine, latest activity first; `before` is the id of the last one seen.

    The header `X-Blocked` names the people whom I have blocked, by id, with commas between them.

    With `browse=1` the public rooms whose name contains `q`, joined or not, by id (`after`).
    """
    caller, user_id = current_person()
    context = current_context()
    # Read first: a list that is newer than its epoch costs a client one more reload.
    epoch, blocked_ids = events.epoch_and_blocked(context, user_id)
    if query.browse:
        found, has_more = queries.browse_rooms(context, caller, query)
        response = answer_page(found, "after", has_more=has_more)
    else:
        found, has_more = queries.conversations_of(context, user_id, query)
        response = answer_page(found, "before", has_more=has_more)
    response.headers["X-Epoch"] = epoch
    response.headers["X-Blocked"] = blocked_ids
    return response


@blueprint.post("/conversations", responses={201: Answer[Conversation], 200: Answer[Conversation]})
def create_conversation(body: NewConversation) -> Response:
    """Make a room, a group, a direct conversation.

    200 when the direct conversation exists already.
    """
    context, (caller, user_id) = current_context(), current_person()
    if body.kind == DIRECT:
        refuse_stranger_to_guest(context, caller, body.member_ids[0])
    else:
        refuse_guest(caller)
    count_conversation(context, caller, body)
    conversation_id, is_new = actions.create_conversation(context, caller, body)
    shown = queries.conversation_for(context, user_id, conversation_id)
    return created_or_found(shown, f"/api/conversations/{conversation_id}", is_new=is_new)


@blueprint.get("/conversations/<int:conversation_id>", responses={200: Answer[Conversation]})
def get_conversation(path: ConversationPath) -> Response:
    """One conversation."""
    context, caller = current_context(), current_caller()
    visible_conversation(context, caller, path.conversation_id)
    return answer(queries.conversation_for(context, caller.user_id, path.conversation_id))


@blueprint.get(
    "/conversations/<int:conversation_id>/opened", responses={200: Answer[OpenedConversation]}
)
def get_opened_conversation(path: ConversationPath, query: OpeningQuery) -> Response:
    """All that its page shows.

    The conversation, its newest messages and my draft; the list of my conversations.
    """
    caller, user_id = current_person()
    context = current_context()
    opened = opening.open_conversation(context, caller, user_id, path.conversation_id, query)
    return answer(opened)


@blueprint.patch("/conversations/<int:conversation_id>", responses={200: Answer[Conversation]})
def update_conversation(path: ConversationPath, body: ConversationChanges) -> Response:
    """Rename, set topic, archive.

    Members set the topic, moderators the name; the owner archives, opens and closes the room.
    """
    context, (caller, user_id) = current_context(), current_person()
    actions.change_conversation(context, caller, path.conversation_id, body)
    return answer(queries.conversation_for(context, user_id, path.conversation_id))


@blueprint.delete("/conversations/<int:conversation_id>", responses={204: None})
def delete_conversation(path: ConversationPath) -> Response:
    """Archive.

    The same as `{"archived": true}` with PATCH: nothing can be added to it; its members can still
    read it.
    """
    caller, _ = current_person()
    archived = ConversationChanges(archived=True)
    actions.change_conversation(current_context(), caller, path.conversation_id, archived)
    return no_content()


@blueprint.get("/conversations/<int:conversation_id>/messages", responses={200: MessageList})
def list_messages_here(path: ConversationPath, query: AroundQuery) -> Response:
    """Messages by seq.

    The newest page, or the one `before`, `after` or `around` a seq, or `since` a time; oldest
    first in it.
    """
    context = current_context()
    row = readable_conversation(context, current_caller(), path.conversation_id)
    if query.since is not None:
        first = first_seq_since(context, path.conversation_id, query.since) or row.last_seq + 1
        query = query.model_copy(update={"before": None, "after": first - 1, "around": None})
    page = page_of_conversation(context, path.conversation_id, query, around=query.around)
    return answer_messages(page, query, key="seq")


@blueprint.get("/conversations/<int:conversation_id>/events", responses={200: Answer[EventPage]})
def list_events(path: ConversationPath, query: EventListQuery) -> Response:
    """The log.

    The events after a seq. A client that holds another `epoch` must reload.
    """
    context = current_context()
    row = readable_conversation(context, current_caller(), path.conversation_id)
    return answer(events.events_after(context, path.conversation_id, row.last_seq, query))


@blueprint.post("/sync", responses={200: Answer[Sync]})
def sync_conversations(body: Cursors) -> Response:
    """The events of many conversations after my last ones.

    Conversations that the caller is not in (any more) are left out of the answer.
    """
    _, user_id = current_person()
    return answer(events.sync(current_context(), user_id, body))

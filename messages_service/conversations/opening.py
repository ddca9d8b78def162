"""A conversation as it is opened: with all that a client shows then, in one answer."""

from messages_service.caller import Caller
from messages_service.context import Context
from messages_service.conversations import queries
from messages_service.conversations.events import epoch_and_blocked, noted_events
from messages_service.conversations.schemas import ConversationListQuery, OpeningQuery
from messages_service.conversations.shapes import OpenedConversation
from messages_service.drafts.queries import main_draft
from messages_service.membership.access import visible_conversation
from messages_service.messages.answers import add_mine
from messages_service.messages.queries import Page, page_of_conversation
from messages_service.models import DIRECT
from messages_service.shapes.conversations import Conversation
from messages_service.shapes.events import Event
from servicekit.web.paging import PageQuery

LISTED = ConversationListQuery(brief=True)
NO_MESSAGES = Page([], False)


def open_conversation(
    context: Context, caller: Caller, user_id: int, conversation_id: int, query: OpeningQuery
) -> OpenedConversation:
    """Read the epoch and the list before the messages, so that these are never older."""
    epoch, blocked_ids = epoch_and_blocked(context, user_id)
    listed, _ = queries.conversations_of(context, user_id, LISTED, opened_id=conversation_id)
    found = (each.copy() for each in listed if each["id"] == conversation_id)
    conversation = next(found, None)
    if conversation is None:
        visible_conversation(context, caller, conversation_id)
        conversation = queries.conversation_for(context, user_id, conversation_id)
    newest = NO_MESSAGES
    if conversation["joined"]:
        newest = page_of_conversation(context, conversation_id, PageQuery(limit=query.limit))
        add_mine(context, caller, newest.messages)
        conversation["last_message"] = newest.messages[-1] if newest.messages else None
    draft = None
    if conversation["has_draft"]:
        draft = main_draft(context.connection, user_id, conversation_id)
    return {
        "epoch": epoch,
        "blocked_ids": [int(each) for each in blocked_ids.split(",") if each],
        "conversations": listed,
        "conversation": conversation,
        "messages": newest.messages,
        "more": newest.has_more,
        "events": _events_among(context, conversation, newest, epoch),
        "draft": draft,
    }


def _events_among(
    context: Context, conversation: Conversation, newest: Page, epoch: str
) -> list[Event]:
    """The events since the first of these messages; of a whole conversation, all events.

    Seqs have no holes: where all of them are messages', nothing is read.
    """
    if not conversation["joined"] or conversation["kind"] == DIRECT:
        return []
    messages = newest.messages
    first = messages[0]["seq"] if newest.has_more else 1
    last = max([conversation["last_seq"], *(message["seq"] for message in messages[-1:])])
    if last - first + 1 == len(messages):
        return []
    return noted_events(context, conversation["id"], first, last, epoch)

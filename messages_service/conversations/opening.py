"""A conversation as it is opened: with all that a client shows then, in one answer."""

from messages_service.caller import Caller
from messages_service.context import Context
from messages_service.conversations import queries
from messages_service.conversations.events import epoch_and_blocked
from messages_service.conversations.schemas import ConversationListQuery, OpeningQuery
from messages_service.conversations.shapes import OpenedConversation
from messages_service.drafts.queries import main_draft
from messages_service.membership.access import visible_conversation
from messages_service.messages.answers import add_mine
from messages_service.messages.queries import Page, page_of_conversation
from servicekit.web.paging import PageQuery

LISTED = ConversationListQuery(brief=True)
NO_MESSAGES = Page([], False)


def open_conversation(
    context: Context, caller: Caller, user_id: int, conversation_id: int, query: OpeningQuery
) -> OpenedConversation:
    """Read the epoch and the list before the messages, so that these are never older."""
    visible_conversation(context, caller, conversation_id)
    epoch, blocked_ids = epoch_and_blocked(context, user_id)
    listed, _ = queries.conversations_of(context, user_id, LISTED, opened_id=conversation_id)
    found = (each.copy() for each in listed if each["id"] == conversation_id)
    conversation = next(found, None)
    if conversation is None:
        conversation = queries.conversation_for(context, user_id, conversation_id)
    newest = NO_MESSAGES
    if conversation["joined"]:
        newest = page_of_conversation(context, conversation_id, PageQuery(limit=query.limit))
        add_mine(context, caller, newest.messages)
        conversation["last_message"] = newest.messages[-1] if newest.messages else None
    draft = None
    if conversation["has_draft"]:
        draft = main_draft(context.db.session.connection(), user_id, conversation_id)
    return {
        "epoch": epoch,
        "blocked_ids": [int(each) for each in blocked_ids.split(",") if each],
        "conversations": listed,
        "conversation": conversation,
        "messages": newest.messages,
        "more": newest.has_more,
        "draft": draft,
    }

"""`GET /api/mentions`: messages that mention the caller."""

from flask import Response

from messages_service.caller import current_person
from messages_service.context import current_context
from messages_service.messages.answers import answer_messages
from messages_service.messages.queries import page_of_mentions
from messages_service.messages.schemas import MessageList
from servicekit.web.openapi import make_blueprint
from servicekit.web.paging import PageQuery

blueprint = make_blueprint("mentions", __name__)


@blueprint.get("/mentions", responses={200: MessageList})
def list_mentions(query: PageQuery) -> Response:
    """Messages that mention me, newest page.

    By name, or with all members of a conversation that I was in then. Oldest first in the page;
    `before` and `after` are message ids.
    """
    _, user_id = current_person()
    return answer_messages(page_of_mentions(current_context(), user_id, query), query)

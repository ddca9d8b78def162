"""`GET /api/search`."""

from flask import Response

from messages_service.caller import current_caller
from messages_service.context import current_context
from messages_service.messages.answers import add_mine
from messages_service.search.finding import search
from messages_service.search.schemas import FoundMessageList, SearchQuery
from servicekit.web.answers import answer_list
from servicekit.web.openapi import make_blueprint

blueprint = make_blueprint("search", __name__)


@blueprint.get("/search", responses={200: FoundMessageList})
def list_found_messages(query: SearchQuery) -> Response:
    """Messages that I may read and that have all the words, newest or best first.

    Words of three or more characters are found inside of longer words, too. `highlights` are
    ranges of characters in `content`; `excerpts` are lines to show.
    """
    context, caller = current_context(), current_caller()
    found, has_more = search(context, caller, query)
    add_mine(context, caller, [each["message"] for each in found])
    if not (has_more and found):
        return answer_list(found)
    return answer_list(found, before=found[-1]["message"]["id"])

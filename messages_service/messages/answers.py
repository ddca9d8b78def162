"""Answers that hold messages: what only the caller sees of them, and links between pages."""

from typing import Literal

from flask import Response

from messages_service.answers import answer, current_caller
from messages_service.caller import Caller
from messages_service.context import Context, current_context
from messages_service.messages.queries import Page
from messages_service.messages.reactions import add_my_reactions
from messages_service.polls.queries import add_my_choices
from messages_service.shapes import Message
from servicekit.web.paging import PageQuery, link_next


def add_mine(context: Context, caller: Caller, messages: list[Message]) -> None:
    """Add what only the caller sees of these messages."""
    add_my_choices(context, caller, messages)
    add_my_reactions(context.db.session.connection(), caller, messages)


def answer_page(page: Page, query: PageQuery, key: Literal["id", "seq"] = "id") -> Response:
    """A plain list, with a link to the next page in the direction that was asked for."""
    add_mine(current_context(), current_caller(), page.messages)
    response = answer(page.messages)
    if page.has_more and page.messages:
        if query.after is not None and query.before is None:
            return link_next(response, after=page.messages[-1][key])
        return link_next(response, before=page.messages[0][key], around=None)
    return response

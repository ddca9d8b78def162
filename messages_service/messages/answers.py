"""Answers that hold messages: what only the caller sees of them, and links between pages."""

from collections.abc import Sequence
from typing import Literal

from flask import Response

from messages_service.caller import Caller, current_caller
from messages_service.context import Context, current_context
from messages_service.messages.queries import Page
from messages_service.messages.reactions import add_my_reactions
from messages_service.polls.queries import add_my_choices
from messages_service.saved.queries import add_saved
from messages_service.shapes.messages import Message
from servicekit.web.answers import answer_list
from servicekit.web.paging import PageQuery


def add_mine(context: Context, caller: Caller, messages: Sequence[Message]) -> None:
    """Add what only the caller sees of these messages."""
    add_my_choices(context, caller, messages)
    connection = context.connection
    add_my_reactions(connection, caller, messages)
    add_saved(connection, caller, messages)


def answer_messages(page: Page, query: PageQuery, key: Literal["id", "seq"] = "id") -> Response:
    """A list, with a link to the next page in the direction that was asked for."""
    add_mine(current_context(), current_caller(), page.messages)
    if not (page.has_more and page.messages):
        return answer_list(page.messages)
    if query.after is not None and query.before is None:
        return answer_list(page.messages, after=page.messages[-1][key], since=None)
    return answer_list(page.messages, before=page.messages[0][key], around=None)

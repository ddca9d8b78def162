"""What the routes share: who calls, and how JSON goes out."""

from typing import Any

import orjson
from flask import Response

from messages_service.parts import Caller, Parts, current_parts
from messages_service.payloads import Json
from messages_service.queries.messages import Page
from messages_service.queries.polls import add_my_choices
from messages_service.queries.reactions import add_my_reactions
from servicekit.identity.verify import bearer_token, current_identity
from servicekit.web.errors import Forbidden, Invalid
from servicekit.web.paging import PageQuery, link_next


def current_caller() -> Caller:
    """The caller by their token; in tutorial mode they need none."""
    if current_parts().is_tutorial and bearer_token() is None:
        return Caller(None)
    identity = current_identity()
    return Caller(identity.user_id, identity.role)


def current_person() -> tuple[Caller, int]:
    """The caller where it must be somebody, and their id."""
    identity = current_identity()
    return Caller(identity.user_id, identity.role), identity.user_id


def acting_person(caller: Caller, author_id: int | None) -> int:
    """In whose name the caller acts: their own, save in tutorial mode."""
    if caller.user_id is None or current_parts().is_tutorial:
        author_id = author_id or caller.user_id
        if author_id is None:
            raise Invalid.field("author_id", "must be the id of a person")
        return author_id
    if author_id not in (None, caller.user_id):
        raise Forbidden("You may write as yourself only.", "not-the-author")
    return caller.user_id


def answer(body: Any, status: int = 200) -> Response:
    """JSON; bytes are JSON already."""
    data = body if type(body) is bytes else orjson.dumps(body)
    return Response(data, status, content_type="application/json")


def add_mine(parts: Parts, caller: Caller, messages: list[Json]) -> None:
    """Add what only the caller sees of these messages."""
    add_my_choices(parts, caller, messages)
    add_my_reactions(parts.db.session.connection(), caller, messages)


def answer_page(page: Page, query: PageQuery, key: str = "id") -> Response:
    """A plain list, with a link to the next page in the direction that was asked for."""
    add_mine(current_parts(), current_caller(), page.messages)
    response = answer(page.messages)
    if page.has_more and page.messages:
        if query.after is not None and query.before is None:
            return link_next(response, after=page.messages[-1][key])
        return link_next(response, before=page.messages[0][key], around=None)
    return response


def require_text(value: str) -> str:
    """A path's text, cleaned; raises Invalid."""
    if not value:
        raise Invalid.field("path", "must not be empty")
    return value

"""Shared by the routes: the caller, and JSON responses."""

import orjson
from flask import Response

from messages_service.caller import Caller
from messages_service.context import current_context
from servicekit.identity.verify import bearer_token, current_identity
from servicekit.web.errors import Forbidden, Invalid


def current_caller() -> Caller:
    """The caller, from their token; in tutorial mode the token is optional."""
    if current_context().is_tutorial and bearer_token() is None:
        return Caller(None)
    identity = current_identity()
    return Caller(identity.user_id, identity.role)


def current_person() -> tuple[Caller, int]:
    """The caller and their id; raises Unauthorized without a token."""
    identity = current_identity()
    return Caller(identity.user_id, identity.role), identity.user_id


def acting_person(caller: Caller, author_id: int | None) -> int:
    """The id the caller acts as: their own, except in tutorial mode."""
    if caller.user_id is None or current_context().is_tutorial:
        author_id = author_id or caller.user_id
        if author_id is None:
            raise Invalid.field("author_id", "must be the id of a person")
        return author_id
    if author_id not in (None, caller.user_id):
        raise Forbidden("You may write as yourself only.", "not-the-author")
    return caller.user_id


def answer(body: object, status: int = 200) -> Response:
    """JSON; bytes are JSON already."""
    data = body if type(body) is bytes else orjson.dumps(body)
    return Response(data, status, content_type="application/json")

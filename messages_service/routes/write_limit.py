"""The limit on changes of all kinds, counted before a request's body is read."""

from flask import request

from messages_service.parts import current_parts
from servicekit.identity.verify import WRITING_METHODS, bearer_token, current_identity
from servicekit.web.errors import Problem
from servicekit.web.service_calls import client_address


def limit_writes() -> None:
    """Raises TooMany when the person, or the address without one, has changed enough for now."""
    if request.method not in WRITING_METHODS or not request.path.startswith("/api/"):
        return
    parts = current_parts()
    if parts.is_tutorial and bearer_token() is None:
        return  # nobody but this machine can reach it
    try:
        user_id = current_identity().user_id
    except Problem:
        parts.limits.writes.count(client_address())
        raise
    parts.limits.writes.count(user_id)

"""The limit on changes of all kinds, counted before a request's body is read."""

from flask import request

from messages_service.context import current_context
from servicekit.identity.verify import bearer_token, current_identity
from servicekit.web.errors import Problem
from servicekit.web.methods import WRITING_METHODS
from servicekit.web.service_calls import client_address

WITHOUT_LOGIN = frozenset({"/api/notifications/unsubscribe"})
"""Their bodies prove who sends them."""


def limit_writes() -> None:
    """Raises TooMany when a person, or an address without a token, changes too much."""
    if request.method not in WRITING_METHODS or not request.path.startswith("/api/"):
        return
    if request.routing_exception is not None:
        return  # Flask answers 404 or 405 next
    context = current_context()
    if context.is_tutorial and bearer_token() is None:
        return  # tutorial mode serves this machine only
    if request.path in WITHOUT_LOGIN:
        context.limits.writes.count(client_address())
        return
    try:
        user_id = current_identity().user_id
    except Problem:
        context.limits.writes.count(client_address())
        raise
    context.limits.writes.count(user_id)

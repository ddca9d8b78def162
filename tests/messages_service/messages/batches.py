"""Messages stored in one transaction, and what a conversation holds afterwards."""

from flask_openapi3.openapi import OpenAPI

from messages_service.context import Context
from messages_service.messages.outgoing import Outgoing, Sent
from messages_service.messages.sending import post_messages
from servicekit.web.errors import Problem
from tests.messages_service.conftest import Person


def store_together(app: OpenAPI, parts: Context, batch: list[Outgoing]) -> list[int]:
    """Store the messages in one group; returns each one's status."""
    with app.test_request_context():
        outcomes = post_messages(parts, batch)
    return [_status_of(outcome) for outcome in outcomes]


def contents(person: Person, conversation_id: int) -> list[str]:
    answer = person.get(f"/api/conversations/{conversation_id}/messages")
    assert answer.status_code == 200, answer.text
    return [message["content"] for message in answer.json]


def _status_of(outcome: Sent | Problem) -> int:
    if isinstance(outcome, Problem):
        return outcome.status
    return 201 if outcome.is_new else 200

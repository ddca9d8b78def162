"""How people ask and vote in the tests."""

from typing import Any

from tests.messages_service.conftest import Person

Poll = dict[str, Any]


def ask(person: Person, conversation_id: int, *choices: str, **fields: Any) -> Poll:
    body = {
        "conversation_id": conversation_id,
        "question": "Where?",
        "choices": list(choices) or ["Here", "There"],
        **fields,
    }
    answer = person.post("/api/polls", body)
    assert answer.status_code == 201, answer.text
    poll: Poll = answer.json
    return poll


def vote(person: Person, poll: Poll, *places: int) -> Poll:
    """Votes for the choices at these places."""
    ids = [poll["choices"][place]["id"] for place in places]
    answer = person.post(f"/api/polls/{poll['id']}/votes", {"choice_ids": ids})
    assert answer.status_code == 200, answer.text
    voted: Poll = answer.json
    return voted


def counts(poll: Poll) -> list[int]:
    return [choice["votes"] for choice in poll["choices"]]

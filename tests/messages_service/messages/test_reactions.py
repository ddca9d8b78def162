"""Reactions to messages."""

from tests.messages_service.conftest import Person


def test_reactions_are_counted_once_per_person(alice: Person, bob: Person) -> None:
    message = alice.send("like it?", bob)
    path = f"/api/messages/{message['id']}/reactions"
    bob.put(f"{path}/👍")
    bob.put(f"{path}/👍")
    both = alice.put(f"{path}/👍").json

    assert both["reactions"] == [{"emoji": "👍", "count": 2, "user_ids": [bob.id, alice.id]}]
    assert bob.delete(f"{path}/👍").status_code == 204
    left = bob.get(f"/api/messages/{message['id']}").json
    assert left["reactions"] == [{"emoji": "👍", "count": 1, "user_ids": [alice.id]}]
    types = [event["type"] for event in bob.events(message["conversation_id"])][1:]
    assert types == ["reaction.added", "reaction.added", "reaction.removed"]

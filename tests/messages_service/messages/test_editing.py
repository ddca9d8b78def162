"""Editing and deleting messages: what stays, and for whom."""

from tests.messages_service.conftest import Person


def test_an_edit_keeps_earlier_versions(alice: Person, bob: Person) -> None:
    message = alice.send("first", bob)
    path = f"/api/messages/{message['id']}"

    edited = alice.patch(path, {"content": "*second*"}).json
    alice.patch(path, {"content": "third"})

    assert edited["html"] == "<p><em>second</em></p>\n"
    assert edited["edited_at"] > message["date"]
    assert [v["content"] for v in bob.get(f"{path}/history").json] == ["first", "*second*"]
    assert bob.get(path).json["content"] == "third"
    types = [event["type"] for event in bob.events(message["conversation_id"])]
    assert types == ["message.created", "message.edited", "message.edited"]


def test_an_unchanged_edit_records_no_event(alice: Person, bob: Person) -> None:
    message = alice.send("same", bob)
    answer = alice.patch(f"/api/messages/{message['id']}", {"content": "same"})
    assert (answer.status_code, answer.json) == (200, message)
    assert len(bob.events(message["conversation_id"])) == 1


def test_a_deleted_message_leaves_a_mark_without_its_text(alice: Person, bob: Person) -> None:
    message = alice.send("I regret this", bob)
    path = f"/api/messages/{message['id']}"
    alice.patch(path, {"content": "and this"})
    bob.put(f"{path}/reactions/👍")

    assert alice.delete(path).status_code == 204
    gone = alice.get(path)
    assert (gone.json["content"], gone.json["html"], gone.json["reactions"]) == ("", "", [])
    assert gone.json["deleted_at"] is not None
    assert alice.delete(path).status_code == 204

    log = bob.get(f"/api/conversations/{message['conversation_id']}/events").text
    assert "regret" not in log
    assert "and this" not in log
    assert bob.get(f"{path}/history").json == []
    assert alice.patch(path, {"content": "back"}).status_code == 409
    assert bob.put(f"{path}/reactions/👍").status_code == 409


def test_only_the_author_edits_and_deletes_a_direct_message(alice: Person, bob: Person) -> None:
    path = f"/api/messages/{alice.send('mine', bob)['id']}"
    assert bob.patch(path, {"content": "yours"}).status_code == 403
    assert bob.delete(path).status_code == 403

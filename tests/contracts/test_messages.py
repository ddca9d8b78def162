"""messages_service: sending, reading, editing, and sending again."""

import uuid
from typing import Any

import pytest

from tests.contracts.doors import Door
from tests.contracts.shapes import TIME, assert_message, assert_problem, next_path
from tests.support.cast import Person


def test_sending_returns_the_whole_message(door: Door, alice: Person, bob: Person) -> None:
    body = {"content": "**hello** bob", "recipient_id": bob.id}
    answer = door.post("/api/messages", alice, json=body)

    assert answer.status_code == 201
    message = answer.json()
    assert_message(message)
    assert message["author_id"] == message["author"]["id"] == alice.id
    assert message["recipient_id"] == message["recipient"]["id"] == bob.id
    assert "<strong>hello</strong>" in message["html"]
    assert "email" not in message["author"]
    assert door.get(f"/api/messages/{message['id']}", bob).json() == message


def test_html_is_sanitised(door: Door, alice: Person, bob: Person) -> None:
    content = "<script>alert(1)</script> [x](javascript:alert(1)) <img src=x onerror=alert(1)>"
    message = door.send(alice, content=content, recipient_id=bob.id)

    assert message["content"] == content
    assert "<script" not in message["html"]
    assert "<img" not in message["html"]
    assert 'href="javascript' not in message["html"]


def test_only_author_and_recipient_find_a_direct_message(
    door: Door, alice: Person, bob: Person, charlie: Person
) -> None:
    message = door.send(alice, recipient_id=bob.id)

    for person in (alice, bob):
        path = f"/api/users/{person.id}/messages"
        assert message["id"] in [m["id"] for m in door.get(path, person).json()]
        assert message["id"] in [m["id"] for m in door.get("/api/messages", person).json()]
    assert message["id"] not in [m["id"] for m in door.get("/api/messages", charlie).json()]
    assert_problem(door.get(f"/api/messages/{message['id']}", charlie), 404)
    path = f"/api/conversations/{message['conversation_id']}"
    for more in ("", "/messages", "/events", "/members"):
        assert_problem(door.get(path + more, charlie), 404)


def test_a_persons_direct_messages_are_their_own(
    door: Door, alice: Person, bob: Person, dana: Person
) -> None:
    for other in (bob, dana):
        assert_problem(door.get(f"/api/users/{alice.id}/messages", other), 403)


def test_sending_as_another_person_is_forbidden(
    door: Door, alice: Person, bob: Person, dana: Person
) -> None:
    body = {"content": "forged", "recipient_id": bob.id, "author_id": bob.id}
    for author in (alice, dana):
        assert_problem(door.post("/api/messages", author, json=body), 403)
    own = door.post("/api/messages", alice, json=body | {"author_id": alice.id})
    assert own.status_code == 201


def test_two_people_share_one_direct_conversation(door: Door, alice: Person, bob: Person) -> None:
    there = door.send(alice, recipient_id=bob.id)
    back = door.send(bob, recipient_id=alice.id)

    assert there["conversation_id"] == back["conversation_id"]
    assert back["seq"] == there["seq"] + 1


def test_a_repeated_send_creates_nothing(door: Door, alice: Person, bob: Person) -> None:
    body = {"content": "once", "recipient_id": bob.id, "client_id": str(uuid.uuid4())}

    first = door.post("/api/messages", alice, json=body)
    again = door.post("/api/messages", alice, json=body)

    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json() == first.json()
    listed = [m["client_id"] for m in door.get("/api/messages", bob).json()]
    assert listed.count(body["client_id"]) == 1


@pytest.mark.parametrize("change", ["content", "recipient"])
def test_another_message_with_the_same_client_id_is_a_conflict(
    door: Door, alice: Person, bob: Person, charlie: Person, change: str
) -> None:
    body = {"content": "once", "recipient_id": bob.id, "client_id": str(uuid.uuid4())}
    door.post("/api/messages", alice, json=body)
    changes: dict[str, dict[str, Any]] = {
        "content": {"content": "other"},
        "recipient": {"recipient_id": charlie.id},
    }

    assert_problem(door.post("/api/messages", alice, json=body | changes[change]), 409)


def test_a_client_id_belongs_to_its_author(door: Door, alice: Person, bob: Person) -> None:
    client_id = str(uuid.uuid4())
    one = door.send(alice, recipient_id=bob.id, client_id=client_id)
    other = door.send(bob, recipient_id=alice.id, client_id=client_id)

    assert one["id"] != other["id"]


def test_editing_keeps_the_history(door: Door, alice: Person, bob: Person) -> None:
    message = door.send(alice, content="frist", recipient_id=bob.id)
    path = f"/api/messages/{message['id']}"

    edited = door.patch(path, alice, json={"content": "first"})

    assert edited.status_code == 200
    assert edited.json()["content"] == "first"
    assert TIME.fullmatch(edited.json()["edited_at"])
    assert edited.json()["seq"] == message["seq"]
    history = door.get(path + "/history", bob).json()
    assert [version["content"] for version in history][:1] == ["frist"]
    assert_problem(door.patch(path, bob, json={"content": "no"}), 403)


def test_a_deleted_message_leaves_a_mark(door: Door, alice: Person, bob: Person) -> None:
    message = door.send(alice, content="a secret word", recipient_id=bob.id)
    path = f"/api/messages/{message['id']}"
    assert_problem(door.delete(path, bob), 403)

    assert door.delete(path, alice).status_code == 204

    shown = door.get(path, bob).json()
    assert TIME.fullmatch(shown["deleted_at"])
    assert "secret" not in str(shown)
    assert "secret" not in door.get(path + "/history", bob).text
    events = f"/api/conversations/{message['conversation_id']}/events?after={message['seq'] - 1}"
    assert "secret" not in door.get(events, bob).text
    assert_problem(door.patch(path, alice, json={"content": "back"}), 409)


def test_a_reply_names_the_message_it_answers(door: Door, alice: Person, bob: Person) -> None:
    question = door.send(alice, recipient_id=bob.id)
    answer = door.send(bob, recipient_id=alice.id, reply_to=question["id"])

    assert answer["reply_to"] == question["id"]
    replies = door.get(f"/api/messages/{question['id']}/replies", alice).json()
    assert [reply["id"] for reply in replies] == [answer["id"]]


def test_messages_are_paged_by_link_headers(door: Door, alice: Person, charlie: Person) -> None:
    sent = [door.send(alice, content=str(n), recipient_id=charlie.id) for n in range(5)]
    path = f"/api/conversations/{sent[0]['conversation_id']}/messages?limit=2"
    found: list[int] = []

    while path:
        answer = door.get(path, charlie)
        page = answer.json()
        assert len(page) <= 2
        assert [m["seq"] for m in page] == sorted(m["seq"] for m in page)
        found = [m["id"] for m in page] + found
        path = next_path(answer) or ""

    assert found[-5:] == [message["id"] for message in sent]
    assert len(found) == len(set(found))


def test_a_page_may_end_before_begin_after_or_surround_a_seq(
    door: Door, alice: Person, bob: Person
) -> None:
    sent = [door.send(alice, content=str(n), recipient_id=bob.id) for n in range(5)]
    path = f"/api/conversations/{sent[0]['conversation_id']}/messages"
    middle = sent[2]["seq"]

    def seqs(query: str) -> list[int]:
        return [message["seq"] for message in door.get(f"{path}?{query}", bob).json()]

    assert seqs(f"before={middle}&limit=2") == [middle - 2, middle - 1]
    assert seqs(f"after={middle}&limit=2") == [middle + 1, middle + 2]
    assert middle in seqs(f"around={middle}&limit=3")


@pytest.mark.parametrize("limit", ["0", "-1", "201", "x", ""])
def test_a_page_limit_out_of_range_is_rejected(door: Door, alice: Person, limit: str) -> None:
    assert_problem(door.get(f"/api/messages?limit={limit}", alice), 422, field="limit")

"""Sending messages: where they go, what they look like, and never twice."""

from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
import requests

from tests.messages_service.conftest import Person, UsersService


def test_a_message_to_a_person_makes_their_direct_conversation(alice: Person, bob: Person) -> None:
    answer = alice.post("/api/messages", {"content": "Hello **Bob**", "recipient_id": bob.id})

    assert answer.status_code == 201
    message = answer.json
    assert message["author"] == {
        "id": alice.id, "name": "Alice", "nickname": alice.nickname, "avatar_url": None,
        "bot": False,
    }  # fmt: skip
    assert message["recipient"]["nickname"] == bob.nickname
    assert message["html"] == "<p>Hello <strong>Bob</strong></p>\n"
    assert (message["seq"], message["author_id"], message["recipient_id"]) == (1, alice.id, bob.id)
    assert message["reactions"] == message["attachments"] == []
    assert message["edited_at"] is message["deleted_at"] is message["reply_to"] is None
    assert bob.get(f"/api/messages/{message['id']}").json == message


def test_two_people_share_one_direct_conversation(alice: Person, bob: Person) -> None:
    there = alice.send("Hi", bob)
    back = bob.send("Hi yourself", alice)

    assert there["conversation_id"] == back["conversation_id"]
    assert (there["seq"], back["seq"]) == (1, 2)


def test_people_can_message_themselves(alice: Person) -> None:
    message = alice.send("Buy milk", alice)

    assert message["recipient_id"] == alice.id
    listed = alice.get("/api/conversations").json
    assert [(c["kind"], c["name"], c["unread"]) for c in listed] == [("direct", "Alice", 0)]


def test_the_first_message_from_both_sides_at_once_makes_one_conversation(
    alice: Person, bob: Person
) -> None:
    alice.get("/api/conversations")
    bob.get("/api/conversations")
    with ThreadPoolExecutor(8) as pool:
        sent = list(
            pool.map(lambda n: [alice, bob][n % 2].send(f"{n}", [bob, alice][n % 2]), range(8))
        )

    assert len({message["conversation_id"] for message in sent}) == 1
    assert sorted(message["seq"] for message in sent) == list(range(1, 9))


def test_a_repeated_send_returns_the_first_answer(alice: Person, bob: Person) -> None:
    body = {"content": "Once", "recipient_id": bob.id, "client_id": str(uuid4())}
    first = alice.post("/api/messages", body)
    again = alice.post("/api/messages", body)

    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json == first.json
    assert len(bob.events(first.json["conversation_id"])) == 1


def test_concurrent_repeated_sends_create_one_message(alice: Person, bob: Person) -> None:
    body = {"content": "Once", "recipient_id": bob.id, "client_id": str(uuid4())}
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: alice.post("/api/messages", body), range(8)))

    assert sorted(answer.status_code for answer in answers) == [200] * 7 + [201]
    assert len({answer.text for answer in answers}) == 1
    assert len(bob.events(answers[0].json["conversation_id"])) == 1


def test_another_message_with_the_same_client_id_is_a_conflict(
    alice: Person, bob: Person, charlie: Person
) -> None:
    client_id = str(uuid4())
    alice.send("One", bob, client_id=client_id)

    for body in (
        {"content": "Two", "recipient_id": bob.id},
        {"content": "One", "recipient_id": charlie.id},
    ):
        answer = alice.post("/api/messages", body | {"client_id": client_id})
        assert answer.status_code == 409
        assert answer.json["type"] == "urn:parley:problem:client-id-reused"


def test_two_people_may_use_the_same_client_id(alice: Person, bob: Person) -> None:
    client_id = str(uuid4())
    assert alice.send("Mine", bob, client_id=client_id)["content"] == "Mine"
    assert bob.send("Mine too", alice, client_id=client_id)["content"] == "Mine too"


def test_a_repeat_of_a_message_that_was_edited_gets_the_first_answer(
    alice: Person, bob: Person
) -> None:
    body = {"content": "First", "recipient_id": bob.id, "client_id": str(uuid4())}
    first = alice.post("/api/messages", body).json
    alice.patch(f"/api/messages/{first['id']}", {"content": "Second"})

    again = alice.post("/api/messages", body)
    assert (again.status_code, again.json) == (200, first)


def test_a_refused_message_leaves_no_hole_in_the_log(alice: Person, bob: Person) -> None:
    room = alice.make_room(bob)
    before = alice.send("One", room)["seq"]
    refused = alice.post(
        "/api/messages", {"content": "x", "conversation_id": room, "reply_to": 2**31 - 1}
    )
    assert refused.status_code == 422
    assert alice.send("Two", room)["seq"] == before + 1


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "content"),
        ({"content": ""}, "content"),
        ({"content": " \n\t"}, "content"),
        ({"content": "x" * 10_001}, "content"),
        ({"content": "bell \x07"}, "content"),
        ({"content": "nul \x00"}, "content"),
        ({"content": 5}, "content"),
        ({"content": None}, "content"),
        ({"content": ["x"]}, "content"),
        ({"content": "x", "client_id": ""}, "client_id"),
        ({"content": "x", "client_id": "x" * 65}, "client_id"),
        ({"content": "x", "client_id": "a b"}, "client_id"),
        ({"content": "x", "reply_to": "first"}, "reply_to"),
        ({"content": "x", "attachments": [1]}, "attachments"),
        ({"content": "x", "seq": 7}, "seq"),
        ({"content": "x", "created_at": "2020-01-01"}, "created_at"),
    ],
)
def test_an_error_names_the_invalid_field(
    alice: Person, bob: Person, body: dict[str, object], field: str
) -> None:
    answer = alice.post("/api/messages", {"recipient_id": bob.id, **body})

    assert answer.status_code == 422
    assert answer.content_type == "application/problem+json"
    assert answer.json["errors"][0]["field"] == field


@pytest.mark.parametrize("wrong", [0, -1, 2**53, 2**63, 1.5, True, "x", "", [], {}, 999_999])
def test_an_unknown_recipient_is_refused(alice: Person, wrong: object) -> None:
    answer = alice.post("/api/messages", {"content": "Hello?", "recipient_id": wrong})
    assert answer.status_code == 422
    assert answer.json["errors"][0]["field"] == "recipient_id"


def test_a_message_needs_exactly_one_destination(alice: Person, bob: Person) -> None:
    room = alice.make_room()
    for places in ({}, {"recipient_id": bob.id, "conversation_id": room}):
        answer = alice.post("/api/messages", {"content": "x", **places})
        assert answer.status_code == 422


def test_a_deactivated_person_cannot_receive_messages(
    alice: Person, dana: Person, users_service: UsersService
) -> None:
    gone = requests.delete(
        f"{users_service.url}/api/users/{dana.id}",
        headers={"Authorization": f"Bearer {dana.token}"},
        timeout=10,
    )
    assert gone.status_code == 204

    answer = alice.post("/api/messages", {"content": "Still there?", "recipient_id": dana.id})
    assert answer.status_code == 422
    assert answer.json["type"] == "urn:parley:problem:deactivated-person"


def test_sending_as_another_person_is_forbidden(alice: Person, bob: Person) -> None:
    answer = alice.post(
        "/api/messages", {"content": "x", "recipient_id": bob.id, "author_id": bob.id}
    )
    assert answer.status_code == 403
    assert alice.send("x", bob, author_id=alice.id)["author_id"] == alice.id


def test_text_is_stored_as_nfc(alice: Person, bob: Person) -> None:
    message = alice.send("Cafe\u0301\r\nau lait", bob)
    assert message["content"] == "Caf\u00e9\nau lait"


def test_the_longest_allowed_message_is_accepted(alice: Person, bob: Person) -> None:
    assert len(alice.send("\U0001f600" * 10_000, bob)["content"]) == 10_000


def test_a_body_that_is_too_large_is_refused(alice: Person, bob: Person) -> None:
    answer = alice.post("/api/messages", {"content": "x" * 2_000_000, "recipient_id": bob.id})
    assert answer.status_code == 413


def test_broken_json_is_400_and_another_content_type_415(alice: Person) -> None:
    broken = alice.client.post(
        "/api/messages",
        data=b'{"content": ',
        headers={"Authorization": f"Bearer {alice.token}", "Content-Type": "application/json"},
    )
    form = alice.client.post(
        "/api/messages",
        data={"content": "x"},
        headers={"Authorization": f"Bearer {alice.token}"},
    )
    assert (broken.status_code, form.status_code) == (400, 415)


def test_without_a_token_nothing_is_accepted(alice: Person) -> None:
    answer = alice.client.post("/api/messages", json={"content": "x", "recipient_id": alice.id})
    assert answer.status_code == 401
    assert "Bearer" in answer.headers["WWW-Authenticate"]

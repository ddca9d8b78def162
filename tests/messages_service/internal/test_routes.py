"""Routes for the other services."""

from typing import Any

from tests.messages_service.conftest import SECRET, Person

SERVICE = {"X-Service-Secret": SECRET}


def send_many(person: Person, messages: list[dict[str, Any]]) -> list[dict[str, Any]]:
    answer = person.client.post("/internal/messages", json={"messages": messages}, headers=SERVICE)
    assert answer.status_code == 200, answer.text
    results: list[dict[str, Any]] = answer.json["results"]
    return results


def test_only_services_may_call_internal_routes(alice: Person) -> None:
    for headers in ({}, {"X-Service-Secret": "wrong"}, {"Authorization": f"Bearer {alice.token}"}):
        path = f"/internal/users/{alice.id}/conversations"
        assert alice.client.get(path, headers=headers).status_code == 403
        assert alice.client.post("/internal/messages", json={}, headers=headers).status_code == 403


def test_the_conversations_of_a_person_have_their_last_seq(alice: Person, bob: Person) -> None:
    room = alice.make_room(bob)
    chat = alice.send("hi", bob)["conversation_id"]
    answer = bob.client.get(f"/internal/users/{bob.id}/conversations", headers=SERVICE).json
    assert answer["conversations"] == [
        {"id": room, "last_seq": 1}, {"id": chat, "last_seq": 1},
    ]  # fmt: skip
    assert answer["epoch"]


def test_the_conversations_of_many_people_come_in_one_answer(alice: Person, bob: Person) -> None:
    room = alice.make_room()
    chat = alice.send("hi", bob)["conversation_id"]
    path = f"/internal/conversations?user_ids={alice.id},{bob.id},999999"
    answer = bob.client.get(path, headers=SERVICE).json
    hers = {c["id"]: c["last_seq"] for c in answer["users"][str(alice.id)]}
    assert hers.keys() == {room, chat}
    assert answer["users"][str(bob.id)] == [{"id": chat, "last_seq": hers[chat]}]
    assert answer["users"]["999999"] == []
    assert answer["epoch"]
    for ids in ("", "x", "1,", "0", ",".join("1" * 300)):
        path = f"/internal/conversations?user_ids={ids}"
        assert bob.client.get(path, headers=SERVICE).status_code == 422


def test_a_batch_is_stored_in_order_with_an_outcome_for_each(
    alice: Person, bob: Person, charlie: Person
) -> None:
    name = f"batch {alice.id}"
    room = alice.make_room(bob, name=name)
    private = alice.make_room(visibility="private")
    results = send_many(
        alice,
        [
            {"author_id": alice.id, "conversation_id": room, "content": "1", "client_id": "c1"},
            {"author_id": bob.id, "room": name.upper(), "content": "2"},
            {"author_id": charlie.id, "conversation_id": room, "content": "not a member"},
            {"author_id": bob.id, "conversation_id": private, "content": "not mine"},
            {"author_id": bob.id, "room": str(room), "content": "3"},
            {"author_id": bob.id, "room": "no such room", "content": "x"},
            {"author_id": alice.id, "conversation_id": room, "content": ""},
            {"author_id": alice.id, "conversation_id": room, "content": "1", "client_id": "c1"},
            {"author_id": alice.id, "conversation_id": room, "content": "other", "client_id": "c1"},
            {"author_id": 999_999, "conversation_id": room, "content": "nobody"},
            {"author_id": alice.id, "conversation_id": 999_999, "content": "nowhere"},
            {"author_id": alice.id, "conversation_id": room, "content": "4"},
        ],
    )
    statuses = [result["status"] for result in results]
    assert statuses == [201, 201, 403, 404, 201, 404, 422, 200, 409, 422, 404, 201]
    assert results[7]["message"] == results[0]["message"]
    log = [e for e in bob.events(room) if e["type"] == "message.created"]
    assert [event["data"]["content"] for event in log] == ["1", "2", "3", "4"]
    assert [event["seq"] for event in log] == [2, 3, 4, 5]
    assert results[2]["problem"]["type"] == "urn:parley:problem:not-a-member"


BAD_ITEMS: list[Any] = [
    {"room": "00000000001" + "9" * 30},
    {"room": "1" * 5000},
    {"room": "\x00"},
    {"room": {}},
    {"room": True},
    {"room": None},
    {"conversation_id": 99 * 10**15},
    {"conversation_id": "x"},
    {"conversation_id": 0},
    {"author_id": 0},
    {"author_id": None},
    {"reply_to": 2**62},
    {"client_id": "\x00"},
    {"client_id": 7},
    {"content": "\x00"},
    {"content": {"a": 1}},
    {"unknown": 1},
    "not an object",
    None,
]


def test_one_bad_item_of_a_batch_fails_alone(alice: Person) -> None:
    good = {"author_id": alice.id, "conversation_id": alice.make_room(), "content": "good"}
    batch: list[Any] = [good]
    for bad in BAD_ITEMS:
        batch += [good | {"conversation_id": None} | bad if isinstance(bad, dict) else bad, good]
    statuses = [result["status"] for result in send_many(alice, batch)]
    assert set(statuses[::2]) == {201}
    assert {status // 100 for status in statuses[1::2]} == {4}, statuses


def test_an_empty_batch_is_accepted(alice: Person) -> None:
    assert send_many(alice, []) == []


def test_a_room_is_found_by_name_or_id_for_its_members(
    alice: Person, bob: Person, charlie: Person
) -> None:
    public = alice.make_room(name=f"Lobby {alice.id}")
    private = alice.make_room(bob, name=f"Back {alice.id}", visibility="private")

    def resolve(room: object, person: Person) -> Any:
        return person.client.get(
            "/internal/conversations/resolve",
            query_string={"room": room, "user_id": person.id},
            headers=SERVICE,
        )

    assert resolve(f"lobby {alice.id}", alice).json["id"] == public
    assert resolve(private, bob).json == {
        "id": private, "name": f"Back {alice.id}", "kind": "room",
    }  # fmt: skip
    outside = resolve(public, bob)
    assert (outside.status_code, outside.json["type"]) == (403, "urn:parley:problem:not-a-member")
    assert resolve(private, charlie).status_code == 404
    assert resolve("no such room", alice).status_code == 404
    assert resolve("", alice).status_code == 404
    assert resolve("9" * 50, alice).status_code == 404


def test_the_events_of_any_conversations_come_in_one_answer(alice: Person, bob: Person) -> None:
    room = alice.make_room()
    chat = alice.send("hi", bob)["conversation_id"]
    cursors = {"cursors": {str(room): 0, str(chat): 0, "999999": 0}}
    answer = bob.client.post("/internal/events", json=cursors, headers=SERVICE).json
    assert answer["conversations"].keys() == {str(room), str(chat)}
    assert answer["conversations"][str(chat)]["events"][-1]["data"]["content"] == "hi"
    assert bob.client.post("/internal/events", json=cursors).status_code == 403

"""A blocked person cannot start or write in a direct conversation with the blocker."""

from sqlalchemy import Engine, insert

from messages_service.blocks.actions import MAX_BLOCKS
from messages_service.models import blocks
from servicekit.times import utcnow
from tests.messages_service.conftest import Person
from tests.messages_service.polls.ballots import ask, vote
from tests.support.in_process import Answer

REFUSED = (403, "urn:parley:problem:blocked")


def refusal(answer: Answer) -> tuple[int, str]:
    return answer.status_code, answer.json["type"]


def test_a_blocked_person_cannot_start_a_direct_conversation(alice: Person, bob: Person) -> None:
    assert alice.put(f"/api/blocks/{bob.id}").status_code == 200

    written = bob.post("/api/messages", {"content": "hi", "recipient_id": alice.id})
    opened = bob.post("/api/conversations", {"kind": "direct", "member_ids": [alice.id]})

    assert refusal(written) == REFUSED
    assert written.json["detail"] == "This person does not receive messages from you."
    assert refusal(opened) == REFUSED
    assert alice.get("/api/conversations").json == []


def test_a_blocked_person_cannot_write_in_any_way_where_they_wrote_before(
    alice: Person, bob: Person
) -> None:
    sent = {"content": "hi", "recipient_id": alice.id, "client_id": "one"}
    first = bob.post("/api/messages", sent).json
    place = {"conversation_id": first["conversation_id"]}
    poll = ask(alice, first["conversation_id"])
    answer = alice.send("hello", bob)
    alice.put(f"/api/blocks/{bob.id}")
    question = place | {"question": "Tea?", "choices": ["Yes", "No"]}

    refused = [
        bob.post("/api/messages", {"content": "hi", **place}),
        bob.post("/api/messages", {"content": "hi", "recipient_id": alice.id}),
        bob.post("/api/messages", {"content": "hi", **place, "reply_to": first["id"]}),
        bob.post("/api/messages", {"content": "", **place, "forwarded_from": first["id"]}),
        bob.post("/api/polls", question),
        bob.post(f"/api/polls/{poll['id']}/votes", {"choice_ids": [poll["choices"][0]["id"]]}),
        bob.patch(f"/api/messages/{first['id']}", {"content": "and another thing"}),
        bob.put(f"/api/messages/{answer['id']}/reactions/👎"),
        bob.put(f"/api/messages/{answer['id']}/pin"),
    ]

    assert [refusal(each) for each in refused] == [REFUSED] * len(refused)
    # An earlier message is answered again when repeated, and can still be read and deleted.
    assert bob.post("/api/messages", sent).status_code == 200
    assert bob.get(f"/api/conversations/{place['conversation_id']}/messages").status_code == 200
    assert bob.delete(f"/api/messages/{first['id']}").status_code == 204


def test_a_block_matters_in_direct_conversations_only(
    alice: Person, bob: Person, charlie: Person
) -> None:
    room_id = alice.make_room(bob)
    alice.put(f"/api/blocks/{bob.id}")

    bob.send("hello everybody", room_id)
    bob.send("hello charlie", charlie)
    bob.send("note to myself", bob)
    charlie.send("hello alice", alice)
    vote(bob, ask(bob, room_id), 0)


def test_an_unblocked_person_writes_again(alice: Person, bob: Person) -> None:
    path = f"/api/blocks/{bob.id}"
    assert alice.put(path).json["nickname"] == bob.nickname
    assert alice.put(path).status_code == 200
    assert [each["id"] for each in alice.get("/api/blocks").json] == [bob.id]
    assert alice.get("/api/conversations").headers["X-Blocked"] == str(bob.id)
    assert bob.get("/api/blocks").json == []

    assert [alice.delete(path).status_code for _ in range(2)] == [204, 204]
    assert alice.get("/api/blocks").json == []
    assert alice.get("/api/conversations").headers["X-Blocked"] == ""
    bob.send("hello again", alice)


def test_your_own_account_and_unknown_people_cannot_be_blocked(alice: Person) -> None:
    assert alice.put(f"/api/blocks/{alice.id}").status_code == 422
    assert alice.put("/api/blocks/987654321").status_code == 404
    assert alice.delete("/api/blocks/987654321").status_code == 204


def test_a_person_blocks_a_limited_number_of_people(
    alice: Person, bob: Person, engine: Engine
) -> None:
    row = {"blocker_id": alice.id, "blocked_at": utcnow()}
    with engine.begin() as connection:
        rows = [row | {"blocked_id": 10**6 + number} for number in range(MAX_BLOCKS)]
        connection.execute(insert(blocks), rows)

    assert alice.put(f"/api/blocks/{bob.id}").status_code == 409
    bob.send("hello", alice)

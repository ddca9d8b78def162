"""Scheduling: when and where, changes of mind, and what is refused."""

import pytest

from tests.messages_service.conftest import Person
from tests.messages_service.messages.batches import contents
from tests.messages_service.scheduled.times import from_now


@pytest.fixture
def room(alice: Person, bob: Person) -> int:
    return alice.make_room(bob)


def test_a_scheduled_message_waits_and_only_its_author_sees_it(
    alice: Person, bob: Person, room: int
) -> None:
    at = from_now(hours=1)
    body = {"conversation_id": room, "content": "*Later*", "send_at": at, "client_id": "one"}
    made = alice.post("/api/scheduled", body)
    again = alice.post("/api/scheduled", body)

    assert (made.status_code, again.status_code) == (201, 200)
    assert made.headers["Location"] == f"/api/scheduled/{made.json['id']}"
    assert alice.get("/api/scheduled").json == [again.json] == [made.json]
    assert (made.json["send_at"], made.json["refused_at"]) == (at, None)
    assert alice.get(f"/api/conversations/{room}").json["scheduled_count"] == 1
    assert contents(bob, room) == []
    assert bob.get("/api/scheduled").json == []
    assert bob.get(made.headers["Location"]).status_code == 404
    assert bob.delete(made.headers["Location"]).status_code == 204
    assert alice.get(made.headers["Location"]).status_code == 200
    body["content"] = "another text"
    assert alice.post("/api/scheduled", body).status_code == 409


def test_text_and_time_can_be_changed_and_the_message_cancelled(alice: Person, room: int) -> None:
    body = {"conversation_id": room, "content": "Later", "send_at": from_now(hours=1)}
    path = alice.post("/api/scheduled", body).headers["Location"]
    tomorrow = from_now(days=1)

    assert alice.patch(path, {"content": "Much later"}).json["content"] == "Much later"
    changed = alice.patch(path, {"send_at": tomorrow}).json
    assert (changed["content"], changed["send_at"]) == ("Much later", tomorrow)
    assert [alice.delete(path).status_code for _ in range(2)] == [204, 204]
    assert alice.patch(path, {"content": "Gone"}).status_code == 404
    assert alice.get("/api/scheduled").json == []


def test_a_message_can_be_sent_before_its_time(alice: Person, bob: Person, room: int) -> None:
    alice.put(f"/api/conversations/{room}/draft", {"content": "the next thought"})
    body = {"conversation_id": room, "content": "Later", "send_at": from_now(hours=1)}
    path = alice.post("/api/scheduled", body).headers["Location"]
    sent = alice.post(f"{path}/send")

    assert (sent.status_code, sent.json["content"]) == (200, "Later")
    assert contents(bob, room) == ["Later"]
    assert alice.post(f"{path}/send").status_code == 404
    assert len(alice.get("/api/drafts").json) == 1, "a scheduled message was no draft"


@pytest.mark.parametrize(
    "change",
    [
        {"send_at": "2020-01-01T00:00:00Z"},
        {"send_at": from_now(days=367)},
        {"send_at": "tomorrow"},
        {"send_at": "2099-01-01T00:00:00"},
        {"content": " "},
        {"content": "x" * 10_001},
        {"recipient_id": 1},
    ],
)
def test_a_bad_time_text_or_place_is_refused(
    alice: Person, room: int, change: dict[str, object]
) -> None:
    body = {"conversation_id": room, "content": "Later", "send_at": from_now(hours=1)}
    path = alice.post("/api/scheduled", body).headers["Location"]

    assert alice.post("/api/scheduled", body | change).status_code == 422
    assert alice.patch(path, change).status_code == 422


def test_nothing_can_be_scheduled_where_one_may_not_write(
    alice: Person, bob: Person, charlie: Person, room: int
) -> None:
    body = {"content": "Later", "send_at": from_now(hours=1)}
    secret = bob.make_room(visibility="private")

    assert charlie.post("/api/scheduled", body | {"conversation_id": room}).status_code == 403
    assert charlie.post("/api/scheduled", body | {"conversation_id": secret}).status_code == 404
    assert charlie.post("/api/scheduled", body | {"recipient_id": 987_654}).status_code == 422
    alice.patch(f"/api/conversations/{room}", {"archived": True})
    assert alice.post("/api/scheduled", body | {"conversation_id": room}).status_code == 409


def test_a_person_has_a_limited_number_of_scheduled_messages(
    alice: Person, room: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("messages_service.scheduled.actions.MAX_SCHEDULED", 2)
    body = {"conversation_id": room, "content": "Later", "send_at": from_now(hours=1)}

    answers = [alice.post("/api/scheduled", body) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [201, 201, 422]

"""Reading: pages, the log, catching up, unread counts."""

from typing import Any

import pytest

from tests.messages_service.conftest import Person


def contents(answer: Any) -> list[str]:
    assert answer.status_code == 200, answer.text
    return [message["content"] for message in answer.json]


def test_messages_of_other_peoples_conversations_are_not_listed(
    alice: Person, bob: Person, charlie: Person
) -> None:
    alice.send("to bob", bob)
    bob.send("to alice", alice)
    bob.send("to charlie", charlie)

    assert contents(alice.get("/api/messages")) == ["to bob", "to alice"]
    assert contents(charlie.get("/api/messages/")) == ["to charlie"]


def test_a_page_holds_the_newest_and_links_to_the_older(alice: Person, bob: Person) -> None:
    for n in range(7):
        alice.send(str(n), bob)

    newest = alice.get("/api/messages?limit=3")
    assert contents(newest) == ["4", "5", "6"]
    older = alice.get(newest.headers["Link"].split(">")[0].strip("<"))
    assert contents(older) == ["1", "2", "3"]
    oldest = alice.get(older.headers["Link"].split(">")[0].strip("<"))
    assert contents(oldest) == ["0"]
    assert "Link" not in oldest.headers


def test_direct_messages_are_listed_for_their_own_people_only(
    alice: Person, bob: Person, charlie: Person
) -> None:
    alice.send("secret", bob)
    alice.send("in a room", alice.make_room(bob))

    assert contents(bob.get(f"/api/users/{bob.id}/messages")) == ["secret"]
    assert contents(bob.get(f"/api/messages/with/{bob.id}")) == ["secret"]
    assert charlie.get(f"/api/users/{bob.id}/messages").status_code == 403


def test_messages_of_a_conversation_are_paged_by_seq(alice: Person, bob: Person) -> None:
    for n in range(1, 10):
        chat = alice.send(str(n), bob)["conversation_id"]
    path = f"/api/conversations/{chat}/messages"

    assert contents(bob.get(f"{path}?limit=2")) == ["8", "9"]
    assert contents(bob.get(f"{path}?before=8&limit=2")) == ["6", "7"]
    assert contents(bob.get(f"{path}?after=3&limit=2")) == ["4", "5"]
    assert contents(bob.get(f"{path}?around=5&limit=5")) == ["3", "4", "5", "6", "7"]
    assert contents(bob.get(f"{path}?around=5&limit=1")) == ["5"]
    assert contents(bob.get(f"{path}?around=9&limit=5")) == ["7", "8", "9"]


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=201", "limit=x", "before=-1", "after=99999999999999999", "around=x"]
)
def test_an_invalid_page_cursor_is_rejected(alice: Person, query: str) -> None:
    chat = alice.send("x", alice)["conversation_id"]
    assert alice.get(f"/api/conversations/{chat}/messages?{query}").status_code == 422


def test_cursors_beyond_32_bits_are_valid(alice: Person, bob: Person) -> None:
    room = alice.make_room(bob)
    alice.send("one", room)
    last = 2**53 - 1
    for path in ("/api/messages", f"/api/conversations/{room}/messages"):
        assert contents(alice.get(f"{path}?before={last}")) == ["one"]
        assert contents(alice.get(f"{path}?after={last}")) == []
    assert alice.get(f"/api/conversations?after={last}").status_code == 200
    assert alice.get(f"/api/conversations/{room}/events?after={last}").status_code == 200


def test_replies_are_found_by_the_message_they_answer(alice: Person, bob: Person) -> None:
    question = alice.send("why?", bob)
    bob.send("because", alice, reply_to=question["id"])
    alice.send("something else", bob)

    replies = alice.get(f"/api/messages/{question['id']}/replies")
    assert contents(replies) == ["because"]


def test_a_reply_to_another_conversations_message_is_refused(
    alice: Person, bob: Person, charlie: Person
) -> None:
    elsewhere = alice.send("elsewhere", charlie)
    answer = bob.post(
        "/api/messages",
        {"content": "x", "recipient_id": alice.id, "reply_to": elsewhere["id"]},
    )
    assert answer.status_code == 422


def test_a_page_may_begin_with_the_first_message_since_a_time(alice: Person, bob: Person) -> None:
    sent = [alice.send(str(n), bob) for n in range(5)]
    path = f"/api/conversations/{sent[0]['conversation_id']}/messages"

    page = bob.get(f"{path}?since={sent[2]['date']}&limit=2")
    assert contents(page) == ["2", "3"]
    assert contents(bob.get(page.headers["Link"].split(">")[0].strip("<"))) == ["4"]
    assert contents(bob.get(f"{path}?since=2020-01-01T00:00:00%2B01:00")) == list("01234")
    assert contents(bob.get(f"{path}?since=2999-01-01T00:00:00Z")) == []
    assert bob.get(f"{path}?since=2026-01-01").status_code == 422

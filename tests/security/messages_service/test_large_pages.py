"""Pages of results have a limit in bytes for any content."""

from typing import Any

import orjson
import pytest

from messages_service import markdown
from messages_service.messages import latest as messages
from messages_service.models import MAX_CONTENT
from messages_service.polls.models import MAX_CHOICE, MAX_CHOICES, MAX_QUESTION
from realtime_service.delivery import LARGEST_MESSAGE
from tests.messages_service.conftest import Person

pytestmark = pytest.mark.slow

PAGE_BYTES = 2_500_000
HEAVIEST = {
    "emoji": "\U0001f600" * MAX_CONTENT,
    "entities": "&" * MAX_CONTENT,
    "emphasis": "*a* " * (MAX_CONTENT // 4),
    "links": "www.aa.de " * (MAX_CONTENT // 10),
    "quotation marks": '"' * MAX_CONTENT,
    "lines": "a\n" * (MAX_CONTENT // 2),
    "code": "```python\n" + "x=[" * 1_600 + "\n```\n" + "<" * 5_000,
}


@pytest.fixture
def many_large(alice: Person, bob: Person) -> int:
    """A conversation with more than a page's bytes."""
    sent = [alice.send("&" * 9_990 + str(number), bob) for number in range(30)]
    conversation_id: int = sent[0]["conversation_id"]
    return conversation_id


def test_a_page_of_events_ends_before_it_grows_too_large(many_large: int, bob: Person) -> None:
    seqs: list[int] = []
    more = True
    while more:
        after = seqs[-1] if seqs else 0
        answer = bob.get(f"/api/conversations/{many_large}/events?after={after}&limit=200")
        assert len(answer.data) < PAGE_BYTES
        assert answer.json["events"], "every page brings a client further"
        seqs += [event["seq"] for event in answer.json["events"]]
        more = answer.json["more"]
    assert seqs == list(range(1, 31))


def test_a_page_of_messages_ends_before_it_grows_too_large(many_large: int, bob: Person) -> None:
    path: str | None = f"/api/conversations/{many_large}/messages?limit=200"
    seqs: list[int] = []
    pages = 0
    while path:
        answer = bob.get(path)
        assert len(answer.data) < PAGE_BYTES
        seqs = [message["seq"] for message in answer.json] + seqs
        path = answer.headers["Link"].partition(">")[0][1:] if "Link" in answer.headers else None
        pages += 1
    assert seqs == list(range(1, 31))
    assert pages > 2
    mine = bob.get("/api/messages?limit=200")
    assert len(mine.data) < PAGE_BYTES
    assert mine.json[-1]["seq"] == 30
    assert 'rel="next"' in mine.headers["Link"]


def test_catching_up_with_many_conversations_is_paged(alice: Person, bob: Person) -> None:
    cursors = {str(alice.make_room(bob)): 0 for _ in range(3)}
    for room in cursors:
        for number in range(8):
            alice.send("&" * 9_990 + str(number), int(room))
    for _ in range(20):
        answer = bob.call("POST", "/api/sync", {"cursors": cursors, "limit": 1000})
        assert len(answer.data) < PAGE_BYTES
        pages: dict[str, Any] = answer.json["conversations"]
        for room, page in pages.items():
            cursors[room] = page["events"][-1]["seq"] if page["events"] else cursors[room]
        if not any(page["more"] for page in pages.values()):
            break
    assert list(cursors.values()) == [9] * 3, "bob's joining and eight messages in each"


def test_a_list_of_conversations_cuts_last_messages_before_it_grows_too_large(
    alice: Person, bob: Person
) -> None:
    rooms = [alice.make_room(bob) for _ in range(12)]
    for room in rooms:
        alice.send("&" * 9_990 + " <b>", room)
    answer = bob.get("/api/conversations")
    assert len(answer.data) < PAGE_BYTES
    listed = {found["id"]: found["last_message"] for found in answer.json}
    assert set(rooms) <= set(listed)
    assert len(listed[rooms[-1]]["content"]) > 9_990
    cut = listed[rooms[0]]
    assert cut["content"] == "&" * messages.CUT_CHARACTERS
    assert cut["html"] == "<p>" + "&amp;" * messages.CUT_CHARACTERS + "</p>\n"


def test_a_message_that_was_edited_often_has_a_short_history(alice: Person, bob: Person) -> None:
    path = f"/api/messages/{alice.send('first', bob)['id']}"
    for number in range(15):
        assert alice.patch(path, {"content": "&" * 9_990 + str(number)}).status_code == 200
    answer = alice.get(f"{path}/history")
    assert len(answer.data) < PAGE_BYTES
    assert answer.json[-1]["content"].endswith("13")


@pytest.mark.parametrize("text", HEAVIEST.values(), ids=HEAVIEST)
def test_the_event_of_the_heaviest_message_is_delivered_live(
    alice: Person, bob: Person, text: str
) -> None:
    message = alice.send(text, bob)
    event = bob.events(message["conversation_id"])[-1]
    assert len(orjson.dumps(event)) < LARGEST_MESSAGE * 0.8
    assert len(message["html"].encode()) <= markdown.MAX_HTML_BYTES


def test_the_event_of_the_heaviest_poll_is_delivered_live(alice: Person, bob: Person) -> None:
    poll = {
        "conversation_id": alice.make_room(bob),
        "question": "\U0001f600" * MAX_QUESTION,
        "choices": [
            f"{number:03}" + "\U0001f600" * (MAX_CHOICE - 3) for number in range(MAX_CHOICES)
        ],
    }
    asked = alice.post("/api/polls", poll).json
    event = bob.events(asked["conversation_id"])[-1]
    assert len(orjson.dumps(event)) < LARGEST_MESSAGE / 2

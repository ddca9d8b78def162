"""`resume` answers with the missed events of all conversations, as the log does."""

from typing import Any

from realtime_service.features.recent_events import MOST_EVENTS
from tests.realtime_service.conftest import OpenTab
from tests.support.cast import Person
from tests.support.sockets import Tab


def resumed(tab: Tab, cursors: dict[int, int]) -> dict[str, Any]:
    answer: dict[str, Any] = tab.call("resume", {"cursors": cursors})
    assert answer.pop("ok"), answer
    return answer


def synced(person: Person, cursors: dict[int, int]) -> dict[str, Any]:
    """The answer of the log itself."""
    answer = person.api.post("/api/sync", json={"cursors": cursors})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_resume_answers_as_the_log_does(alice: Person, bob: Person, open_tab: OpenTab) -> None:
    tab = open_tab(bob)
    chat = alice.send("one", to=bob)["conversation_id"]
    room = alice.make_room(bob)
    alice.send("two", conversation_id=room)
    tab.wait_for_content("two")
    for cursors in ({chat: 0, room: 0}, {chat: 1}, {room: tab.in_order()[-1]["seq"]}):
        assert resumed(tab, cursors) == synced(bob, cursors)


def test_resume_has_messages_and_deletions_since_the_last_one(
    alice: Person, bob: Person, open_tab: OpenTab
) -> None:
    tab = open_tab(bob)
    sent = alice.send("a secret", to=bob)
    chat = {sent["conversation_id"]: 0}
    tab.wait_for_content("a secret")
    assert "a secret" in str(resumed(tab, chat))
    alice.send("one more", to=bob)
    tab.wait_for_content("one more")
    assert resumed(tab, chat) == synced(bob, chat)
    assert alice.api.delete(f"/api/messages/{sent['id']}").status_code == 204
    tab.wait_for("event", matches=lambda event: event["type"] == "message.deleted")
    assert resumed(tab, chat) == synced(bob, chat)
    assert "a secret" not in str(resumed(tab, chat))


def test_resume_leaves_out_conversations_of_others(
    alice: Person, bob: Person, charlie: Person, open_tab: OpenTab
) -> None:
    chat = alice.send("for bob alone", to=bob)["conversation_id"]
    tab = open_tab(charlie)
    assert resumed(tab, {chat: 0})["conversations"] == {}
    room = alice.make_room(charlie)
    tab.wait_for_notice("conversation.added")
    assert resumed(tab, {room: 0}) == synced(charlie, {room: 0})
    assert alice.api.delete(f"/api/conversations/{room}/members/{charlie.id}").status_code == 204
    tab.wait_for_notice("conversation.removed")
    assert resumed(tab, {room: 0})["conversations"] == {}


def test_resume_refers_to_the_log_for_older_events_and_unknown_seqs(
    alice: Person, bob: Person, open_tab: OpenTab
) -> None:
    chat = 0
    for number in range(MOST_EVENTS + 2):
        chat = alice.send(f"message {number}", to=bob)["conversation_id"]
    tab = open_tab(bob)
    for seq in (0, 10_000):
        page = resumed(tab, {chat: seq})["conversations"][str(chat)]
        assert page["events"] == []
        assert page["more"]
    page = resumed(tab, {chat: page["last_seq"] - MOST_EVENTS})["conversations"][str(chat)]
    assert len(page["events"]) == MOST_EVENTS


def test_invalid_cursors_are_refused(alice: Person, open_tab: OpenTab) -> None:
    tab = open_tab(alice)
    cursors: list[Any] = [None, [], {"x": 1}, {"1": -1}]
    for each in cursors:
        answer = tab.call("resume", {"cursors": each})
        assert not answer["ok"]
        assert answer["problem"]["status"] == 422

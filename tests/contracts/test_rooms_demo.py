"""The rooms demo as one story: people receive messages from joining until leaving or removal."""

import re
import uuid
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
import requests

from tests.support.cast import Person
from tests.support.sockets import Tab
from tests.support.stack import Stack
from tests.support.waiting import wait_until


@pytest.fixture
def tabs() -> Iterator[ExitStack]:
    with ExitStack() as opened:
        yield opened


def gauge(stack: Stack, name: str) -> float:
    text = requests.get(stack.realtime_url + "/metrics", timeout=5).text
    found = re.search(rf"^parley_realtime_{name} ([0-9.e+-]+)$", text, re.MULTILINE)
    assert found is not None, name
    return float(found[1])


def test_only_people_in_the_room_receive_its_messages(
    stack: Stack, alice: Person, bob: Person, charlie: Person, tabs: ExitStack
) -> None:
    def say(tab: Tab, text: str) -> None:
        assert tab.say(room, text)["ok"]

    def said_to(tab: Tab) -> list[str]:
        """The messages of this room, once everything that was sent has arrived."""
        told = [e for e in tab.in_order() if e["conversation_id"] == room_id]
        return [e["data"]["content"] for e in told if e["type"] == "message.created"]

    # A client of an earlier test that went silently is noticed by its heartbeat.
    wait_until(lambda: gauge(stack, "sockets") == 0, 90, what="nobody is connected")
    topics_before = gauge(stack, "rooms")
    room = f"demo {uuid.uuid4()}"
    body = {"kind": "room", "name": room, "visibility": "public"}
    room_id = alice.api.post("/api/conversations", json=body).json()["id"]
    members = f"/api/conversations/{room_id}/members"
    for person in (alice, bob, charlie):
        person.send("a note", to=person)
    a, b, stranger = (
        tabs.enter_context(Tab.of(stack.realtime_url, person)) for person in (alice, bob, charlie)
    )

    # alice joins, and speaks alone.
    assert a.call("join", {"room": room})["ok"]
    say(a, "anybody here?")
    a.wait_for_content("anybody here?")
    assert b.call("join", {"room": room})["problem"]["status"] == 403

    # bob joins: alice gets a note, and both receive messages.
    assert bob.api.put(f"{members}/{bob.id}").status_code == 201
    assert b.call("join", {"room": room})["ok"]
    wait_until(lambda: f"{bob.nickname} has entered the room." in status_of(a))
    say(a, "welcome")
    say(b, "thanks")
    for tab in (a, b):
        tab.wait_for_content("welcome")
        tab.wait_for_content("thanks")

    # alice leaves: bob gets a note, and only he receives messages.
    assert a.call("leave", {"room": room})["ok"]
    wait_until(lambda: f"{alice.nickname} has left the room." in status_of(b))
    say(b, "alone again")
    b.wait_for_content("alone again")

    # alice removes bob: his open socket receives that, and nothing after it.
    assert alice.api.delete(f"{members}/{bob.id}").status_code == 204
    b.wait_for_notice("conversation.removed")
    assert a.call("join", {"room": room})["ok"]
    say(a, "he is gone")
    a.wait_for_content("he is gone")
    assert b.say(room, "let me in")["problem"]["status"] == 403
    for tab, person in ((a, alice), (b, bob), (stranger, charlie)):
        # A message to oneself comes after all that was sent before.
        person.send("the end", to=person)
        tab.wait_for_content("the end")
    assert said_to(a) == ["anybody here?", "welcome", "thanks", "he is gone"]
    assert said_to(b) == ["welcome", "thanks", "alone again"]
    assert said_to(stranger) == []
    assert status_of(stranger) == []

    # All go: the room is empty, and nothing of it is kept.
    assert a.call("leave", {"room": room})["ok"]
    tabs.close()
    wait_until(lambda: gauge(stack, "sockets") == 0, what="all have gone")
    wait_until(lambda: gauge(stack, "rooms") <= topics_before, what="the room is forgotten")


def status_of(tab: Tab) -> list[str]:
    return [status["msg"] for status in tab.all("status")]

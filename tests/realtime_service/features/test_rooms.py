"""Rooms over Socket.IO, as the rooms demo has them: join, text, leave, status."""

from collections.abc import Callable

import pytest

from tests.realtime_service.conftest import OpenTab, Realtime, metric
from tests.support.cast import Person
from tests.support.sockets import Tab
from tests.support.stack import Stack
from tests.support.waiting import wait_until


@pytest.fixture
def lobby(alice: Person, bob: Person, charlie: Person) -> tuple[str, int]:
    """A public room of alice's and bob's: name and id. charlie is not in it."""
    name = f"lobby {alice.nickname}"
    return name, alice.make_room(bob, name=name)


def statuses(tab: Tab) -> list[str]:
    return [status["msg"] for status in tab.all("status")]


def test_the_ten_steps_of_the_rooms_demo(
    alice: Person,
    bob: Person,
    charlie: Person,
    lobby: tuple[str, int],
    parley: Stack,
    url: str,
) -> None:
    name, room_id = lobby
    rooms = metric(url, "rooms")
    with Tab.of(url, alice) as a, Tab.of(url, bob) as b, Tab.of(url, charlie) as stranger:
        assert a.call("join", {"room": name}) == {
            "ok": True,
            "conversation_id": room_id,
            "room": name,
        }
        assert a.say(name, "anybody here?")["ok"]
        a.wait_for_content("anybody here?")
        assert b.call("join", {"room": name})["ok"]
        wait_until(lambda: f"{bob.nickname} has entered the room." in statuses(a))
        assert a.say(name, "welcome")["ok"]
        for tab in (a, b):
            tab.wait_for_content("welcome")
        assert b.say(name, "thanks")["ok"]
        for tab in (a, b):
            tab.wait_for_content("thanks")
        assert a.call("leave", {"room": name})["ok"]
        wait_until(lambda: f"{alice.nickname} has left the room." in statuses(b))
        assert b.say(name, "alone again")["ok"]
        b.wait_for_content("alone again")
        assert "alone again" not in a.contents()
        assert stranger.contents() == []
        assert stranger.all("status") == []
    wait_until(lambda: metric(url, "sockets") == 0)
    wait_until(lambda: metric(url, "rooms") <= rooms)


def test_a_status_names_the_person_and_the_room(
    alice: Person, bob: Person, open_tab: OpenTab, lobby: tuple[str, int]
) -> None:
    name, room_id = lobby
    first, second = open_tab(alice), open_tab(bob)
    first.call("join", {"room": room_id})
    second.call("join", {"room": str(room_id)})
    assert first.wait_for("status") == {
        "msg": f"{bob.nickname} has entered the room.",
        "user": bob.nickname,
        "room": name,
    }
    assert second.all("status") == []


def test_joining_twice_is_announced_once(
    alice: Person, bob: Person, open_tab: OpenTab, lobby: tuple[str, int]
) -> None:
    first, second = open_tab(alice), open_tab(bob)
    first.call("join", {"room": lobby[0]})
    for _ in range(3):
        assert second.call("join", {"room": lobby[0]})["ok"]
    assert second.call("leave", {"room": lobby[0]})["ok"]
    wait_until(lambda: f"{bob.nickname} has left the room." in statuses(first))
    assert len(statuses(first)) == 2


def test_closing_the_tab_leaves_the_room(
    alice: Person, bob: Person, url: str, open_tab: OpenTab, lobby: tuple[str, int]
) -> None:
    first = open_tab(alice)
    first.call("join", {"room": lobby[0]})
    with Tab.of(url, bob) as second:
        second.call("join", {"room": lobby[0]})
    wait_until(lambda: f"{bob.nickname} has left the room." in statuses(first))


def test_attendance_is_visible_across_processes(
    alice: Person,
    bob: Person,
    open_tab: OpenTab,
    lobby: tuple[str, int],
    second_realtime: Realtime,
) -> None:
    here, there = open_tab(alice), open_tab(bob, at=second_realtime.url)
    here.call("join", {"room": lobby[0]})
    there.call("join", {"room": lobby[0]})
    wait_until(lambda: f"{bob.nickname} has entered the room." in statuses(here))
    here.call("leave", {"room": lobby[0]})
    wait_until(lambda: f"{alice.nickname} has left the room." in statuses(there))


def test_an_inaccessible_room_looks_missing(
    alice: Person, charlie: Person, open_tab: OpenTab
) -> None:
    body = {"kind": "room", "name": f"secret {alice.nickname}", "visibility": "private"}
    secret = alice.api.post("/api/conversations", json=body).json()
    tab = open_tab(charlie)
    for room in (secret["id"], secret["name"], "no such room", 2**31 - 1):
        assert tab.call("join", {"room": room})["problem"]["status"] == 404
        assert tab.say(room, "hello?")["problem"]["status"] == 404


def test_a_public_room_must_be_joined_first(
    charlie: Person, open_tab: OpenTab, lobby: tuple[str, int]
) -> None:
    tab = open_tab(charlie)
    problem = tab.call("join", {"room": lobby[0]})["problem"]
    assert problem["status"] == 403
    assert problem["type"] == "urn:parley:problem:not-a-member"
    assert charlie.api.put(f"/api/conversations/{lobby[1]}/members/{charlie.id}").ok
    assert tab.call("join", {"room": lobby[0]})["ok"]


def test_leaving_a_room_without_having_joined_is_a_404(
    alice: Person, open_tab: OpenTab, lobby: tuple[str, int]
) -> None:
    assert open_tab(alice).call("leave", {"room": lobby[0]})["problem"]["status"] == 404


def test_a_removed_member_leaves_the_room(
    alice: Person, bob: Person, open_tab: OpenTab, lobby: tuple[str, int]
) -> None:
    first, removed = open_tab(alice), open_tab(bob)
    for tab in (first, removed):
        tab.call("join", {"room": lobby[0]})
    assert alice.api.delete(f"/api/conversations/{lobby[1]}/members/{bob.id}").ok
    wait_until(lambda: f"{bob.nickname} has left the room." in statuses(first))
    assert removed.call("join", {"room": lobby[0]})["problem"]["status"] == 403


def test_a_text_is_stored_and_delivered_like_any_message(
    alice: Person, bob: Person, open_tab: OpenTab, lobby: tuple[str, int]
) -> None:
    tab = open_tab(bob)
    answer = open_tab(alice).say(lobby[0], "over the **socket**")
    assert answer["ok"]
    message = answer["message"]
    assert message["author_id"] == alice.id
    assert message["conversation_id"] == lobby[1]
    tab.wait_for_content("over the **socket**")
    stored = bob.api.get(f"/api/messages/{message['id']}").json()
    assert stored["content"] == "over the **socket**"
    assert tab.events("message.created")[-1]["data"]["id"] == message["id"]


def test_a_repeated_client_id_makes_no_second_message(
    alice: Person, bob: Person, open_tab: OpenTab, lobby: tuple[str, int]
) -> None:
    sender, tab = open_tab(alice), open_tab(bob)
    first = sender.say(lobby[0], "once", client_id="the-same")
    again = sender.say(lobby[0], "once", client_id="the-same")
    assert first["message"]["id"] == again["message"]["id"]
    sender.say(lobby[0], "last")
    tab.wait_for_content("last")
    assert tab.contents().count("once") == 1


def test_one_bad_text_of_a_batch_fails_alone(
    alice: Person, open_tab: OpenTab, lobby: tuple[str, int]
) -> None:
    tab = open_tab(alice)
    answers: list[tuple[int, bool]] = []
    texts = ["good", "", "x" * 60_000, "also good", "\x00", "bad id", "bad number"] * 4
    rooms = {"bad id": "00000000001" + "9" * 30, "bad number": 10**30}
    for number, text in enumerate(texts):
        tab.client.emit(
            "text",
            {"room": rooms.get(text, lobby[0]), "msg": text},
            callback=lambda answer, n=number: answers.append((n, answer["ok"])),
        )
    wait_until(lambda: len(answers) == len(texts))
    assert dict(answers) == {n: "good" in text for n, text in enumerate(texts)}


def test_texts_of_one_person_stay_in_order(
    alice: Person, bob: Person, open_tab: OpenTab, lobby: tuple[str, int]
) -> None:
    sender, tab = open_tab(alice), open_tab(bob)
    for n in range(50):
        sender.client.emit("text", {"room": lobby[0], "msg": f"{n}"})
    tab.wait_for_content("49")
    assert tab.contents() == [str(n) for n in range(50)]


def test_sending_texts_too_fast_is_refused_with_retry_after(
    alice: Person,
    open_tab: OpenTab,
    lobby: tuple[str, int],
    start_realtime: Callable[..., Realtime],
) -> None:
    tab = open_tab(alice, at=start_realtime(RATE_MESSAGES="5").url)
    outcomes = [tab.say(lobby[0], f"{n}") for n in range(12)]
    refused = [o["problem"] for o in outcomes if not o["ok"]]
    assert len(refused) >= 2
    assert {p["status"] for p in refused} == {429}
    assert refused[0]["retry_after"] > 0


@pytest.mark.slow
def test_without_messages_service_a_text_is_refused_and_the_socket_stays_open(
    parley: Stack, alice: Person, open_tab: OpenTab, lobby: tuple[str, int]
) -> None:
    tab = open_tab(alice)
    parley.kill_service("messages_service")
    try:
        assert tab.say(lobby[0], "lost?")["problem"]["status"] == 503
        assert tab.call("join", {"room": lobby[0]})["problem"]["status"] == 503
        assert tab.client.connected
    finally:
        parley.start_service("messages_service")
    wait_until(lambda: tab.say(lobby[0], "back")["ok"])


@pytest.mark.slow
def test_a_connection_during_an_outage_of_messages_service_goes_live_after_it(
    parley: Stack, alice: Person, bob: Person, url: str
) -> None:
    parley.kill_service("messages_service")
    try:
        with Tab(url, bob.token) as tab:
            parley.start_service("messages_service")
            tab.wait_for_notice("ready", 20)
            alice.send("good morning", to=bob)
            tab.wait_for_content("good morning")
    finally:
        if not parley.processes["messages_service"].is_running:
            parley.start_service("messages_service")

"""Rooms over Socket.IO, as the rooms demo has them: join, text, leave, status."""

from collections.abc import Callable

import pytest

from tests.realtime_service.conftest import Realtime, metric
from tests.realtime_service.ears import Ear
from tests.support.cast import Person
from tests.support.stack import Stack
from tests.support.waiting import wait_until

Listen = Callable[..., Ear]


@pytest.fixture
def lobby(
    alice: Person, bob: Person, charlie: Person, make_room: Callable[..., int]
) -> tuple[str, int]:
    """A public room of alice's and bob's: name and id. charlie is not in it."""
    name = f"lobby {alice.nickname}"
    return name, make_room(name, alice, bob)


def statuses(ear: Ear) -> list[str]:
    return [status["msg"] for status in ear.all("status")]


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
    with Ear.of(url, alice) as a, Ear.of(url, bob) as b, Ear.of(url, charlie) as stranger:
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
        for ear in (a, b):
            ear.wait_for_content("welcome")
        assert b.say(name, "thanks")["ok"]
        for ear in (a, b):
            ear.wait_for_content("thanks")
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
    alice: Person, bob: Person, listen: Listen, lobby: tuple[str, int]
) -> None:
    name, room_id = lobby
    first, second = listen(alice), listen(bob)
    first.call("join", {"room": room_id})
    second.call("join", {"room": str(room_id)})
    assert first.wait_for("status") == {
        "msg": f"{bob.nickname} has entered the room.",
        "user": bob.nickname,
        "room": name,
    }
    assert second.all("status") == []


def test_joining_twice_is_announced_once(
    alice: Person, bob: Person, listen: Listen, lobby: tuple[str, int]
) -> None:
    first, second = listen(alice), listen(bob)
    first.call("join", {"room": lobby[0]})
    for _ in range(3):
        assert second.call("join", {"room": lobby[0]})["ok"]
    assert second.call("leave", {"room": lobby[0]})["ok"]
    wait_until(lambda: f"{bob.nickname} has left the room." in statuses(first))
    assert len(statuses(first)) == 2


def test_closing_the_tab_leaves_the_room(
    alice: Person, bob: Person, url: str, listen: Listen, lobby: tuple[str, int]
) -> None:
    first = listen(alice)
    first.call("join", {"room": lobby[0]})
    with Ear.of(url, bob) as second:
        second.call("join", {"room": lobby[0]})
    wait_until(lambda: f"{bob.nickname} has left the room." in statuses(first))


def test_attendance_is_visible_across_processes(
    alice: Person,
    bob: Person,
    listen: Listen,
    lobby: tuple[str, int],
    start_realtime: Callable[..., Realtime],
) -> None:
    here, there = listen(alice), listen(bob, at=start_realtime().url)
    here.call("join", {"room": lobby[0]})
    there.call("join", {"room": lobby[0]})
    wait_until(lambda: f"{bob.nickname} has entered the room." in statuses(here))
    here.call("leave", {"room": lobby[0]})
    wait_until(lambda: f"{alice.nickname} has left the room." in statuses(there))


def test_an_inaccessible_room_looks_missing(alice: Person, charlie: Person, listen: Listen) -> None:
    body = {"kind": "room", "name": f"secret {alice.nickname}", "visibility": "private"}
    secret = alice.api.post("/api/conversations", json=body).json()
    ear = listen(charlie)
    for room in (secret["id"], secret["name"], "no such room", 2**31 - 1):
        assert ear.call("join", {"room": room})["problem"]["status"] == 404
        assert ear.say(room, "hello?")["problem"]["status"] == 404


def test_a_public_room_must_be_joined_first(
    charlie: Person, listen: Listen, lobby: tuple[str, int]
) -> None:
    ear = listen(charlie)
    problem = ear.call("join", {"room": lobby[0]})["problem"]
    assert problem["status"] == 403
    assert problem["type"] == "urn:parley:problem:not-a-member"
    assert charlie.api.put(f"/api/conversations/{lobby[1]}/members/{charlie.id}").ok
    assert ear.call("join", {"room": lobby[0]})["ok"]


def test_leaving_a_room_without_having_joined_is_a_404(
    alice: Person, listen: Listen, lobby: tuple[str, int]
) -> None:
    assert listen(alice).call("leave", {"room": lobby[0]})["problem"]["status"] == 404


def test_a_removed_member_leaves_the_room(
    alice: Person, bob: Person, listen: Listen, lobby: tuple[str, int]
) -> None:
    first, removed = listen(alice), listen(bob)
    for ear in (first, removed):
        ear.call("join", {"room": lobby[0]})
    assert alice.api.delete(f"/api/conversations/{lobby[1]}/members/{bob.id}").ok
    wait_until(lambda: f"{bob.nickname} has left the room." in statuses(first))
    assert removed.call("join", {"room": lobby[0]})["problem"]["status"] == 403


def test_a_text_is_stored_and_delivered_like_any_message(
    alice: Person, bob: Person, listen: Listen, lobby: tuple[str, int]
) -> None:
    ear = listen(bob)
    answer = listen(alice).say(lobby[0], "over the **socket**")
    assert answer["ok"]
    message = answer["message"]
    assert message["author_id"] == alice.id
    assert message["conversation_id"] == lobby[1]
    ear.wait_for_content("over the **socket**")
    stored = bob.api.get(f"/api/messages/{message['id']}").json()
    assert stored["content"] == "over the **socket**"
    assert ear.events("message.created")[-1]["data"]["id"] == message["id"]


def test_a_repeated_client_id_makes_no_second_message(
    alice: Person, bob: Person, listen: Listen, lobby: tuple[str, int]
) -> None:
    sender, ear = listen(alice), listen(bob)
    first = sender.say(lobby[0], "once", client_id="the-same")
    again = sender.say(lobby[0], "once", client_id="the-same")
    assert first["message"]["id"] == again["message"]["id"]
    sender.say(lobby[0], "last")
    ear.wait_for_content("last")
    assert ear.contents().count("once") == 1


def test_one_bad_text_of_a_batch_fails_alone(
    alice: Person, listen: Listen, lobby: tuple[str, int]
) -> None:
    ear = listen(alice)
    answers: list[tuple[int, bool]] = []
    texts = ["good", "", "x" * 60_000, "also good", "\x00", "bad id", "bad number"] * 4
    rooms = {"bad id": "00000000001" + "9" * 30, "bad number": 10**30}
    for number, text in enumerate(texts):
        ear.client.emit(
            "text",
            {"room": rooms.get(text, lobby[0]), "msg": text},
            callback=lambda answer, n=number: answers.append((n, answer["ok"])),
        )
    wait_until(lambda: len(answers) == len(texts))
    assert dict(answers) == {n: "good" in text for n, text in enumerate(texts)}


def test_texts_of_one_person_stay_in_order(
    alice: Person, bob: Person, listen: Listen, lobby: tuple[str, int]
) -> None:
    sender, ear = listen(alice), listen(bob)
    for n in range(50):
        sender.client.emit("text", {"room": lobby[0], "msg": f"{n}"})
    ear.wait_for_content("49")
    assert ear.contents() == [str(n) for n in range(50)]


def test_sending_texts_too_fast_is_refused_with_retry_after(
    alice: Person, listen: Listen, lobby: tuple[str, int], start_realtime: Callable[..., Realtime]
) -> None:
    ear = listen(alice, at=start_realtime(RATE_MESSAGES="5").url)
    outcomes = [ear.say(lobby[0], f"{n}") for n in range(12)]
    refused = [o["problem"] for o in outcomes if not o["ok"]]
    assert len(refused) >= 2
    assert {p["status"] for p in refused} == {429}
    assert refused[0]["retry_after"] > 0


def test_without_messages_service_a_text_is_refused_and_the_socket_stays_open(
    parley: Stack, alice: Person, listen: Listen, lobby: tuple[str, int]
) -> None:
    ear = listen(alice)
    parley.kill_service("messages_service")
    try:
        assert ear.say(lobby[0], "lost?")["problem"]["status"] == 503
        assert ear.call("join", {"room": lobby[0]})["problem"]["status"] == 503
        assert ear.client.connected
    finally:
        parley.start_service("messages_service")
    wait_until(lambda: ear.say(lobby[0], "back")["ok"], 15)


def test_a_connection_during_an_outage_of_messages_service_goes_live_after_it(
    parley: Stack, alice: Person, bob: Person, url: str
) -> None:
    parley.kill_service("messages_service")
    try:
        with Ear(url, bob.token) as ear:
            parley.start_service("messages_service")
            ear.wait_for_notice("ready", 20)
            alice.send("good morning", to=bob)
            ear.wait_for_content("good morning")
    finally:
        if not parley.processes["messages_service"].is_running:
            parley.start_service("messages_service")

"""Web Push: encrypted and signed, once, again after failures, withdrawn after reading."""

import threading

import pytest
from flask_openapi3.openapi import OpenAPI
from sqlalchemy import select

from messages_service.notifications.models import push_subscriptions
from messages_service.notifications.queue import LEASE, PAUSES, claim
from servicekit.public_web.addresses import is_public
from tests.messages_service.conftest import Person
from tests.messages_service.notifications.conftest import MakeTurns, Turns
from tests.messages_service.notifications.push_service import (
    Device,
    PushService,
    signed_claims,
    subscribe,
)

DAY = 86400


@pytest.fixture
def app(own_app: OpenAPI) -> OpenAPI:
    """Of each test's own: an app remembers its VAPID key, which is in the database."""
    return own_app


@pytest.fixture
def phone(bob: Person, push_service: PushService) -> Device:
    return subscribe(bob, push_service)


def test_a_device_gets_an_encrypted_and_signed_push(
    alice: Person, bob: Person, phone: Device, turns: Turns
) -> None:
    message = alice.send("Hello", bob)
    turns.decide()
    assert turns.push() == 0, "an open page has a moment to show it"
    turns.push_later()

    (push,) = phone.pushes
    assert (push["type"], push["body"], push["title"]) == ("show", "Hello", "Alice")
    assert push["message_id"] == message["id"]
    (headers,) = phone.headers
    key, claims = signed_claims(headers)
    assert key == bob.get("/api/push/key").json["key"]
    assert claims["aud"] == f"http://127.0.0.1:{phone.service.port}"
    assert claims["sub"] == "mailto:admin@example.com"
    assert (headers["content-encoding"], headers["urgency"]) == ("aes128gcm", "high")
    assert turns.push_later(DAY) == 0


def test_a_push_shows_no_more_than_the_person_permits(
    alice: Person, bob: Person, phone: Device, turns: Turns
) -> None:
    assert bob.patch("/api/notifications", {"preview": False}).status_code == 200
    alice.send(f"A secret, @{bob.nickname}", alice.make_room(bob, name="layoffs"))
    turns.decide()
    turns.push_later()

    (push,) = phone.pushes
    assert (push["title"], push["body"]) == ("Alice", "")
    assert "layoffs" not in str(push)


def test_reading_withdraws_what_devices_show(
    alice: Person, bob: Person, phone: Device, turns: Turns
) -> None:
    message = alice.send("Hello", bob)
    turns.decide()
    turns.push_later()
    read = {"seq": message["seq"]}
    bob.put(f"/api/conversations/{message['conversation_id']}/read", read)
    turns.notifier.note([f"user:{bob.id}"])
    turns.notifier.turn()
    turns.push()

    shown, closed = phone.pushes
    assert closed == {"type": "close", "tag": shown["tag"]}
    assert phone.headers[0]["topic"] == phone.headers[1]["topic"]
    assert turns.push_later(DAY) == 0


@pytest.mark.parametrize("change", ["read", "left", "muted", "dnd", "off", "deleted"])
def test_a_push_is_decided_again_when_it_is_sent(
    alice: Person, bob: Person, phone: Device, turns: Turns, change: str
) -> None:
    room = alice.make_room(bob)
    message = alice.send(f"@{bob.nickname}", room)
    turns.decide()
    every_hour = {"start": "00:00", "end": "23:59:59"}
    answer = {
        "read": lambda: bob.put(f"/api/conversations/{room}/read", {"seq": message["seq"]}),
        "left": lambda: alice.delete(f"/api/conversations/{room}/members/{bob.id}"),
        "muted": lambda: bob.patch(f"/api/conversations/{room}/me", {"notify": "nothing"}),
        "dnd": lambda: bob.patch("/api/notifications", {"dnd_hours": every_hour}),
        "off": lambda: bob.patch("/api/notifications", {"push": False}),
        "deleted": lambda: alice.delete(f"/api/messages/{message['id']}"),
    }[change]()
    assert answer.status_code in (200, 204), answer.text
    turns.push_later()

    assert phone.pushes == []
    assert turns.push_later(DAY) == 0


@pytest.mark.parametrize("status", [404, 410])
def test_a_subscription_that_is_gone_is_deleted(
    alice: Person, bob: Person, phone: Device, turns: Turns, status: int
) -> None:
    phone.service.answers = [status]
    alice.send("Hello", bob)
    turns.decide()
    turns.push_later()

    assert bob.get(phone.subscription_path).status_code == 404
    assert turns.push_later(DAY) == 0


def test_a_failed_push_is_tried_again_with_growing_pauses(
    alice: Person, bob: Person, phone: Device, turns: Turns
) -> None:
    phone.service.answers = [503, 429]
    alice.send("Hello", bob)
    turns.decide()
    turns.push_later()
    for pause in PAUSES[:2]:
        assert turns.push() == 0
        turns.push_later(seconds=pause.total_seconds())

    assert len(phone.pushes) == 3
    assert turns.push_later(DAY) == 0


def test_a_push_that_is_refused_is_given_up(
    alice: Person, bob: Person, phone: Device, turns: Turns
) -> None:
    phone.service.answers = [400]
    alice.send("Hello", bob)
    turns.decide()
    turns.push_later()

    assert turns.push_later(DAY) == 0
    assert bob.get(phone.subscription_path).status_code == 200


def test_two_processes_send_a_push_once(
    alice: Person, bob: Person, phone: Device, make_turns: MakeTurns
) -> None:
    processes = [make_turns() for _ in range(4)]
    for word in ("one", "two", "three"):
        alice.send(f"{word} @{bob.nickname}", alice.make_room(bob))
    processes[0].decide()
    processes[0].pass_time(3)
    threads = [threading.Thread(target=each.push) for each in processes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(phone.pushes) == 3


def test_a_process_that_died_leaves_its_push_to_others(
    alice: Person, bob: Person, phone: Device, turns: Turns
) -> None:
    alice.send("Hello", bob)
    turns.decide()
    turns.pass_time(3)
    assert len(claim(turns.engine, limit=8)) == 1
    assert turns.push() == 0
    turns.push_later(seconds=LEASE.total_seconds())

    assert len(phone.pushes) == 1


def test_an_endpoint_on_a_private_network_is_refused_and_forgotten(
    alice: Person, bob: Person, phone: Device, make_turns: MakeTurns
) -> None:
    turns = make_turns(permits=is_public)
    alice.send("Hello", bob)
    turns.decide()
    turns.push_later()

    assert phone.service.received == []
    with turns.engine.connect() as connection:
        assert connection.execute(select(push_subscriptions)).all() == []

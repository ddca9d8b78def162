"""Outgoing webhooks: new messages are delivered, signed, and again after a failure."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from flask_openapi3.openapi import OpenAPI
from parley_client import Verifier
from sqlalchemy import Engine, func, select, update

from messages_service.app import create_app
from messages_service.context import Context
from messages_service.integrations.context import EXTENSION
from messages_service.integrations.delivering import (
    KEPT_FOR,
    MAX_ATTEMPTS,
    deliver_due,
    forget_old_deliveries,
)
from messages_service.messages.deleting import UNDO_WITHIN, purge_deletions
from messages_service.models import deletions
from messages_service.settings import MessagesSettings
from messages_service.webhooks.models import outgoing_webhooks, webhook_deliveries
from servicekit.times import utcnow
from tests.messages_service.conftest import Person, SignUp, parts_of
from tests.messages_service.integrations.conftest import (
    Program,
    make_incoming,
    make_outgoing,
    messages_in,
)
from tests.support.in_process import Client

Deliver = Callable[[], None]


def deliveries(person: Person, webhook: dict[str, Any]) -> list[dict[str, Any]]:
    path = f"/api/webhooks/outgoing/{webhook['id']}/deliveries"
    found: list[dict[str, Any]] = person.get(path).json
    return found


def make_due(engine: Engine) -> None:
    """Of what waits for its next attempt."""
    waiting = update(webhook_deliveries).where(webhook_deliveries.c.due_at.is_not(None))
    with engine.begin() as connection:
        connection.execute(waiting.values(due_at=utcnow() - timedelta(seconds=1)))


def test_a_new_message_is_delivered_signed_and_listed(
    alice: Person, bob: Person, room: int, program: Program, deliver: Deliver
) -> None:
    webhook = make_outgoing(alice, room, program)
    program.will_answer(b"thanks")

    message = bob.send("is it **up**?", room)
    deliver()

    ((headers, body),) = program.received
    Verifier(webhook["secret"]).verify(headers["parley-signature"], body)
    (payload,) = program.payloads
    assert payload["text"] == "is it **up**?"
    assert payload["user_name"] == bob.nickname
    assert payload["message"]["id"] == message["id"]
    assert payload["conversation"]["id"] == room
    (delivery,) = deliveries(alice, webhook)
    assert headers["parley-delivery"] == str(delivery["id"])
    assert (delivery["state"], delivery["status"], delivery["answer"]) == (
        "delivered",
        200,
        "thanks",
    )
    assert delivery["message_id"] == message["id"]
    deliver()
    assert len(program.received) == 1


def test_an_answer_with_text_is_posted_once_and_starts_no_webhook(
    alice: Person, bob: Person, room: int, program: Program, deliver: Deliver
) -> None:
    make_outgoing(alice, room, program, emoji="🤖")
    make_outgoing(alice, room, program, name="Another")
    for _ in range(2):
        program.will_answer({"text": "it <https://example.com|is>"})
    first = bob.send("is it up?", room)

    for _ in range(3):
        deliver()

    assert len(program.received) == 2
    _, *answers = messages_in(bob, room)
    assert {each["author"]["name"] for each in answers} == {"Builder", "Another"}
    assert {each["content"] for each in answers} == {"it [is](<https://example.com>)"}
    in_thread = bob.send("and here?", room, reply_to=first["id"])
    program.will_answer({"text": "here, too"})
    deliver()
    replies = bob.get(f"/api/messages/{first['id']}/replies").json
    assert [each["content"] for each in replies] == [in_thread["content"], "here, too"]


def test_messages_of_incoming_webhooks_are_not_sent_out_again(
    app: OpenAPI, alice: Person, room: int, program: Program, deliver: Deliver
) -> None:
    make_outgoing(alice, room, program)
    token = make_incoming(alice, room)["token"]

    assert Client(app).post(f"/hooks/{token}", json={"text": "x"}).status_code == 201
    deliver()

    assert program.received == []


def test_trigger_words_choose_messages_by_how_they_begin(
    alice: Person, room: int, program: Program, deliver: Deliver
) -> None:
    webhook = make_outgoing(alice, room, program, trigger_words=["deploy", "!build it"])
    for text in ("Deploy staging", "deployment", "please deploy", "!Build it, now", "deploy: all"):
        alice.send(text, room)
        deliver()

    words = [(each["text"], each["trigger_word"]) for each in program.payloads]
    assert words == [
        ("Deploy staging", "deploy"),
        ("!Build it, now", "!build it"),
        ("deploy: all", "deploy"),
    ]
    path = f"/api/webhooks/outgoing/{webhook['id']}"
    assert alice.patch(path, {"trigger_words": []}).json["trigger_words"] == []
    alice.send("anything", room)
    deliver()
    assert program.payloads[-1]["text"] == "anything"


def test_a_failed_delivery_is_tried_again_later_and_given_up_in_the_end(
    engine: Engine, alice: Person, room: int, program: Program, deliver: Deliver
) -> None:
    webhook = make_outgoing(alice, room, program)
    for _ in range(MAX_ATTEMPTS):
        program.will_answer(b"busy \0 now", status=503)
    alice.send("hello", room)
    deliver()

    (delivery,) = deliveries(alice, webhook)
    assert (delivery["state"], delivery["status"], delivery["attempts"]) == ("waiting", 503, 1)
    assert delivery["answer"] == "busy  now"
    assert delivery["next_attempt_at"] > delivery["attempted_at"]
    deliver()
    assert len(program.received) == 1
    for _ in range(MAX_ATTEMPTS):
        make_due(engine)
        deliver()

    assert len(program.received) == MAX_ATTEMPTS
    (delivery,) = deliveries(alice, webhook)
    assert (delivery["state"], delivery["next_attempt_at"]) == ("failed", None)
    assert len({headers["parley-delivery"] for headers, _ in program.received}) == 1


def test_several_processes_deliver_each_message_once(
    app: OpenAPI, alice: Person, room: int, program: Program
) -> None:
    webhook = make_outgoing(alice, room, program)
    for number in range(12):
        alice.send(f"message {number}", room)

    def turn(_: int) -> None:
        with app.app_context():
            deliver_due(parts_of(app), app.extensions[EXTENSION])

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(turn, range(3)))

    texts = [each["text"] for each in program.payloads]
    assert sorted(texts) == sorted(f"message {number}" for number in range(12))
    assert {each["state"] for each in deliveries(alice, webhook)} == {"delivered"}


def test_a_redirect_is_not_followed(
    alice: Person, room: int, program: Program, deliver: Deliver
) -> None:
    webhook = make_outgoing(alice, room, program)
    program.will_answer(b"", status=307, Location="http://169.254.169.254/latest")

    alice.send("hello", room)
    deliver()

    (delivery,) = deliveries(alice, webhook)
    assert (delivery["state"], delivery["status"]) == ("waiting", 307)
    assert delivery["error"] == "A redirect is not followed."


@pytest.mark.parametrize(
    "url",
    ["http://127.0.0.1/x", "http://10.0.0.7/x", "http://[::1]:8080/x", "http://169.254.169.254/"],
)
def test_private_networks_are_refused_when_a_delivery_connects(
    settings: MessagesSettings, sign_up: SignUp, url: str
) -> None:
    app = create_app(settings.model_copy(update={"webhook_private_networks": False}))
    alice = sign_up("alice", app)
    room = alice.make_room()
    webhook = make_outgoing(alice, room, Program(url=url))
    alice.send("hello", room)

    with app.app_context():
        deliver_due(parts_of(app), app.extensions[EXTENSION])

    (delivery,) = deliveries(alice, webhook)
    assert (delivery["state"], delivery["attempts"]) == ("failed", 1)
    assert "public web" in delivery["error"]


@pytest.mark.parametrize(
    "fields",
    [
        {"url": "ftp://example.com"},
        {"url": "http://user:password@example.com"},
        {"url": "https://"},
        {"url": "https://example.com/" + "x" * 2000},
        {"name": ""},
        {"trigger_words": ["x"] * 21},
        {"trigger_words": [""]},
        {"emoji": "no emoji"},
    ],
)
def test_a_webhook_with_wrong_values_is_not_made(
    alice: Person, room: int, fields: dict[str, Any]
) -> None:
    body = {"conversation_id": room, "name": "Builder", "url": "https://example.com", **fields}

    answer = alice.post("/api/webhooks/outgoing", body)

    assert answer.status_code == 422
    assert alice.get("/api/webhooks/outgoing").json == []


def test_nothing_is_delivered_once_the_owner_has_left_or_it_is_off(
    alice: Person, bob: Person, room: int, program: Program, deliver: Deliver
) -> None:
    alice.patch(f"/api/conversations/{room}/members/{bob.id}", {"role": "moderator"})
    webhook = make_outgoing(bob, room, program)
    path = f"/api/webhooks/outgoing/{webhook['id']}"
    alice.send("secret", room)
    alice.delete(f"/api/conversations/{room}/members/{bob.id}")
    deliver()
    assert program.received == []
    assert [each["state"] for each in deliveries(alice, webhook)] == ["failed"]

    assert alice.patch(path, {"enabled": False}).json["stopped"] == "disabled"
    alice.send("still secret", room)
    alice.patch(path, {"enabled": True})
    deliver()
    assert program.received == []
    alice.send("open", room)
    alice.delete(path)
    deliver()
    assert program.received == []
    assert alice.delete(path).status_code == 204


def test_deleting_a_message_takes_its_deliveries_away(
    engine: Engine, app: OpenAPI, alice: Person, room: int, program: Program, deliver: Deliver
) -> None:
    webhook = make_outgoing(alice, room, program)
    program.will_answer(b"you said: secret")
    told, untold = alice.send("secret", room), None
    deliver()
    untold = alice.send("unsent", room)
    for message in (told, untold):
        alice.delete(f"/api/messages/{message['id']}")
    deliver()
    assert len(program.received) == 1

    with engine.begin() as connection:
        connection.execute(update(deletions).values(deleted_at=utcnow() - 2 * UNDO_WITHIN))
    with app.app_context():
        purge_deletions(parts_of(app))

    assert deliveries(alice, webhook) == []


def test_deliveries_are_forgotten_after_two_weeks(
    engine: Engine, parts: Context, app: OpenAPI, alice: Person, room: int, program: Program,
    deliver: Deliver,
) -> None:  # fmt: skip
    webhook = make_outgoing(alice, room, program)
    alice.send("hello", room)
    deliver()
    with engine.begin() as connection:
        old = utcnow() - KEPT_FOR - timedelta(hours=1)
        connection.execute(update(webhook_deliveries).values(created_at=old))

    with app.app_context():
        forget_old_deliveries(parts)

    assert deliveries(alice, webhook) == []


def test_the_secret_is_stored_encrypted(
    engine: Engine, alice: Person, room: int, program: Program
) -> None:
    webhook = make_outgoing(alice, room, program)

    with engine.connect() as connection:
        row = connection.execute(select(outgoing_webhooks)).one()
    assert webhook["secret"] not in str(row)
    assert "secret" not in alice.get(f"/api/webhooks/outgoing/{webhook['id']}").json


def test_a_refused_message_makes_no_delivery(
    engine: Engine, alice: Person, charlie: Person, room: int, program: Program
) -> None:
    make_outgoing(alice, room, program)

    refused = charlie.post("/api/messages", {"content": "x", "conversation_id": room})

    assert refused.status_code == 403
    with engine.connect() as connection:
        assert connection.execute(select(func.count(webhook_deliveries.c.id))).scalar() == 0

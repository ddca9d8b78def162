"""Forwarding messages: what the copy says, who may forward what, and where to."""

from dataclasses import replace
from typing import Any

import pytest
from flask_openapi3.openapi import OpenAPI
from sqlalchemy import Engine

from messages_service.attachments.context import EXTENSION
from messages_service.attachments.models import blobs
from tests.messages_service.attachments.files import count, picture, sweep_all, uploaded
from tests.messages_service.conftest import Person
from tests.messages_service.messages.undoing import end_undoing

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def forward(person: Person, message: dict[str, Any], to: Person, **fields: Any) -> Any:
    body = {"recipient_id": to.id, "forwarded_from": message["id"], **fields}
    return person.post("/api/messages", body)


def test_a_forwarded_message_quotes_the_original(
    alice: Person, bob: Person, charlie: Person
) -> None:
    room = alice.make_room(bob, name="Kitchen of Maple Street")
    original = alice.send("The *soup* is on", room)

    answer = forward(bob, original, charlie, content="Hungry?")

    assert answer.status_code == 201
    sent = charlie.get(answer.headers["Location"]).json
    assert sent == answer.json
    assert (sent["content"], sent["author_id"]) == ("Hungry?", bob.id)
    quoted = sent["forwarded_from"]
    assert (quoted["message_id"], quoted["conversation_id"]) == (original["id"], room)
    assert (quoted["kind"], quoted["name"]) == ("room", "Kitchen of Maple Street")
    assert (quoted["author"]["name"], quoted["date"]) == ("Alice", original["date"])
    assert (quoted["content"], quoted["html"]) == (original["content"], original["html"])
    assert charlie.events(sent["conversation_id"])[0]["data"] == sent


def test_a_forward_of_a_forward_names_the_original_and_no_private_name(
    alice: Person, bob: Person, charlie: Person
) -> None:
    room = alice.make_room(bob, visibility="private")
    original = alice.send("psst", room)
    once = forward(bob, original, charlie, content="look").json

    twice = forward(charlie, once, charlie).json

    assert twice["content"] == ""
    assert twice["forwarded_from"] == once["forwarded_from"]
    assert twice["forwarded_from"]["name"] is None
    assert "kitchen" not in str(twice).lower()


def test_forwarded_files_share_their_content_and_outlive_the_original(
    app: OpenAPI, engine: Engine, alice: Person, bob: Person, charlie: Person
) -> None:
    file = uploaded(alice, picture(), "p.png")
    original = alice.send("see", bob, attachments=[file["id"]])

    (copy,) = forward(bob, original, charlie).json["attachments"]
    alice.delete(f"/api/messages/{original['id']}")
    end_undoing(app)
    sweep_all(app)

    assert copy["id"] != file["id"]
    assert count(engine, blobs) == 1
    assert charlie.get(copy["url"]).status_code == 200
    assert charlie.get(file["url"]).status_code == 404


def test_the_same_forward_is_sent_once(alice: Person, bob: Person, charlie: Person) -> None:
    file = uploaded(alice, picture(), "p.png")
    one = alice.send("see", bob, attachments=[file["id"]])
    other = alice.send("this", bob)
    answers = [
        forward(bob, message, charlie, client_id="f" * 32).status_code
        for message in (one, one, other)
    ]
    assert answers == [201, 200, 409]


def test_unreadable_and_deleted_messages_are_not_forwarded(
    alice: Person, bob: Person, charlie: Person
) -> None:
    room, archived = alice.make_room(), alice.make_room(bob)
    secret, gone = alice.send("secret", room), alice.send("gone", bob)
    alice.delete(f"/api/messages/{gone['id']}")
    alice.delete(f"/api/conversations/{archived}")
    known = alice.send("known", bob)

    unreadable = forward(bob, secret, charlie)
    assert (unreadable.status_code, unreadable.json["errors"][0]["field"]) == (
        422,
        "forwarded_from",
    )
    assert forward(bob, {"id": 987_654}, charlie).json["errors"] == unreadable.json["errors"]
    assert forward(bob, gone, charlie).status_code == 409
    for place, status in ((archived, 409), (room, 403), (987_654, 404)):
        body = {"conversation_id": place, "forwarded_from": known["id"]}
        assert bob.post("/api/messages", body).status_code == status
    assert forward(bob, known, charlie, attachments=[1]).status_code == 422


def test_forwarded_files_count_towards_the_quota(
    app: OpenAPI, alice: Person, bob: Person, charlie: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = app.extensions[EXTENSION]
    file = uploaded(alice, b"x" * 1000)
    original = alice.send("big", bob, attachments=[file["id"]])
    monkeypatch.setitem(app.extensions, EXTENSION, replace(files, quota_bytes=1500))

    answers = [forward(bob, original, charlie).status_code for _ in range(2)]

    assert answers == [201, 413]

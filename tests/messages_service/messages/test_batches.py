"""Messages that are stored in one transaction: each has its own outcome and its own recipients."""

from typing import Any

import pytest
from flask_openapi3.openapi import OpenAPI

from messages_service.context import Context
from messages_service.messages.outgoing import Outgoing
from tests.messages_service.conftest import Person
from tests.messages_service.messages.batches import contents, store_together

Json = dict[str, Any]


def test_a_repeated_first_direct_message_is_stored_once(
    app: OpenAPI, parts: Context, alice: Person, bob: Person, charlie: Person
) -> None:
    first = Outgoing(alice.id, "hi bob", recipient_id=bob.id, client_id="first")
    assert store_together(app, parts, [first, first]) == [201, 200]
    room = charlie.make_room(visibility="private")
    secret = alice.send("for bob only", bob)
    assert secret["conversation_id"] != room
    assert contents(bob, secret["conversation_id"]) == ["hi bob", "for bob only"]
    assert contents(charlie, room) == []


@pytest.mark.parametrize("sides", ["one side", "both sides"])
def test_a_refused_message_in_a_batch_does_not_misplace_first_direct_messages(
    app: OpenAPI, parts: Context, alice: Person, bob: Person, charlie: Person, sides: str
) -> None:
    second = (alice, bob) if sides == "one side" else (bob, alice)
    batch = [
        Outgoing(alice.id, "1", recipient_id=bob.id),
        Outgoing(second[0].id, "2", recipient_id=second[1].id),
        Outgoing(charlie.id, "refused", conversation_id=999_999),
    ]
    assert store_together(app, parts, batch) == [201, 201, 404]
    room = charlie.make_room(visibility="private")
    chat = alice.send("for bob only", bob)["conversation_id"]
    assert chat != room
    assert contents(bob, chat) == ["1", "2", "for bob only"]
    assert contents(charlie, room) == []


@pytest.mark.parametrize("where", ["archived", "bad file"])
def test_a_message_refused_twice_in_a_batch_does_not_affect_others(
    app: OpenAPI, parts: Context, alice: Person, bob: Person, charlie: Person, where: str
) -> None:
    room, chat = charlie.make_room(), alice.send("0", bob)["conversation_id"]
    attachments = (999_999,) if where == "bad file" else ()
    if where == "archived":
        assert charlie.delete(f"/api/conversations/{room}").status_code == 204
    refused = Outgoing(
        charlie.id, "x", conversation_id=room, client_id="twice", attachments=attachments
    )
    innocent = Outgoing(alice.id, "1", conversation_id=chat)
    status = 409 if where == "archived" else 422
    outcomes = store_together(app, parts, [refused, innocent, refused])
    assert outcomes == [status, 201, status]
    assert contents(bob, chat) == ["0", "1"]

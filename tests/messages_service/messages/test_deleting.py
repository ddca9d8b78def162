"""Undoing a deletion: by whom, for how long, and what nobody can read meanwhile."""

from typing import Any

import pytest
from flask_openapi3.openapi import OpenAPI
from sqlalchemy import Engine, func, select

from messages_service.models import deletions, message_edits, reactions
from tests.messages_service.attachments.files import picture, uploaded
from tests.messages_service.conftest import Person
from tests.messages_service.messages.undoing import end_undoing
from tests.messages_service.polls.ballots import ask, counts, vote

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def restore(person: Person, message_id: int) -> Any:
    return person.post(f"/api/messages/{message_id}/restore")


def test_an_undone_deletion_leaves_the_message_as_it_was(alice: Person, bob: Person) -> None:
    file = uploaded(alice, picture(), "p.png")
    message = alice.send("first", bob, attachments=[file["id"]], client_id="c" * 32)
    path = f"/api/messages/{message['id']}"
    alice.patch(path, {"content": "second"})
    bob.put(f"{path}/reactions/👍")
    before = bob.get(path).json
    alice.delete(path)

    restored = restore(alice, message["id"])

    assert restored.status_code == 200
    assert restored.json == bob.get(path).json == before
    assert bob.get(file["url"]).status_code == 200
    assert [version["content"] for version in bob.get(f"{path}/history").json] == ["first"]
    last = bob.events(message["conversation_id"])[-1]
    assert (last["type"], last["data"]) == ("message.restored", before)
    body = {"content": "first", "recipient_id": bob.id, "attachments": [file["id"]]}
    again = alice.post("/api/messages", {**body, "client_id": "c" * 32})
    assert (again.status_code, again.json["id"]) == (200, message["id"])
    assert restore(alice, message["id"]).status_code == 200
    assert bob.events(message["conversation_id"])[-1] == last


def test_nobody_reads_the_text_until_the_deletion_is_undone(alice: Person, bob: Person) -> None:
    file = uploaded(alice, picture(), "secret.png")
    message = alice.send("secret", bob, attachments=[file["id"]])
    path = f"/api/messages/{message['id']}"
    alice.patch(path, {"content": "secret still"})
    alice.delete(path)
    restore(alice, message["id"])
    alice.delete(path)

    conversation = f"/api/conversations/{message['conversation_id']}"
    for person in (alice, bob):
        for read in (path, f"{path}/history", f"{conversation}/messages", f"{conversation}/events"):
            assert "secret" not in person.get(read).text
        assert "secret" not in person.get("/api/conversations").text
        assert person.get(file["url"]).status_code == 404


def test_a_restored_poll_has_its_votes(alice: Person, bob: Person) -> None:
    room = alice.make_room(bob)
    poll = ask(alice, room)
    vote(bob, poll, 1)
    alice.delete(f"/api/messages/{poll['message_id']}")
    assert bob.get(f"/api/polls/{poll['id']}").status_code == 404
    assert bob.get(f"/api/polls?conversation_id={room}").json == []
    choice = {"choice_ids": [poll["choices"][0]["id"]]}
    assert bob.post(f"/api/polls/{poll['id']}/votes", choice).status_code == 404

    assert counts(restore(alice, poll["message_id"]).json["poll"]) == [0, 1]
    assert counts(bob.get(f"/api/polls/{poll['id']}").json) == [0, 1]


def test_only_the_person_who_deleted_a_message_restores_it(
    alice: Person, bob: Person, charlie: Person
) -> None:
    room = alice.make_room(bob, charlie)
    message = bob.send("mine", room)
    alice.delete(f"/api/messages/{message['id']}")

    answers = [restore(person, message["id"]) for person in (bob, charlie, alice)]

    assert [answer.status_code for answer in answers] == [403, 403, 200]
    assert answers[0].json["type"] == "urn:parley:problem:not-your-deletion"


def test_after_a_while_nothing_of_a_deleted_message_is_left(
    app: OpenAPI, engine: Engine, alice: Person, bob: Person
) -> None:
    message = alice.send("gone", bob)
    path = f"/api/messages/{message['id']}"
    alice.patch(path, {"content": "and gone"})
    bob.put(f"{path}/reactions/👍")
    alice.delete(path)

    end_undoing(app)

    late = restore(alice, message["id"])
    assert (late.status_code, late.json["type"]) == (409, "urn:parley:problem:deleted-for-good")
    with engine.connect() as connection:
        for table in (deletions, message_edits, reactions):
            assert connection.execute(select(func.count()).select_from(table)).scalar_one() == 0

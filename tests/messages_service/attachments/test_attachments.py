"""Files: sent with messages, downloaded in parts, seen by members alone."""

import hashlib
import os
from concurrent.futures import ThreadPoolExecutor

from flask_openapi3.openapi import OpenAPI
from sqlalchemy import Engine, event

from messages_service.attachments.blobs import PIECE_BYTES
from messages_service.attachments.models import attachments, blob_pieces, blobs
from tests.messages_service.attachments.files import (
    NOISE,
    count,
    picture,
    sweep_all,
    uploaded,
)
from tests.messages_service.conftest import Person
from tests.messages_service.messages.undoing import end_undoing


def test_a_download_equals_the_upload(alice: Person) -> None:
    attachment = uploaded(alice, NOISE, "noise.dat")

    assert attachment["size"] == len(NOISE)
    assert attachment["name"] == "noise.dat"
    assert attachment["content_type"] == "application/octet-stream"
    assert "width" not in attachment
    answer = alice.get(attachment["url"])
    assert answer.data == NOISE
    assert answer.headers["Content-Length"] == str(len(NOISE))
    assert answer.headers["Content-Disposition"] == 'attachment; filename="noise.dat"'
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer.headers["Cache-Control"].startswith("private, max-age=")
    assert answer.headers["ETag"] == f'"{hashlib.sha256(NOISE).hexdigest()}"'


def test_attached_files_are_visible_to_the_readers_of_the_message(
    alice: Person, bob: Person, charlie: Person
) -> None:
    one, two = uploaded(alice, b"one" * 100), uploaded(alice, picture(), "two.png", alt="A square")
    assert bob.get(one["url"]).status_code == 404

    message = alice.send("Look", bob, attachments=[two["id"], one["id"]])

    assert message["attachments"] == [two, one]
    assert two["alt"] == "A square"
    assert bob.get(f"/api/messages/{message['id']}").json == message
    page = bob.get(f"/api/conversations/{message['conversation_id']}/messages").json
    assert page == [message]
    assert bob.events(message["conversation_id"])[0]["data"] == message
    assert bob.get(one["url"]).data == b"one" * 100
    for path in (one["url"], two["url"], two["thumbnail_url"], one["url"] + "/details"):
        assert charlie.get(path).status_code == 404, path
    anonymous = charlie.client.get(one["url"])
    assert anonymous.status_code == 401


def test_a_picture_alone_is_a_message(alice: Person, bob: Person) -> None:
    attachment = uploaded(alice, picture(), "p.png")
    answer = alice.post(
        "/api/messages", {"recipient_id": bob.id, "attachments": [attachment["id"]]}
    )

    assert answer.status_code == 201
    assert answer.json["content"] == ""
    nothing = alice.post("/api/messages", {"recipient_id": bob.id, "content": " "})
    assert nothing.status_code == 422
    assert nothing.json["errors"][0]["field"] == "content"


def test_a_file_is_attached_once_and_only_by_its_uploader(alice: Person, bob: Person) -> None:
    mine = uploaded(alice, b"mine")
    theirs = uploaded(bob, b"theirs")

    def refused(ids: list[int]) -> None:
        answer = alice.post(
            "/api/messages", {"content": "x", "recipient_id": bob.id, "attachments": ids}
        )
        assert answer.status_code == 422, answer.text
        assert answer.json["errors"][0]["field"].startswith("attachments")

    refused([theirs["id"]])
    refused([10**6])
    refused([mine["id"], mine["id"]])
    refused(list(range(1, 12)))
    message = alice.send("Hi", bob, attachments=[mine["id"]])
    assert message["seq"] == 1
    refused([mine["id"]])
    assert bob.post(
        "/api/messages", {"content": "x", "recipient_id": alice.id, "attachments": [mine["id"]]}
    ).status_code == 422  # fmt: skip


def test_sending_again_with_the_same_client_id_sends_no_file_twice(
    alice: Person, bob: Person
) -> None:
    file = uploaded(alice, b"once")
    first = alice.send("x", bob, attachments=[file["id"]], client_id="c1")

    assert alice.send("x", bob, attachments=[file["id"]], client_id="c1") == first
    body = {"content": "x", "recipient_id": bob.id, "client_id": "c1"}
    assert alice.post("/api/messages", body).status_code == 409


def test_two_messages_at_once_cannot_both_have_the_file(alice: Person, bob: Person) -> None:
    room = alice.make_room(bob)
    for _ in range(5):
        file = uploaded(alice, b"wanted")
        body = {"content": "x", "conversation_id": room, "attachments": [file["id"]]}
        with ThreadPoolExecutor(4) as pool:
            answers = list(pool.map(alice.post, ["/api/messages"] * 4, [body] * 4))
        assert sorted(answer.status_code for answer in answers) == [201, 422, 422, 422]


def test_deleting_a_message_deletes_its_files(
    app: OpenAPI, engine: Engine, alice: Person, bob: Person
) -> None:
    file = uploaded(alice, picture(), "p.png")
    message = alice.send("Oh no", bob, attachments=[file["id"]])
    assert bob.get(file["url"]).status_code == 200

    assert alice.delete(f"/api/messages/{message['id']}").status_code == 204

    mark = alice.get(f"/api/messages/{message['id']}").json
    assert mark["attachments"] == []
    for path in (file["url"], file["thumbnail_url"]):
        assert bob.get(path).status_code == alice.get(path).status_code == 404
    assert bob.events(message["conversation_id"])[0]["data"]["attachments"] == []
    end_undoing(app)
    sweep_all(app)
    assert count(engine, blobs) == count(engine, blob_pieces) == 0


def test_a_removed_member_no_longer_gets_the_files(alice: Person, bob: Person) -> None:
    room = alice.make_room(bob, visibility="private")
    file = uploaded(alice, b"secret")
    alice.send("x", room, attachments=[file["id"]])
    assert bob.get(file["url"]).status_code == 200

    alice.delete(f"/api/conversations/{room}/members/{bob.id}")

    assert bob.get(file["url"]).status_code == 404


def test_equal_content_is_stored_once_and_kept_while_referenced(
    app: OpenAPI, engine: Engine, alice: Person, bob: Person
) -> None:
    one, two = uploaded(alice, NOISE, "one"), uploaded(bob, NOISE, "two")
    assert one["id"] != two["id"]
    assert count(engine, blobs) == 1
    assert count(engine, blob_pieces) == 3

    assert alice.delete(one["url"]).status_code == 204
    sweep_all(app)

    assert alice.get(one["url"]).status_code == 404
    assert bob.get(two["url"]).data == NOISE
    assert bob.delete(two["url"]).status_code == 204
    sweep_all(app)
    assert count(engine, blobs) == count(engine, blob_pieces) == 0


def test_concurrent_upload_and_removal_of_equal_content_loses_no_file(
    app: OpenAPI, engine: Engine, alice: Person, bob: Person
) -> None:
    content = NOISE[: PIECE_BYTES + 1]

    def come_and_go(number: int) -> None:
        person = (alice, bob)[number % 2]
        file = uploaded(person, content)
        if number % 3:
            assert person.delete(file["url"]).status_code == 204
            sweep_all(app)
        else:
            assert person.get(file["url"]).data == content

    with ThreadPoolExecutor(3) as pool:  # fewer than the places of one person
        list(pool.map(come_and_go, range(24)))

    sweep_all(app)
    assert count(engine, attachments) == 8
    assert count(engine, blobs) == 1
    assert count(engine, blob_pieces) == 2


def test_a_sent_file_is_deleted_only_with_its_message(alice: Person, bob: Person) -> None:
    file = uploaded(alice, b"sent")
    alice.send("x", bob, attachments=[file["id"]])

    assert alice.delete(file["url"]).json["type"] == "urn:parley:problem:attachment-sent"
    assert alice.patch(file["url"], {"alt": "late"}).status_code == 409
    assert bob.delete(file["url"]).status_code == 409
    assert alice.get(file["url"]).data == b"sent"


def test_alt_text_is_set_before_sending(alice: Person, bob: Person) -> None:
    file = uploaded(alice, picture(), "p.png")

    assert alice.patch(file["url"], {"alt": " A cat\n"}).json["alt"] == "A cat"
    assert bob.patch(file["url"], {"alt": "not mine"}).status_code == 404
    assert alice.patch(file["url"], {"alt": "\x00"}).status_code == 422
    assert alice.patch(file["url"], {"alt": "x" * 1001}).status_code == 422
    message = alice.send("", bob, attachments=[file["id"]])
    assert message["attachments"][0]["alt"] == "A cat"


def test_the_number_of_queries_does_not_grow_with_files_and_polls(
    engine: Engine, alice: Person, bob: Person
) -> None:
    room = alice.make_room(bob)

    def add() -> None:
        ids = [uploaded(alice, os.urandom(10))["id"] for _ in range(2)]
        alice.send("Files", room, attachments=ids)
        poll = {"conversation_id": room, "question": "Where?", "choices": ["Here", "There"]}
        assert alice.post("/api/polls", poll).status_code == 201

    def queries() -> int:
        asked: list[str] = []

        def note(*arguments: object) -> None:
            asked.append(str(arguments[2]))

        event.listen(engine, "before_cursor_execute", note)
        page = bob.get(f"/api/conversations/{room}/messages").json
        event.remove(engine, "before_cursor_execute", note)
        assert page[-1]["poll"]["my_choice_ids"] == []
        return len(asked)

    add()
    bob.get("/api/conversations")
    few = queries()
    for _ in range(5):
        add()
    assert queries() == few

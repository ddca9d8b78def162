"""Slash commands: made by administrators, run by members, answered by a URL."""

from typing import Any

import pytest
from flask_openapi3.openapi import OpenAPI
from parley_client import Verifier

from messages_service.app import create_app
from messages_service.integrations.context import EXTENSION
from messages_service.settings import MessagesSettings
from tests.messages_service.conftest import Person, UsersService
from tests.messages_service.integrations.conftest import (
    Program,
    make_outgoing,
    messages_in,
)
from tests.support.in_process import Answer


@pytest.fixture
def admin(users_service: UsersService, dana: Person) -> Person:
    """A new administrator; the role is part of the token that users_service gives."""
    import sqlite3

    with sqlite3.connect(users_service.database) as connection:
        connection.execute("UPDATE users SET role = 'admin' WHERE id = ?", (dana.id,))
    return dana


def make_command(admin: Person, program: Program, **fields: Any) -> dict[str, Any]:
    name = f"deploy{admin.id}"
    answer = admin.post("/api/commands", {"name": name, "url": program.url, **fields})
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json
    return made


def run(person: Person, room: int, typed: str, **fields: Any) -> Answer:
    return person.post(f"/api/conversations/{room}/commands", {"text": typed, **fields})


def test_an_answer_is_for_the_person_alone_unless_it_says_otherwise(
    admin: Person, alice: Person, bob: Person, room: int, program: Program
) -> None:
    command = make_command(admin, program, description="Ships it")
    program.will_answer({"text": "deploying <https://example.com|staging>"})

    answer = run(bob, room, f"/{command['name']}  staging now ")

    assert answer.status_code == 200, answer.text
    assert answer.json["response_type"] == "ephemeral"
    assert answer.json["message"] is None
    assert 'href="https://example.com"' in answer.json["html"]
    assert messages_in(bob, room) == []
    ((headers, body),) = program.received
    Verifier(command["secret"]).verify(headers["parley-signature"], body)
    (payload,) = program.payloads
    assert payload["command"] == f"/{command['name']}"
    assert payload["text"] == "staging now"
    assert (payload["user_id"], payload["user_name"]) == (bob.id, bob.nickname)
    assert payload["conversation_id"] == room


def test_an_answer_in_channel_is_a_message_to_everybody(
    admin: Person, alice: Person, bob: Person, room: int, program: Program
) -> None:
    command = make_command(admin, program, emoji="🚢")
    make_outgoing(alice, room, program)
    program.will_answer({"response_type": "in_channel", "text": "staging is up"})

    answer = run(bob, room, f"/{command['name'].upper()}")

    (message,) = messages_in(alice, room)
    assert answer.json["message"]["id"] == message["id"]
    assert message["content"] == "staging is up"
    assert message["author"]["name"] == command["name"]
    assert message["author"]["icon_emoji"] == "🚢"


def test_a_plain_or_empty_answer_is_shown_to_the_person(
    admin: Person, alice: Person, room: int, program: Program
) -> None:
    command = make_command(admin, program)
    program.will_answer(b"just words")
    program.will_answer(b"")

    answers = [run(alice, room, f"/{command['name']}").json for _ in range(2)]

    assert [each["text"] for each in answers] == ["just words", "The command has no answer."]


@pytest.mark.parametrize(
    ("status", "body", "headers"),
    [
        (500, b"oops", {}),
        (302, b"", {"Location": "http://169.254.169.254/"}),
        (200, b"{", {"Content-Type": "application/json"}),
        (200, b"[1]", {"Content-Type": "application/json"}),
        (200, b"x" * 70_000, {}),
    ],
)
def test_a_bad_answer_is_a_problem_in_words(
    admin: Person, alice: Person, room: int, program: Program,
    status: int, body: bytes, headers: dict[str, str],
) -> None:  # fmt: skip
    command = make_command(admin, program)
    program.answers.append((status, headers, body))

    answer = run(alice, room, f"/{command['name']}")

    assert answer.status_code == 422
    assert answer.json["type"].endswith(":command-failed")
    assert command["name"] in answer.json["detail"]
    assert messages_in(alice, room) == []


def test_a_server_that_does_not_answer_is_a_problem(
    admin: Person, alice: Person, room: int
) -> None:
    command = make_command(admin, Program(url="http://127.0.0.1:9/"))

    answer = run(alice, room, f"/{command['name']}")

    assert answer.status_code == 422
    assert "does not answer" in answer.json["detail"]


def test_a_command_never_calls_a_private_network(
    settings: MessagesSettings, app: OpenAPI, admin: Person, alice: Person, room: int,
    program: Program, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    command = make_command(admin, program)
    strict = create_app(settings.model_copy(update={"webhook_private_networks": False}))
    monkeypatch.setitem(app.extensions, EXTENSION, strict.extensions[EXTENSION])

    assert run(alice, room, f"/{command['name']}").status_code == 422
    assert program.received == []


def test_unknown_commands_and_places_are_refused(
    admin: Person, alice: Person, charlie: Person, room: int, program: Program
) -> None:
    command = make_command(admin, program)

    unknown = run(alice, room, "/nothing here")
    assert unknown.status_code == 404
    assert unknown.json["detail"].startswith("There is no command /nothing.")
    assert run(charlie, room, f"/{command['name']}").status_code == 403
    assert run(alice, 987_654, f"/{command['name']}").status_code == 404
    elsewhere = alice.send("elsewhere", charlie)["id"]
    assert run(alice, room, f"/{command['name']}", reply_to=elsewhere).status_code == 404
    alice.patch(f"/api/conversations/{room}", {"archived": True})
    assert run(alice, room, f"/{command['name']}").status_code == 409
    assert program.received == []


def test_only_administrators_make_commands_and_see_their_urls(
    admin: Person, alice: Person, program: Program
) -> None:
    body = {"name": "mine", "url": program.url}
    assert alice.post("/api/commands", body).status_code == 403
    command = make_command(admin, program)
    path = f"/api/commands/{command['id']}"

    assert admin.get(path).json["url"] == program.url
    assert "url" not in alice.get(path).json
    assert command["id"] in [each["id"] for each in alice.get("/api/commands").json]
    assert alice.delete(path).status_code == 403
    taken = admin.post("/api/commands", {"name": command["name"], "url": program.url})
    assert taken.status_code == 409

    assert [admin.delete(path).status_code for _ in range(2)] == [204, 204]
    assert alice.get(path).status_code == 404
    assert make_command(admin, program)["id"] != command["id"]


@pytest.mark.parametrize("name", ["", "poll", "/poll", "leave", "two words", "1st", "x" * 33])
def test_names_of_commands_are_checked(admin: Person, program: Program, name: str) -> None:
    answer = admin.post("/api/commands", {"name": name, "url": program.url})

    assert answer.status_code == 422

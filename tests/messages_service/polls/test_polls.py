"""Polls: asked in a conversation, counted live on every screen, closed."""

from typing import Any

import pytest
from flask_openapi3.openapi import OpenAPI
from sqlalchemy import Engine, func, select

from messages_service.context import Context
from messages_service.polls.models import poll_choices, poll_votes, polls
from messages_service.shapes.people import PublishedProfile
from servicekit.data.db import transaction
from tests.messages_service.conftest import Person
from tests.messages_service.messages.undoing import end_undoing
from tests.messages_service.polls.ballots import ask, counts, vote


def test_a_poll_is_a_message_that_every_member_sees(
    alice: Person, bob: Person, charlie: Person, room: int
) -> None:
    poll = ask(alice, room, "Here", "There", "Nowhere")

    assert [(c["choice"], c["votes"], c["voters"]) for c in poll["choices"]] == [
        ("Here", 0, []), ("There", 0, []), ("Nowhere", 0, []),
    ]  # fmt: skip
    assert poll["author_id"] == alice.id
    assert poll["my_choice_ids"] == []
    assert not poll["closed"]
    assert not poll["multiple"]
    assert not poll["anonymous"]
    message = bob.get(f"/api/messages/{poll['message_id']}").json
    assert message["content"] == "Where?"
    assert message["poll"] == poll
    created = bob.events(room)[-1]
    assert (created["type"], created["seq"]) == ("message.created", message["seq"])
    shared = {name: value for name, value in poll.items() if name != "my_choice_ids"}
    assert created["data"]["poll"] == shared
    assert bob.get(f"/api/conversations/{room}").json["unread"] == 1
    for call in ("get", "delete"):
        assert getattr(charlie, call)(f"/api/messages/{poll['message_id']}").status_code == 404
    assert charlie.get(f"/api/polls/{poll['id']}").status_code == 404
    assert charlie.post(f"/api/polls/{poll['id']}/votes", {"choice_ids": []}).status_code == 404
    assert charlie.post(f"/api/polls/{poll['id']}/close", None).status_code == 404


def test_a_poll_is_shown_at_once_though_the_other_person_must_be_looked_up(
    app: OpenAPI, parts: Context, alice: Person, bob: Person
) -> None:
    """Reading people while the poll is stored leaves no snapshot from before it."""
    direct = alice.send("Hi", bob)["conversation_id"]
    renamed: PublishedProfile = {"id": bob.id, "name": "Robert", "nickname": bob.nickname}
    with app.app_context(), transaction(parts.db):
        parts.profiles.update(renamed)
    assert ask(alice, direct, "Here", "There")["conversation_id"] == direct


def test_polls_are_a_collection(alice: Person, bob: Person, charlie: Person, room: int) -> None:
    elsewhere = alice.make_room(charlie)
    made = [ask(alice, room, question=f"{n}?")["id"] for n in range(3)]
    other = ask(charlie, elsewhere)["id"]
    vote(bob, alice.get(f"/api/polls/{made[0]}").json, 1)

    def ids(person: Person, query: str = "") -> list[int]:
        return [poll["id"] for poll in person.get(f"/api/polls{query}").json]

    assert ids(alice) == [other, *reversed(made)]
    assert ids(bob) == made[::-1]
    assert ids(bob, f"?conversation_id={elsewhere}") == []
    assert ids(alice, f"?conversation_id={elsewhere}") == [other]
    first = alice.get("/api/polls?limit=2")
    assert [poll["id"] for poll in first.json] == [other, made[2]]
    assert first.headers["Link"] == f'</api/polls?limit=2&before={made[2]}>; rel="next"'
    assert ids(alice, f"?before={made[2]}") == [made[1], made[0]]
    assert ids(alice, f"?after={made[1]}") == [other, made[2]]
    listed = bob.get("/api/polls").json[-1]
    assert counts(listed) == [0, 1]
    assert listed["my_choice_ids"] == [listed["choices"][1]["id"]]
    assert bob.get("/api/polls?limit=0").status_code == 422


def test_a_page_of_large_polls_is_bounded_and_links_to_the_rest(alice: Person, room: int) -> None:
    large = [f"{number:0200}" for number in range(50)]
    made = [ask(alice, room, *large)["id"] for _ in range(45)]
    first = alice.get("/api/polls?limit=200")
    assert len(first.text) < 1_000_000
    rest = alice.get(first.headers["Link"].split(">")[0].strip("<"))
    assert "Link" not in rest.headers
    assert [poll["id"] for poll in [*first.json, *rest.json]] == made[::-1]


@pytest.mark.parametrize(
    "wrong",
    [
        {"choices": []},
        {"choices": ["one"]},
        {"choices": [str(n) for n in range(1000)]},
        {"choices": ["same", "same"]},
        {"choices": ["same", " SAME "]},
        {"choices": ["one", " "]},
        {"choices": ["one", "x" * 201]},
        {"choices": ["one", "\x07"]},
        {"choices": "one"},
        {"choices": ["one", 2]},
        {"question": ""},
        {"question": "x" * 501},
        {"question": None},
        {"closes_at": "2020-01-01T00:00:00Z"},
        {"closes_at": "9999-12-31T23:59:59-12:00"},
        {"closes_at": "0001-01-01T00:00:00+12:00"},
        {"closes_at": "tomorrow"},
        {"closes_at": "2026-12-01T00:00:00"},
        {"multiple": "perhaps"},
        {"client_id": "a b"},
        {"conversation_id": 0},
    ],
)  # fmt: skip
def test_an_invalid_poll_is_rejected_and_posts_no_message(
    alice: Person, room: int, wrong: dict[str, Any]
) -> None:
    body = {"conversation_id": room, "question": "Where?", "choices": ["a", "b"], **wrong}
    last = alice.events(room)[-1]["seq"]

    answer = alice.post("/api/polls", body)

    assert answer.status_code == 422, answer.text
    assert answer.json["errors"][0]["field"].split(".")[0] == next(iter(wrong))
    assert alice.events(room, last) == []


def test_fifty_choices_are_accepted(alice: Person, room: int) -> None:
    poll = ask(alice, room, *(f"choice {n}" for n in range(50)))
    assert [choice["choice"] for choice in poll["choices"]] == [f"choice {n}" for n in range(50)]


def test_only_members_create_polls_and_never_in_an_archived_room(
    alice: Person, bob: Person, charlie: Person, room: int
) -> None:
    body = {"conversation_id": room, "question": "Where?", "choices": ["a", "b"]}
    assert charlie.post("/api/polls", body).status_code == 403  # a public room, not joined
    assert charlie.post("/api/polls", body | {"conversation_id": 10**6}).status_code == 404
    private = alice.make_room(visibility="private")
    assert charlie.post("/api/polls", body | {"conversation_id": private}).status_code == 404
    poll = ask(alice, room)
    alice.delete(f"/api/conversations/{room}")

    assert alice.post("/api/polls", body).status_code == 409
    ids = [poll["choices"][0]["id"]]
    assert bob.post(f"/api/polls/{poll['id']}/votes", {"choice_ids": ids}).status_code == 409


def test_a_removed_member_can_neither_see_a_poll_nor_vote(
    alice: Person, bob: Person, room: int
) -> None:
    poll = ask(alice, room)
    vote(bob, poll, 0)
    alice.delete(f"/api/conversations/{room}/members/{bob.id}")

    assert bob.get(f"/api/polls/{poll['id']}").status_code == 404
    assert bob.post(f"/api/polls/{poll['id']}/votes", {"choice_ids": []}).status_code == 404
    assert bob.get("/api/polls").json == []
    assert counts(alice.get(f"/api/polls/{poll['id']}").json) == [1, 0]


def test_a_repeated_poll_with_the_same_client_id_is_created_once(alice: Person, room: int) -> None:
    body = {
        "conversation_id": room, "question": "Where?", "choices": ["a", "b"], "client_id": "c",
    }  # fmt: skip
    first = alice.post("/api/polls", body)
    again = alice.post("/api/polls", body)

    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json == again.json
    assert len(alice.get("/api/polls").json) == 1
    other = alice.post("/api/polls", body | {"choices": ["a", "c"]})
    assert other.status_code == 409


def test_a_deleted_poll_is_gone_from_the_log_too(
    app: OpenAPI, engine: Engine, alice: Person, bob: Person, room: int
) -> None:
    kept, poll = ask(alice, room, "Keep", "This"), ask(alice, room, "Secret", "Other")
    vote(bob, kept, 0)
    vote(bob, poll, 0)
    alice.post(f"/api/polls/{poll['id']}/close", None)

    assert alice.delete(f"/api/messages/{poll['message_id']}").status_code == 204
    mark = alice.get(f"/api/messages/{poll['message_id']}").json

    assert mark["poll"] is None
    assert bob.get(f"/api/polls/{poll['id']}").status_code == 404
    assert "Secret" not in bob.get(f"/api/conversations/{room}/events?limit=200").text
    blank = [e["data"]["poll"] for e in bob.events(room) if e["type"].startswith("poll.")]
    assert [(p["id"], len(p["choices"])) for p in blank] == [
        (kept["id"], 2), (poll["id"], 0), (poll["id"], 0),
    ]  # fmt: skip
    end_undoing(app)
    with engine.connect() as connection:
        for table, left in ((polls, 1), (poll_choices, 2), (poll_votes, 1)):
            number = select(func.count()).select_from(table)
            assert connection.execute(number).scalar_one() == left


def test_a_poll_cannot_be_rewritten_once_people_can_vote(alice: Person, room: int) -> None:
    poll = ask(alice, room)
    answer = alice.patch(f"/api/messages/{poll['message_id']}", {"content": "Other question?"})

    assert answer.status_code == 409
    assert answer.json["type"] == "urn:parley:problem:fixed-poll"

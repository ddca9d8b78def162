"""Closing polls: by people, and at their end."""

from datetime import timedelta

import pytest
from flask_openapi3.openapi import OpenAPI
from sqlalchemy import Engine, update

from messages_service.caller import Caller
from messages_service.context import Context
from messages_service.polls.actions import close_due_polls, close_poll
from messages_service.polls.models import polls
from servicekit.times import isoformat, utcnow
from servicekit.web.errors import Forbidden
from tests.messages_service.conftest import Person, parts_of
from tests.messages_service.polls.ballots import ask, counts, vote


def close_due(app: OpenAPI) -> None:
    with app.app_context():
        close_due_polls(parts_of(app))


def test_a_closed_poll_rejects_votes(alice: Person, bob: Person, room: int) -> None:
    poll = ask(bob, room)
    vote(alice, poll, 0)

    closed = bob.post(f"/api/polls/{poll['id']}/close", None)

    assert closed.status_code == 200
    assert closed.json["closed"]
    assert closed.json["closed_at"]
    event = alice.events(room)[-1]
    assert event["type"] == "poll.closed"
    assert event["data"]["poll"]["closed"]
    assert event["data"]["by_id"] == bob.id
    late = alice.post(f"/api/polls/{poll['id']}/votes", {"choice_ids": []})
    assert late.status_code == 409
    assert late.json["type"] == "urn:parley:problem:poll-closed"
    assert counts(alice.get(f"/api/polls/{poll['id']}").json) == [1, 0]
    assert bob.post(f"/api/polls/{poll['id']}/close", None).status_code == 200
    assert alice.events(room)[-1] == event


def test_only_the_author_and_moderators_close_a_poll(
    alice: Person, bob: Person, charlie: Person, room: int
) -> None:
    charlie.put(f"/api/conversations/{room}/members/{charlie.id}")
    poll = ask(bob, room)

    refused = charlie.post(f"/api/polls/{poll['id']}/close", None)

    assert refused.status_code == 403
    assert refused.json["type"] == "urn:parley:problem:not-your-poll"
    assert alice.post(f"/api/polls/{poll['id']}/close", None).status_code == 200


def test_an_admin_closes_polls_of_others_except_in_direct_conversations(
    app: OpenAPI, parts: Context, alice: Person, bob: Person, room: int
) -> None:
    between_the_two = alice.send("hi", bob)["conversation_id"]
    here, there = ask(alice, room), ask(alice, between_the_two)
    admin = Caller(bob.id, "admin")
    with app.app_context():
        close_poll(parts, admin, here["id"])
        with pytest.raises(Forbidden):
            close_poll(parts, admin, there["id"])

    assert alice.get(f"/api/polls/{here['id']}").json["closed"]
    assert not alice.get(f"/api/polls/{there['id']}").json["closed"]


def test_a_poll_closes_at_its_end(
    app: OpenAPI, engine: Engine, alice: Person, bob: Person, room: int
) -> None:
    soon = utcnow() + timedelta(hours=1)
    poll = ask(alice, room, closes_at=soon.isoformat())
    assert poll["closes_at"] == isoformat(soon)
    vote(bob, poll, 0)
    close_due(app)
    assert alice.events(room)[-1]["type"] == "poll.voted"
    with engine.connect() as connection:
        past = update(polls).where(polls.c.id == poll["id"])
        connection.execute(past.values(closes_at=utcnow() - timedelta(seconds=1)))
        connection.commit()

    ids = [poll["choices"][1]["id"]]
    assert bob.post(f"/api/polls/{poll['id']}/votes", {"choice_ids": ids}).status_code == 409
    assert alice.get(f"/api/polls/{poll['id']}").json["closed"]
    close_due(app)
    close_due(app)

    closings = [event for event in alice.events(room) if event["type"] == "poll.closed"]
    assert len(closings) == 1
    assert closings[0]["data"]["by_id"] is None

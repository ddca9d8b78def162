"""Answers and events have exactly the fields that are written down in `shapes`."""

import json

import pytest
from flask_openapi3.openapi import OpenAPI

from messages_service import log
from messages_service.settings import MessagesSettings
from messages_service.shapes import events, messages
from tests.messages_service.conftest import Person, UsersService, make_settings
from tests.messages_service.every_operation import ask_everything, ask_integrations
from tests.messages_service.polls.ballots import ask, vote
from tests.support.schemas import assert_has_fields, described_answers, schema_named

DATA = {
    log.MESSAGE_CREATED: messages.Message,
    log.MESSAGE_EDITED: messages.Message,
    log.MESSAGE_DELETED: messages.Message,
    log.MESSAGE_RESTORED: messages.Message,
    log.MESSAGE_PINNED: events.PinData,
    log.MESSAGE_UNPINNED: events.PinData,
    log.REACTION_ADDED: events.ReactionData,
    log.REACTION_REMOVED: events.ReactionData,
    log.MEMBER_JOINED: events.MemberData,
    log.MEMBER_LEFT: events.MemberData,
    log.MEMBER_CHANGED: events.RoleData,
    log.THREAD_UPDATED: events.ThreadData,
    log.POLL_VOTED: events.VoteData,
    log.POLL_CLOSED: events.ClosedPollData,
    log.CONVERSATION_UPDATED: events.ConversationData,
}
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def settings(database_url: str, redis_url: str, users_service: UsersService) -> MessagesSettings:
    return make_settings(database_url, redis_url, users_service.url, webhook_private_networks=True)


def test_answers_have_exactly_the_described_fields(
    app: OpenAPI, alice: Person, bob: Person, users_service: UsersService
) -> None:
    described = described_answers(app)
    answers = ask_everything(alice, bob, users_service) | ask_integrations(app, alice)

    assert answers.keys() == described.keys()
    for operation, answer in answers.items():
        assert answer.status_code in (200, 201), (operation, answer.text)
        assert_has_fields(schema_named(described[operation], "messages_service"), answer.data)


def test_events_have_exactly_the_fields_of_their_type(alice: Person, bob: Person) -> None:
    events = alice.events(room_with_every_event(alice, bob))

    assert {event["type"] for event in events} == DATA.keys()
    for event in events:
        assert_has_fields(DATA[event["type"]], json.dumps(event["data"]).encode())


def room_with_every_event(alice: Person, bob: Person) -> int:
    room_id = alice.make_room(bob)
    members = f"/api/conversations/{room_id}/members/{bob.id}"
    message = f"/api/messages/{alice.send('hi', room_id)['id']}"
    alice.patch(message, {"content": "hello"})
    bob.send("hi", room_id, reply_to=int(message.rpartition("/")[2]))
    alice.put(f"{message}/reactions/👍")
    alice.delete(f"{message}/reactions/👍")
    alice.put(f"{message}/pin")
    alice.delete(message)
    alice.post(f"{message}/restore")
    alice.delete(message)
    alice.patch(members, {"role": "moderator"})
    poll = ask(alice, room_id)
    vote(alice, poll, 0)
    alice.post(f"/api/polls/{poll['id']}/close", {})
    alice.delete(members)
    alice.patch(f"/api/conversations/{room_id}", {"topic": "soup"})
    return room_id

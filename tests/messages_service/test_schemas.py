"""Answers and events have exactly the fields that are written down in `shapes`."""

import json
from datetime import timedelta
from typing import Any

import pytest
from flask_openapi3.openapi import OpenAPI

from messages_service import log
from messages_service.settings import MessagesSettings
from messages_service.shapes import events, messages
from servicekit.times import isoformat, utcnow
from tests.contracts.resources import PUSH_KEYS
from tests.messages_service.attachments.files import picture, upload
from tests.messages_service.conftest import Person, UsersService, make_admin, make_settings
from tests.messages_service.imports.conftest import send_import
from tests.messages_service.integrations.conftest import deliver_waiting, running_program
from tests.messages_service.polls.ballots import ask, vote
from tests.support.in_process import Answer
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


def ask_everything(alice: Person, bob: Person, users_service: UsersService) -> dict[str, Answer]:
    """An answer of every operation, of messages with all that a message can have."""
    make_admin(users_service, alice)
    answers: dict[str, Answer] = {}

    def call(operation: str, body: Any = None, **ids: int | str) -> Answer:
        method, path = operation.split()
        answers[operation] = alice.call(method, path.format(**ids), body)
        return answers[operation]

    room = {"kind": "room", "name": "Kitchen", "visibility": "public"}
    room_id: int = call("POST /api/conversations", room).json["id"]
    of_room, of_bob = {"conversation_id": room_id}, {"user_id": bob.id}
    call("PUT /api/conversations/{conversation_id}/members/{user_id}", **of_room, **of_bob)
    call("GET /api/conversations/{conversation_id}/members/{user_id}", **of_room, **of_bob)
    role = {"role": "moderator"}
    call("PATCH /api/conversations/{conversation_id}/members/{user_id}", role, **of_room, **of_bob)
    call("PATCH /api/conversations/{conversation_id}", {"topic": "soup"}, **of_room)

    answers["POST /api/attachments"] = made = upload(alice, picture(), "soup.png")
    file = {"attachment_id": made.json["id"]}
    call("PATCH /api/attachments/{attachment_id}", {"alt": "A pot"}, **file)
    call("GET /api/attachments/{attachment_id}/details", **file)
    message = {"content": "hi", "recipient_id": bob.id, "attachments": [made.json["id"]]}
    of_message = {"message_id": call("POST /api/messages", message).json["id"]}
    bob.send("hello", alice, reply_to=of_message["message_id"])
    call("PATCH /api/messages/{message_id}", {"content": "hello"}, **of_message)
    call("PUT /api/messages/{message_id}/reactions/{emoji}", **of_message, emoji="👍")
    call("PUT /api/messages/{message_id}/pin", **of_message)
    call("PUT /api/messages/{message_id}/saved", **of_message)
    of_direct = {"conversation_id": answers["POST /api/messages"].json["conversation_id"]}
    call("GET /api/conversations/{conversation_id}/pins", **of_direct)
    call("GET /api/saved")
    call("GET /api/messages/{message_id}", **of_message)
    call("POST /api/messages/{message_id}/restore", **of_message)
    bob.send("", alice, forwarded_from=of_message["message_id"])
    call("GET /api/messages/{message_id}/history", **of_message)
    call("GET /api/messages/{message_id}/replies", **of_message)
    call("GET /api/messages/{message_id}/thread", **of_message)
    call("PUT /api/messages/{message_id}/thread/follow", **of_message)
    call("PUT /api/messages/{message_id}/thread/read", {"seq": 1}, **of_message)
    call("GET /api/threads")

    question = {"conversation_id": room_id, "question": "Where?", "choices": ["Here", "There"]}
    poll = call("POST /api/polls", question).json
    choice = {"choice_ids": [poll["choices"][0]["id"]]}
    call("POST /api/polls/{poll_id}/votes", choice, poll_id=poll["id"])
    call("GET /api/polls/{poll_id}", poll_id=poll["id"])
    call("POST /api/polls/{poll_id}/close", poll_id=poll["id"])
    call("GET /api/polls")

    bob.send(f"@{alice.nickname} look", room_id)
    call("GET /api/mentions")
    call("PUT /api/conversations/{conversation_id}/draft", {"content": "so"}, **of_room)
    call("GET /api/drafts")
    tomorrow = isoformat(utcnow() + timedelta(days=1))
    later = {"conversation_id": room_id, "content": "Good morning", "send_at": tomorrow}
    of_scheduled = {"scheduled_id": call("POST /api/scheduled", later).json["id"]}
    call("GET /api/scheduled")
    call("GET /api/scheduled/{scheduled_id}", **of_scheduled)
    call("PATCH /api/scheduled/{scheduled_id}", {"content": "Good day"}, **of_scheduled)
    call("POST /api/scheduled/{scheduled_id}/send", **of_scheduled)

    call("PUT /api/blocks/{user_id}", **of_bob)
    call("GET /api/blocks")
    call("GET /api/messages")
    call("GET /api/messages/with/{user_id}", user_id=alice.id)
    call("GET /api/users/{user_id}/messages", user_id=alice.id)
    call("GET /api/conversations")
    call("GET /api/conversations/{conversation_id}", **of_room)
    call("GET /api/conversations/{conversation_id}/members", **of_room)
    call("GET /api/conversations/{conversation_id}/messages", **of_room)
    call("GET /api/conversations/{conversation_id}/events", **of_room)
    call("POST /api/sync", {"cursors": {str(room_id): 0}})
    call("PUT /api/conversations/{conversation_id}/read", {"seq": 1}, **of_room)
    call("GET /api/conversations/{conversation_id}/me", **of_room)
    call("PATCH /api/conversations/{conversation_id}/me", {"starred": True}, **of_room)
    call("GET /api/conversations/{conversation_id}/opened", **of_room)
    call("POST /api/read-all")
    call("GET /api/search?q=hello")
    answers["GET /api/search"] = answers.pop("GET /api/search?q=hello")
    call("GET /api/notifications")
    call("PATCH /api/notifications", {"sound": True})
    of_report = {
        "report_id": call(
            "POST /api/messages/{message_id}/report",
            {"reason": "unfriendly"},
            message_id=alice.send("hello again", room_id)["id"],
        ).json["id"]
    }
    call("GET /api/reports")
    call("GET /api/reports/count")
    call("GET /api/reports/{report_id}", **of_report)
    call("POST /api/reports/{report_id}/close", **of_report)
    call("GET /api/rooms")
    call("GET /api/rooms/{room_id}", room_id=room_id)
    call("PATCH /api/rooms/{room_id}", {"topic": "soup"}, room_id=room_id)
    call("PUT /api/rooms/{room_id}/owner", room_id=room_id)
    call("GET /api/usage")
    call("GET /api/push/key")
    subscription = {"endpoint": "https://push.example.com/1", "keys": PUSH_KEYS}
    made = call("POST /api/push/subscriptions", subscription)
    call("GET /api/push/subscriptions")
    call("GET /api/push/subscriptions/{subscription_id}", subscription_id=made.json["id"])
    call("GET /api/retention")
    call("PATCH /api/retention", {"conversations": {str(room_id): 30}})
    exported = alice.get("/api/admin/export")
    answers["POST /api/admin/import"] = imported = send_import(alice, exported.data)
    call("GET /api/admin/imports")
    call("GET /api/admin/imports/{import_id}", import_id=imported.json["id"])
    return answers


def ask_integrations(app: OpenAPI, admin: Person) -> dict[str, Answer]:
    """An answer of every operation about webhooks and commands."""
    answers: dict[str, Answer] = {}

    def call(operation: str, body: Any = None, **ids: int | str) -> Answer:
        method, path = operation.split()
        answers[operation] = admin.call(method, path.format(**ids), body)
        return answers[operation]

    of_room = {"conversation_id": admin.make_room()}
    incoming = call("POST /api/webhooks/incoming", {**of_room, "name": "Deploys"}).json
    of_incoming = {"webhook_id": incoming["id"]}
    call("GET /api/webhooks/incoming")
    call("GET /api/webhooks/incoming/{webhook_id}", **of_incoming)
    call("PATCH /api/webhooks/incoming/{webhook_id}", {"emoji": "🚀"}, **of_incoming)
    call("POST /hooks/{token}", {"text": "done"}, token=incoming["url"].rpartition("/")[2])
    with running_program() as program:
        outgoing = {**of_room, "name": "Builder", "url": program.url}
        of_outgoing = {"webhook_id": call("POST /api/webhooks/outgoing", outgoing).json["id"]}
        admin.send("build", of_room["conversation_id"])
        deliver_waiting(app)
        command = {"name": "weather", "url": program.url, "usage": "[town]"}
        of_command = {"command_id": call("POST /api/commands", command).json["id"]}
        program.will_answer({"text": "sunny"})
        call("POST /api/conversations/{conversation_id}/commands", {"text": "/weather"}, **of_room)
    call("GET /api/webhooks/outgoing")
    call("GET /api/webhooks/outgoing/{webhook_id}", **of_outgoing)
    call("PATCH /api/webhooks/outgoing/{webhook_id}", {"enabled": False}, **of_outgoing)
    call("GET /api/webhooks/outgoing/{webhook_id}/deliveries", **of_outgoing)
    call("GET /api/commands")
    call("GET /api/commands/{command_id}", **of_command)
    return answers


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

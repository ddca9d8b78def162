"""An answer of every operation of messages_service."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from flask_openapi3.openapi import OpenAPI

from servicekit.times import isoformat, utcnow
from tests.contracts.scene import PUSH_KEYS
from tests.messages_service.attachments.files import picture, upload
from tests.messages_service.conftest import Person, UsersService, make_admin
from tests.messages_service.imports.conftest import send_import
from tests.messages_service.integrations.conftest import deliver_waiting, running_program
from tests.support.in_process import Answer


@dataclass
class Calls:
    """Calls of one person, whose answers are kept by operation: `GET /api/polls/{poll_id}`."""

    person: Person
    answers: dict[str, Answer] = field(default_factory=dict)

    def __call__(self, operation: str, body: Any = None, **ids: int | str) -> Answer:
        method, path = operation.split()
        answer = self.person.call(method, path.format(**ids), body)
        self.answers[operation.partition("?")[0]] = answer
        return answer


def ask_everything(alice: Person, bob: Person, users_service: UsersService) -> dict[str, Answer]:
    """An answer of every operation, of messages with all that a message can have."""
    make_admin(users_service, alice)
    call = Calls(alice)
    room_id = ask_conversations(call, bob)
    ask_messages(call, bob)
    ask_polls(call, room_id)
    ask_drafts_and_scheduled(call, bob, room_id)
    ask_lists(call, bob, room_id)
    ask_notifications(call)
    ask_administration(call, room_id)
    ask_retention_and_imports(call, room_id)
    return call.answers


def ask_conversations(call: Calls, bob: Person) -> int:
    """Make a room with bob; returns its id."""
    room = {"kind": "room", "name": "Kitchen", "visibility": "public"}
    room_id: int = call("POST /api/conversations", room).json["id"]
    of_room, of_bob = {"conversation_id": room_id}, {"user_id": bob.id}
    call("PUT /api/conversations/{conversation_id}/members/{user_id}", **of_room, **of_bob)
    call("GET /api/conversations/{conversation_id}/members/{user_id}", **of_room, **of_bob)
    role = {"role": "moderator"}
    call("PATCH /api/conversations/{conversation_id}/members/{user_id}", role, **of_room, **of_bob)
    call("PATCH /api/conversations/{conversation_id}", {"topic": "soup"}, **of_room)
    return room_id


def ask_messages(call: Calls, bob: Person) -> None:
    call.answers["POST /api/attachments"] = made = upload(call.person, picture(), "soup.png")
    file = {"attachment_id": made.json["id"]}
    call("PATCH /api/attachments/{attachment_id}", {"alt": "A pot"}, **file)
    call("GET /api/attachments/{attachment_id}/details", **file)
    message = {"content": "hi", "recipient_id": bob.id, "attachments": [made.json["id"]]}
    of_message = {"message_id": call("POST /api/messages", message).json["id"]}
    bob.send("hello", call.person, reply_to=of_message["message_id"])
    call("PATCH /api/messages/{message_id}", {"content": "hello"}, **of_message)
    call("PUT /api/messages/{message_id}/reactions/{emoji}", **of_message, emoji="👍")
    call("PUT /api/messages/{message_id}/pin", **of_message)
    call("PUT /api/messages/{message_id}/saved", **of_message)
    of_direct = {"conversation_id": call.answers["POST /api/messages"].json["conversation_id"]}
    call("GET /api/conversations/{conversation_id}/pins", **of_direct)
    call("GET /api/saved")
    call("GET /api/messages/{message_id}", **of_message)
    call("POST /api/messages/{message_id}/restore", **of_message)
    bob.send("", call.person, forwarded_from=of_message["message_id"])
    call("GET /api/messages/{message_id}/history", **of_message)
    call("GET /api/messages/{message_id}/replies", **of_message)
    call("GET /api/messages/{message_id}/thread", **of_message)
    call("PUT /api/messages/{message_id}/thread/follow", **of_message)
    call("PUT /api/messages/{message_id}/thread/read", {"seq": 1}, **of_message)
    call("GET /api/threads")


def ask_polls(call: Calls, room_id: int) -> None:
    question = {"conversation_id": room_id, "question": "Where?", "choices": ["Here", "There"]}
    poll = call("POST /api/polls", question).json
    choice = {"choice_ids": [poll["choices"][0]["id"]]}
    call("POST /api/polls/{poll_id}/votes", choice, poll_id=poll["id"])
    call("GET /api/polls/{poll_id}", poll_id=poll["id"])
    call("POST /api/polls/{poll_id}/close", poll_id=poll["id"])
    call("GET /api/polls")


def ask_drafts_and_scheduled(call: Calls, bob: Person, room_id: int) -> None:
    of_room = {"conversation_id": room_id}
    bob.send(f"@{call.person.nickname} look", room_id)
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


def ask_lists(call: Calls, bob: Person, room_id: int) -> None:
    of_room = {"conversation_id": room_id}
    of_bob = {"user_id": bob.id}
    call("PUT /api/blocks/{user_id}", **of_bob)
    call("GET /api/blocks")
    call("GET /api/messages")
    call("GET /api/messages/with/{user_id}", user_id=call.person.id)
    call("GET /api/users/{user_id}/messages", user_id=call.person.id)
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


def ask_notifications(call: Calls) -> None:
    call("GET /api/notifications")
    call("PATCH /api/notifications", {"sound": True})
    call("GET /api/push/key")
    subscription = {"endpoint": "https://push.example.com/1", "keys": PUSH_KEYS}
    made = call("POST /api/push/subscriptions", subscription)
    call("GET /api/push/subscriptions")
    call("GET /api/push/subscriptions/{subscription_id}", subscription_id=made.json["id"])


def ask_administration(call: Calls, room_id: int) -> None:
    of_report = {
        "report_id": call(
            "POST /api/messages/{message_id}/report",
            {"reason": "unfriendly"},
            message_id=call.person.send("hello again", room_id)["id"],
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


def ask_retention_and_imports(call: Calls, room_id: int) -> None:
    call("GET /api/retention")
    call("PATCH /api/retention", {"conversations": {str(room_id): 30}})
    exported = call.person.get("/api/admin/export")
    call.answers["POST /api/admin/import"] = imported = send_import(call.person, exported.data)
    call("GET /api/admin/imports")
    call("GET /api/admin/imports/{import_id}", import_id=imported.json["id"])


def ask_integrations(app: OpenAPI, admin: Person) -> dict[str, Answer]:
    """An answer of every operation about webhooks and commands."""
    call = Calls(admin)
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
    return call.answers

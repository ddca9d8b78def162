"""The Socket.IO events as AsyncAPI, at /asyncapi.json."""

from typing import Any

from flask import Flask

from servicekit.web.health import parley_version

OBJECT, STRING, INTEGER = {"type": "object"}, {"type": "string"}, {"type": "integer"}
BOOLEAN = {"type": "boolean"}
ROOM = {"type": ["string", "integer"], "description": "Name or id of a conversation."}
OUTCOME = {
    "type": "object",
    "required": ["ok"],
    "properties": {
        "ok": {"type": "boolean"},
        "problem": {
            "type": "object",
            "description": "RFC 9457 problem details, when `ok` is false.",
        },
    },
}
EVENT_TYPES = [
    "message.created",
    "message.edited",
    "message.deleted",
    "message.restored",
    "message.pinned",
    "message.unpinned",
    "message.previewed",
    "reaction.added",
    "reaction.removed",
    "member.joined",
    "member.left",
    "member.changed",
    "thread.updated",
    "poll.voted",
    "poll.closed",
    "conversation.updated",
]
NOTICE_TYPES = [
    "ready",
    "conversation.added",
    "conversation.removed",
    "read",
    "membership",
    "poll.mine",
    "saved",
    "draft",
    "scheduled",
    "block",
    "notification",
    "notifications",
    "thread",
    "user.updated",
]
TO_CLIENT: dict[str, tuple[str, dict[str, Any]]] = {
    "event": (
        """An entry of a conversation's log. Apply it when seq is the last one plus 1; drop it when
        it is not newer; otherwise keep it, wait 150 to 300 ms (a random time) for the events
        before it, and only then ask the log for what is still missing.""",
        {
            "conversation_id": INTEGER,
            "seq": INTEGER,
            "epoch": STRING,
            "type": {"type": "string", "enum": EVENT_TYPES},
            "date": STRING,
            "data": OBJECT,
        },
    ),
    "notice": (
        """News for this person alone, outside of any log. `ready`: the connection is live; data:
        {conversations: {id: last_seq}, epoch}.""",
        {"type": {"type": "string", "enum": NOTICE_TYPES}, "data": OBJECT},
    ),
    "typing": (
        "Somebody is typing; `thread_id` is there if it is a reply in a thread.",
        {"conversation_id": INTEGER, "user_id": INTEGER, "thread_id": INTEGER},
    ),
    "presence": (
        "Somebody's presence has changed.",
        {
            "user_id": INTEGER,
            "status": {"type": "string", "enum": ["online", "away", "dnd", "offline"]},
        },
    ),
    "resync": (
        "Something may have been missed: ask the log after your last seqs.",
        {"reason": STRING},
    ),
    "status": (
        "Somebody entered or left a room that this connection attends.",
        {"msg": STRING, "user": STRING, "room": STRING},
    ),
}
TO_SERVER: dict[str, tuple[str, dict[str, Any], dict[str, Any] | None]] = {
    "join": ("Attend a room.", {"room": ROOM}, OUTCOME),
    "leave": (
        "Stop attending a room: this connection receives nothing more of it.",
        {"room": ROOM},
        OUTCOME,
    ),
    "text": (
        "Post a message; acked when stored. The same client_id never makes a second one.",
        {
            "room": ROOM,
            "msg": STRING,
            "client_id": STRING,
            "attachments": {"type": "array", "items": INTEGER},
            "reply_to": INTEGER,
            "also_in_conversation": BOOLEAN,
            "keep_draft": BOOLEAN,
        },
        OUTCOME | {"properties": OUTCOME["properties"] | {"message": OBJECT}},  # type: ignore[operator]
    ),
    "typing": (
        "I am typing, in the thread of that message if `thread_id` is given.",
        {"conversation_id": INTEGER, "thread_id": INTEGER},
        None,
    ),
    "presence": (
        """I am here, away, or not to be disturbed. With `user_ids` (at most 200) instead: the
        statuses of these people; changes are sent only of people with a shared conversation.""",
        {
            "status": {"type": "string", "enum": ["online", "away", "dnd"]},
            "user_ids": {"type": "array", "items": INTEGER},
        },
        OUTCOME | {"properties": OUTCOME["properties"] | {"statuses": OBJECT}},  # type: ignore[operator]
    ),
    "resume": (
        """I was away: send what I missed. `cursors` has by conversation id (at most 500) the last
        seq that I have. The ack has the form of `POST /api/sync`; conversations whose events this
        connection does not receive are left out.""",
        {"cursors": {"type": "object", "additionalProperties": INTEGER}},
        OUTCOME
        | {"properties": OUTCOME["properties"] | {"conversations": OBJECT, "epoch": STRING}},  # type: ignore[operator]
    ),
    "connect-ack": ("Anything; it is logged.", {}, None),
}


def install_asyncapi(app: Flask) -> None:
    """Serve the description."""
    document = describe_events()

    @app.get("/asyncapi.json")
    def asyncapi() -> dict[str, Any]:
        return document


def describe_events() -> dict[str, Any]:
    """An AsyncAPI 3.0 document."""
    messages: dict[str, Any] = {}
    operations: dict[str, Any] = {}
    for name, (summary, properties) in TO_CLIENT.items():
        messages[f"{name}.out"] = _message(name, summary, properties)
        operations[f"send-{name}"] = _operation("send", f"{name}.out")
    for name, (summary, properties, ack) in TO_SERVER.items():
        messages[f"{name}.in"] = _message(name, summary, properties)
        if ack is not None:
            messages[f"{name}.in"]["x-ack"] = ack
        operations[f"receive-{name}"] = _operation("receive", f"{name}.in")
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Parley realtime",
            "version": parley_version(),
            "description": "Connect with auth: {token}: a ticket, an access token or an API token.",
        },
        "defaultContentType": "application/json",
        "channels": {"socket": {"address": "/socket.io", "messages": messages}},
        "operations": operations,
    }


def _message(name: str, summary: str, properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": name,
        "summary": " ".join(summary.split()),
        "payload": {"type": "object", "properties": properties},
    }


def _operation(action: str, message: str) -> dict[str, Any]:
    return {
        "action": action,
        "channel": {"$ref": "#/channels/socket"},
        "messages": [{"$ref": f"#/channels/socket/messages/{message}"}],
    }

"""One of each resource: how it is created, which path deletes it, which path lists it."""

import re
import uuid
from collections.abc import Callable

import requests

from tests.contracts.scene import Scene, location
from tests.support.cast import Person

CREATED: dict[str, Callable[[Scene], requests.Response]] = {
    "POST /api/users": Scene.account,
    "POST /api/sessions": Scene.session,
    "POST /api/sessions/second-step": Scene.session_with_code,
    "POST /api/sessions/passkey": Scene.session_with_passkey,
    "POST /api/users/me/passkeys": Scene.passkey,
    "POST /api/tokens": Scene.token,
    "POST /api/users/{user_id}/tokens": Scene.bot_token,
    "POST /api/invites": Scene.invite,
    "POST /api/users/{user_id}/password-reset": Scene.password_reset,
    "POST /api/admin/import": Scene.imported,
    "POST /api/conversations": Scene.room,
    "POST /api/messages": Scene.message,
    "POST /api/polls": Scene.poll,
    "POST /api/messages/{message_id}/report": Scene.report,
    "POST /api/attachments": Scene.file,
    "POST /api/scheduled": Scene.scheduled,
    "POST /api/push/subscriptions": Scene.push_subscription,
    "POST /api/webhooks/incoming": Scene.incoming_webhook,
    "POST /api/webhooks/outgoing": Scene.outgoing_webhook,
    "POST /api/commands": Scene.command,
    "PUT /api/conversations/{conversation_id}/members/{user_id}": Scene.member,
}


def follow(scene: Scene) -> str:
    path = f"{location(scene.message())}/thread/follow"
    assert scene.door.put(path, scene.alice).status_code == 200
    return path


DELETED: dict[str, Callable[[Scene], str]] = {
    "DELETE /api/users/{user_id}": lambda scene: location(scene.account()),
    "DELETE /api/users/{user_id}/avatar": Scene.avatar,
    "DELETE /api/users/me/two-step": lambda scene: "/api/users/me/two-step",
    "DELETE /api/users/me/identities/{identity_id}": (lambda scene: "/api/users/me/identities/1"),
    "DELETE /api/users/me/passkeys/{passkey_id}": Scene.removed_passkey,
    "DELETE /api/users/{user_id}/two-step": (lambda scene: f"{location(scene.account())}/two-step"),
    "DELETE /api/users/{user_id}/sessions": (lambda scene: f"{location(scene.account())}/sessions"),
    "DELETE /api/reports/{report_id}/message": (
        lambda scene: f"{location(scene.report())}/message"
    ),
    "DELETE /api/settings/icon": lambda scene: "/api/settings/icon",
    "DELETE /api/sessions/{session_id}": lambda scene: location(scene.session()),
    "DELETE /api/sessions/others": lambda scene: "/api/sessions/others",
    "DELETE /api/users/{user_id}/tokens/{token_id}": lambda scene: location(scene.bot_token()),
    "DELETE /api/tokens/{token_id}": lambda scene: location(scene.token()),
    "DELETE /api/invites/{invite_id}": lambda scene: location(scene.invite()),
    "DELETE /api/conversations/{conversation_id}": lambda scene: location(scene.room()),
    "DELETE /api/conversations/{conversation_id}/members/{user_id}": (
        lambda scene: location(scene.member())
    ),
    "DELETE /api/messages/{message_id}": lambda scene: location(scene.message()),
    "DELETE /api/messages/{message_id}/reactions/{emoji}": Scene.reaction,
    "DELETE /api/messages/{message_id}/pin": Scene.pin,
    "DELETE /api/messages/{message_id}/saved": Scene.saved,
    "DELETE /api/messages/{message_id}/previews/{preview_id}": (
        lambda scene: f"{location(scene.message())}/previews/1"
    ),
    "DELETE /api/scheduled/{scheduled_id}": lambda scene: location(scene.scheduled()),
    "DELETE /api/push/subscriptions/{subscription_id}": (
        lambda scene: location(scene.push_subscription())
    ),
    "DELETE /api/webhooks/incoming/{webhook_id}": lambda scene: location(scene.incoming_webhook()),
    "DELETE /api/webhooks/outgoing/{webhook_id}": lambda scene: location(scene.outgoing_webhook()),
    "DELETE /api/commands/{command_id}": lambda scene: location(scene.command()),
    "DELETE /api/conversations/{conversation_id}/draft": Scene.draft,
    "DELETE /api/blocks/{user_id}": Scene.block,
    "DELETE /api/messages/{message_id}/thread/follow": follow,
    "DELETE /api/attachments/{attachment_id}": lambda scene: location(scene.file()),
}


def replies(scene: Scene) -> str:
    first = scene.message().json()["id"]
    for _ in range(3):
        scene.message(recipient_id=scene.bob.id, reply_to=first)
    return f"/api/messages/{first}/replies"


def members(scene: Scene) -> str:
    path = f"{location(scene.room())}/members"
    for _ in range(2):
        scene.door.put(f"{path}/{scene.account().json()['id']}", scene.alice)
    return path


def drafts(scene: Scene) -> str:
    for in_thread in (True, True, False):
        scene.draft(in_thread=in_thread)
    return "/api/drafts"


def three(create: Callable[[Scene], requests.Response], path: str) -> Callable[[Scene], str]:
    """The path of a list with at least three entries."""

    def fill(scene: Scene) -> str:
        for _ in range(3):
            create(scene)
        return path.format(user=scene.alice.id)

    return fill


def acts(scene: Scene) -> str:
    for _ in range(3):
        scene.token()
    return f"/api/audit?action=token.created&actor_id={scene.alice.id}"


def rooms(scene: Scene) -> str:
    prefix = uuid.uuid4()
    for number in range(3):
        name = f"{prefix} {number}"
        scene.create("/api/conversations", kind="room", name=name, visibility="private")
    return f"/api/rooms?q={prefix}"


def blocks(scene: Scene) -> str:
    for _ in range(3):
        scene.block()
    return "/api/blocks"


def messages_of_a_conversation(scene: Scene) -> str:
    for _ in range(3):
        message = scene.message().json()
    return f"/api/conversations/{message['conversation_id']}/messages"


def pins_of_a_conversation(scene: Scene) -> str:
    for _ in range(3):
        message = scene.message().json()
        assert scene.door.put(f"/api/messages/{message['id']}/pin", scene.alice).ok
    return f"/api/conversations/{message['conversation_id']}/pins"


def saved_messages(scene: Scene) -> str:
    for _ in range(3):
        scene.saved()
    return "/api/saved"


def threads(scene: Scene) -> str:
    for _ in range(3):
        scene.message(recipient_id=scene.bob.id, reply_to=scene.message().json()["id"])
    return "/api/threads"


def mentions(scene: Scene) -> str:
    for _ in range(3):
        message = {"content": "@here", "recipient_id": scene.alice.id}
        scene.create("/api/messages", scene.bob, **message)
    return "/api/mentions"


def deliveries(scene: Scene) -> str:
    webhook = scene.outgoing_webhook()
    for _ in range(3):
        scene.message(conversation_id=webhook.json()["conversation_id"])
    return f"{location(webhook)}/deliveries"


def bot_tokens(scene: Scene) -> str:
    path = location(scene.bot_token()).rpartition("/")[0]
    for _ in range(2):
        scene.create(path, scene.admin, name="server")
    return path


LISTS: dict[str, Callable[[Scene], str]] = {
    "GET /api/users": three(Scene.account, "/api/users?q=erin"),
    "GET /api/sessions": three(Scene.session, "/api/sessions"),
    "GET /api/users/me/passkeys": three(Scene.passkey, "/api/users/me/passkeys"),
    "GET /api/users/{user_id}/tokens": bot_tokens,
    "GET /api/tokens": three(Scene.token, "/api/tokens"),
    "GET /api/invites": three(Scene.invite, "/api/invites"),
    "GET /api/audit": acts,
    "GET /api/admin/imports": three(Scene.imported, "/api/admin/imports"),
    "GET /api/reports": three(Scene.report, "/api/reports"),
    "GET /api/rooms": rooms,
    "GET /api/conversations": three(Scene.room, "/api/conversations"),
    "GET /api/conversations/{conversation_id}/members": members,
    "GET /api/conversations/{conversation_id}/messages": messages_of_a_conversation,
    "GET /api/conversations/{conversation_id}/pins": pins_of_a_conversation,
    "GET /api/saved": saved_messages,
    "GET /api/mentions": mentions,
    "GET /api/messages": three(Scene.message, "/api/messages"),
    "GET /api/messages/with/{user_id}": three(Scene.message, "/api/messages/with/{user}"),
    "GET /api/users/{user_id}/messages": three(Scene.message, "/api/users/{user}/messages"),
    "GET /api/messages/{message_id}/replies": replies,
    "GET /api/drafts": drafts,
    "GET /api/scheduled": three(Scene.scheduled, "/api/scheduled"),
    "GET /api/push/subscriptions": three(Scene.push_subscription, "/api/push/subscriptions"),
    "GET /api/webhooks/incoming": three(Scene.incoming_webhook, "/api/webhooks/incoming"),
    "GET /api/webhooks/outgoing": three(Scene.outgoing_webhook, "/api/webhooks/outgoing"),
    "GET /api/webhooks/outgoing/{webhook_id}/deliveries": deliveries,
    "GET /api/commands": three(Scene.command, "/api/commands"),
    "GET /api/blocks": blocks,
    "GET /api/threads": threads,
    "GET /api/polls": three(Scene.poll, "/api/polls"),
}


def owner(scene: Scene, name: str) -> Person:
    """The person who may see and delete what the request named so made."""
    is_for_admins = re.search(
        r"/api/(admin/|audit|commands|invites|reports|rooms|settings/icon)"
        r"|/api/users(/\{user_id\}(/(two-step|sessions|tokens.*))?)?$",
        name,
    )
    if name.endswith("/members/{user_id}"):
        return scene.bob
    return scene.admin if is_for_admins else scene.alice

"""Incoming webhooks: programs post to a secret address, people see messages."""

import logging
from typing import Any

import pytest
from flask_openapi3.openapi import OpenAPI
from sqlalchemy import Engine, select, text

from messages_service.app import create_app
from messages_service.audit.models import acts
from messages_service.settings import MessagesSettings
from messages_service.webhooks.models import MAX_WEBHOOKS, incoming_webhooks
from servicekit.data.db import transaction
from servicekit.web.logs import without_secret
from tests.messages_service.conftest import Person, SignUp, parts_of
from tests.messages_service.integrations.conftest import make_incoming, messages_in
from tests.support.in_process import Answer, Client


def post(app: OpenAPI, webhook: dict[str, Any], body: Any = None, **options: Any) -> Answer:
    if body is not None:
        options["json"] = body
    return Client(app).post(f"/hooks/{webhook['token']}", **options)


def test_a_program_posts_a_message_that_members_read(
    app: OpenAPI, alice: Person, bob: Person, room: int
) -> None:
    webhook = make_incoming(alice, room, emoji="🚀")
    unread = bob.get(f"/api/conversations/{room}").json["unread"]

    answer = post(app, webhook, {"text": "**staging** is up"})

    assert answer.status_code == 201, answer.text
    assert answer.headers["Location"] == f"/api/messages/{answer.json['id']}"
    (message,) = messages_in(bob, room)
    assert message["content"] == "**staging** is up"
    assert "<strong>staging</strong>" in message["html"]
    assert (
        message["author"] | {"name": "Deploys", "bot": True, "icon_emoji": "🚀"}
        == (message["author"])
    )
    assert message["posted_as"] == {"name": "Deploys", "emoji": "🚀"}
    assert bob.get(f"/api/conversations/{room}").json["unread"] == unread + 1
    event = bob.events(room)[-1]
    assert (event["type"], event["data"]["author"]["name"]) == ("message.created", "Deploys")
    assert alice.get(f"/api/webhooks/incoming/{webhook['id']}").json["last_used_at"]


def test_the_payload_may_name_itself_and_come_as_a_form(
    app: OpenAPI, alice: Person, room: int
) -> None:
    webhook = make_incoming(alice, room)
    payload = '{"text": "red", "username": "CI", "icon_emoji": ":tada:"}'

    assert post(app, webhook, data={"payload": payload}).status_code == 201

    (message,) = messages_in(alice, room)
    assert (message["author"]["name"], message["author"]["icon_emoji"]) == ("CI", "🎉")


def test_attachments_are_written_out_below_the_text(app: OpenAPI, alice: Person, room: int) -> None:
    webhook = make_incoming(alice, room)
    attachments = [
        {
            "title": "Build 7",
            "title_link": "https://ci.example.com/7",
            "text": "2 failed",
            "fields": [{"title": "Branch", "value": "main", "short": True}],
            "fallback": "never shown",
            "color": "danger",
        },
        {"fallback": "for old programs", "text": None},
    ]

    assert post(app, webhook, {"text": "Result:", "attachments": attachments}).status_code == 201

    assert messages_in(alice, room)[0]["content"] == (
        "Result:\n\n> **[Build 7](<https://ci.example.com/7>)**\n> 2 failed\n> **Branch:** main"
        "\n\n> for old programs"
    )


def test_mentions_in_slacks_markup_reach_people(
    app: OpenAPI, alice: Person, bob: Person, room: int
) -> None:
    webhook = make_incoming(alice, room)

    assert post(app, webhook, {"text": f"<@{bob.id}> <!here> a &lt; b"}).status_code == 201

    (message,) = messages_in(bob, room)
    assert message["content"] == f"@{bob.nickname} @here a < b"
    assert message["mentions"] == {"user_ids": [bob.id], "everyone": "here"}


@pytest.mark.parametrize(
    ("options", "status"),
    [
        ({"data": b"{", "content_type": "application/json"}, 400),
        ({"data": b"[]", "content_type": "application/json"}, 422),
        ({"data": b"", "content_type": "application/json"}, 400),
        ({"json": {"text": "  "}}, 422),
        ({"json": {}}, 422),
        ({"json": {"text": "x" * 10_001}}, 422),
        ({"json": {"text": 7}}, 422),
        ({"json": {"text": "x", "attachments": [{}] * 21}}, 422),
        ({"data": {"other": "x"}}, 422),
        ({"data": {"payload": "no json"}}, 400),
        ({"data": b"<text/>", "content_type": "text/xml"}, 415),
        ({"data": b" " * 1_000_001, "content_type": "application/json"}, 413),
    ],
)
def test_bad_payloads_are_refused_with_a_reason(
    app: OpenAPI, alice: Person, room: int, options: dict[str, Any], status: int
) -> None:
    webhook = make_incoming(alice, room)

    answer = post(app, webhook, **options)

    assert answer.status_code == status, answer.text
    assert answer.content_type == "application/problem+json"
    assert messages_in(alice, room) == []


def test_a_webhook_that_is_off_unknown_or_deleted_accepts_nothing(
    app: OpenAPI, alice: Person, room: int
) -> None:
    webhook = make_incoming(alice, room)
    path = f"/api/webhooks/incoming/{webhook['id']}"
    assert post(app, {"token": "hook_guess"}, {"text": "x"}).status_code == 404

    assert alice.patch(path, {"enabled": False}).json["stopped"] == "disabled"
    assert post(app, webhook, {"text": "x"}).status_code == 404
    assert alice.patch(path, {"enabled": True}).json["stopped"] is None
    assert post(app, webhook, {"text": "x"}).status_code == 201
    assert [alice.delete(path).status_code for _ in range(2)] == [204, 204]

    assert post(app, webhook, {"text": "x"}).status_code == 410
    assert alice.get(path).status_code == 404
    assert len(messages_in(alice, room)) == 1


def test_a_webhook_stops_with_its_conversation_and_its_owner(
    app: OpenAPI, alice: Person, bob: Person, charlie: Person, room: int
) -> None:
    alice.patch(f"/api/conversations/{room}/members/{bob.id}", {"role": "moderator"})
    webhook = make_incoming(bob, room)
    path = f"/api/webhooks/incoming/{webhook['id']}"

    bob.delete(f"/api/conversations/{room}/members/{bob.id}")
    assert post(app, webhook, {"text": "x"}).status_code == 403
    assert alice.get(path).json["stopped"] == "owner-left"
    assert alice.patch(path, {"enabled": True}).json["owner_id"] == alice.id
    assert post(app, webhook, {"text": "x"}).status_code == 201

    parts = parts_of(app)
    with app.app_context(), transaction(parts.db) as running:
        inactive = text("UPDATE profiles SET active = false WHERE id = :id")
        running.connection.execute(inactive, {"id": alice.id})
    assert post(app, webhook, {"text": "x"}).status_code == 403
    with app.app_context(), transaction(parts.db) as running:
        active = text("UPDATE profiles SET active = true WHERE id = :id")
        running.connection.execute(active, {"id": alice.id})

    alice.patch(f"/api/conversations/{room}", {"archived": True})
    assert post(app, webhook, {"text": "x"}).status_code == 409


def test_only_moderators_manage_the_webhooks_of_their_conversation(
    alice: Person, bob: Person, charlie: Person, room: int
) -> None:
    body = {"conversation_id": room, "name": "Deploys"}
    assert bob.post("/api/webhooks/incoming", body).status_code == 403
    assert charlie.post("/api/webhooks/incoming", body).status_code == 403
    direct = alice.send("hello", bob)["conversation_id"]
    in_direct = {"conversation_id": direct, "name": "Deploys"}
    assert alice.post("/api/webhooks/incoming", in_direct).status_code == 403
    webhook = make_incoming(alice, room)

    for stranger in (bob, charlie):
        path = f"/api/webhooks/incoming/{webhook['id']}"
        assert stranger.get("/api/webhooks/incoming").json == []
        assert stranger.get(path).status_code == 404
        assert stranger.patch(path, {"enabled": False}).status_code == 404
        assert stranger.delete(path).status_code == 404
    mine = alice.get(f"/api/webhooks/incoming?conversation_id={room}").json
    assert [each["id"] for each in mine] == [webhook["id"]]
    assert "token" not in mine[0]


def test_a_conversation_has_a_limited_number_of_webhooks(alice: Person, room: int) -> None:
    for _ in range(MAX_WEBHOOKS):
        make_incoming(alice, room)

    answer = alice.post("/api/webhooks/incoming", {"conversation_id": room, "name": "one more"})

    assert answer.status_code == 409


def test_the_token_is_neither_stored_nor_logged(
    engine: Engine, alice: Person, room: int, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        webhook = make_incoming(alice, room)

    with engine.connect() as connection:
        row = connection.execute(select(incoming_webhooks)).one()
    assert webhook["token"] not in str(row)
    assert webhook["token"] not in caplog.text
    assert without_secret(f"/hooks/{webhook['token']}") == "/hooks/…"
    assert webhook["url"].endswith(f"/hooks/{webhook['token']}")


def test_each_webhook_has_a_rate_of_its_own(settings: MessagesSettings, sign_up: SignUp) -> None:
    app = create_app(settings.model_copy(update={"rate_messages": "2 per 10 second"}))
    alice = sign_up("alice", app)
    room = alice.make_room()
    busy, quiet = make_incoming(alice, room), make_incoming(alice, room)

    statuses = [post(app, busy, {"text": "x"}).status_code for _ in range(3)]

    assert statuses == [201, 201, 429]
    assert post(app, quiet, {"text": "x"}).status_code == 201


def test_changes_of_webhooks_are_in_the_audit_log(app: OpenAPI, alice: Person, room: int) -> None:
    path = f"/api/webhooks/incoming/{make_incoming(alice, room)['id']}"
    alice.patch(path, {"name": "Builds"})
    for _ in range(2):
        assert alice.delete(path).status_code == 204

    with app.app_context(), parts_of(app).db.engine.connect() as connection:
        found = connection.execute(select(acts.c.action, acts.c.actor_id).order_by(acts.c.id)).all()
    recorded = [tuple(row) for row in found if row.action.startswith("webhook.")]
    assert recorded == [
        (f"webhook.{change}", alice.id) for change in ("created", "changed", "deleted")
    ]

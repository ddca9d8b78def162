"""Answers and feed entries have exactly the fields that are written down in `shapes`."""

import json
from typing import Any

import pytest

from servicekit.identity import feed
from tests.support.authenticator import Authenticator
from tests.support.in_process import Answer
from tests.support.schemas import assert_has_fields, described_answers, schema_named
from tests.users_service.avatars import picture, put_avatar
from tests.users_service.conftest import PASSWORD, MakeService, Person, Service, account
from tests.users_service.two_step import App
from users_service.context import current_context
from users_service.shapes import feed as published
from users_service.shapes import place

PLACE = "https://chat.example.com"
DATA = {
    feed.USER_CREATED: published.Profile,
    feed.USER_UPDATED: published.Profile,
    feed.USER_DEACTIVATED: published.Profile,
    feed.USER_REVOKED: published.RevokedUser,
    feed.SESSION_REVOKED: published.RevokedSession,
    feed.KEYS_RETIRED: published.RetiredKeys,
    feed.PLACE_CHANGED: place.Place,
}
pytestmark = pytest.mark.parametrize("migrated_url", ["sqlite"], indirect=True)


@pytest.fixture
def service(make_service: MakeService) -> Service:
    return make_service(public_url=PLACE)


def test_answers_have_exactly_the_described_fields(alice: Person) -> None:
    described = described_answers(alice.service.app)
    answers = ask_everything(alice) | ask_ways_to_log_in(alice)

    assert answers.keys() == described.keys()
    for operation, answer in answers.items():
        assert answer.status_code in (200, 201), (operation, answer.text)
        assert_has_fields(schema_named(described[operation], "users_service"), answer.data)


def test_feed_entries_have_exactly_the_fields_of_their_type(alice: Person, bob: Person) -> None:
    bob.log_in()
    bob.patch(f"/api/users/{bob.id}", {"name": "Robert"})
    bob.delete(f"/api/users/{bob.id}")
    alice.patch("/api/settings", {"place_name": "Oak Street"})
    with alice.service.app.app_context():
        current_context().keys.rotate(now=True)

    entries = alice.service.feed()

    assert {type_ for type_, _ in entries} == DATA.keys()
    for type_, data in entries:
        assert_has_fields(DATA[type_], json.dumps(data).encode())


def ask_everything(alice: Person) -> dict[str, Answer]:
    """An answer of every operation, by an admin."""
    answers: dict[str, Answer] = {}

    def call(operation: str, body: Any = None, **ids: int) -> Answer:
        method, path = operation.split()
        answers[operation] = alice.call(method, path.format(**ids), body)
        return answers[operation]

    call("POST /api/users", account("erin"))
    call("GET /api/users")
    call("GET /api/users/me")
    call("GET /api/users/{user_id}", user_id=alice.id)
    call("PATCH /api/users/{user_id}", {"name": "Alicia"}, user_id=alice.id)
    status = {"emoji": "🌿", "text": "in the garden"}
    call("PATCH /api/users/me", {"title": "Gardener", "status": status})
    answers["PUT /api/users/{user_id}/avatar"] = put_avatar(alice, picture())
    login = {"login": alice.nickname, "password": PASSWORD}
    session = call("POST /api/sessions", login).json
    call("POST /api/sessions/refresh", {"session_token": session["session_token"]})
    call("POST /api/sessions/exchange")
    call("POST /api/sessions/ticket")
    call("GET /api/sessions")
    call("GET /api/sessions/{session_id}", session_id=session["session_id"])
    token = call("POST /api/tokens", {"name": "laptop", "expires_in": 3600}).json
    call("GET /api/tokens/{token_id}", token_id=token["id"])
    call("GET /api/tokens")
    robot = {"name": "Robot", "nickname": "robot", "role": "bot", "password": PASSWORD}
    of_bot = {"user_id": alice.post("/api/users", robot).json["id"]}
    token = call("POST /api/users/{user_id}/tokens", {"name": "program"}, **of_bot).json
    call("GET /api/users/{user_id}/tokens", **of_bot)
    call("GET /api/users/{user_id}/tokens/{token_id}", **of_bot, token_id=token["id"])
    invite = call("POST /api/invites", {}).json
    call("GET /api/invites/{invite_id}", invite_id=invite["id"])
    call("GET /api/invites")
    reset = call("POST /api/users/{user_id}/password-reset", {}, user_id=alice.id).json
    call("GET /api/password-resets/{reset_id}", reset_id=reset["id"])
    call("GET /api/settings")
    call("PATCH /api/settings", {"registration": "invite"})
    answers["PUT /api/settings/icon"] = alice.put(
        "/api/settings/icon", data=picture(), content_type="image/png"
    )
    call("GET /api/audit")
    call("GET /.well-known/jwks.json")
    return answers


def ask_ways_to_log_in(person: Person) -> dict[str, Answer]:
    """An answer of every operation about two-step login and passkeys."""
    answers: dict[str, Answer] = {}
    token = person.log_in()["access_token"]

    def call(operation: str, body: Any = None, **ids: int) -> Answer:
        method, path = operation.split()
        answers[operation] = person.call(method, path.format(**ids), body, token=token)
        return answers[operation]

    device = Authenticator(PLACE)
    asked = call("POST /api/users/me/passkeys/options").json
    credential = device.create(asked["options"])
    passkey = {"name": "Phone", "challenge": asked["challenge"], "credential": credential}
    of_passkey = {"passkey_id": call("POST /api/users/me/passkeys", passkey).json["id"]}
    asked = call("POST /api/sessions/passkey-options", {}).json
    solved = {"challenge": asked["challenge"], "credential": device.get(asked["options"])}
    call("POST /api/sessions/passkey", solved)
    call("GET /api/users/me/passkeys")
    call("GET /api/users/me/passkeys/{passkey_id}", **of_passkey)
    call("PATCH /api/users/me/passkeys/{passkey_id}", {"name": "Old phone"}, **of_passkey)

    app = App(call("POST /api/users/me/two-step").json["secret"])
    call("POST /api/users/me/two-step/confirm", {"code": app.code(-1)})
    call("POST /api/users/me/two-step/recovery-codes")
    challenge = person.service.log_in(person.nickname).json["challenge"]
    call("POST /api/sessions/second-step", {"challenge": challenge, "code": app.code()})
    call("GET /api/users/me/sign-in")
    return answers

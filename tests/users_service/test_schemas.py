"""Answers and feed entries have exactly the fields that are written down in `shapes`."""

import json
from types import ModuleType
from typing import Any

import pytest

from tests.support.in_process import Answer
from tests.support.schemas import assert_has_fields, described_answers, schema_named
from tests.users_service.conftest import PASSWORD, Person, account
from tests.users_service.test_avatars import picture, put
from users_service import log, schemas, shapes
from users_service.parts import parts

MODULES: tuple[ModuleType, ...] = (shapes, schemas)
DATA = {
    log.USER_CREATED: shapes.Profile,
    log.USER_UPDATED: shapes.Profile,
    log.USER_DEACTIVATED: shapes.Profile,
    log.USER_REVOKED: shapes.RevokedUser,
    log.SESSION_REVOKED: shapes.RevokedSession,
    log.KEYS_RETIRED: shapes.RetiredKeys,
}
pytestmark = pytest.mark.parametrize("migrated_url", ["sqlite"], indirect=True)


def test_answers_have_exactly_the_described_fields(alice: Person) -> None:
    described = described_answers(alice.service.app)
    answers = ask_everything(alice)

    assert answers.keys() == described.keys()
    for operation, answer in answers.items():
        assert answer.status_code in (200, 201), (operation, answer.text)
        assert_has_fields(schema_named(described[operation], MODULES), answer.data)


def test_feed_entries_have_exactly_the_fields_of_their_type(alice: Person, bob: Person) -> None:
    bob.log_in()
    bob.patch(f"/api/users/{bob.id}", {"name": "Robert"})
    bob.delete(f"/api/users/{bob.id}")
    with alice.service.app.app_context():
        parts().keys.rotate(now=True)

    entries = alice.service.feed()

    assert {type_ for type_, _ in entries} == DATA.keys()
    for type_, data in entries:
        assert_has_fields(DATA[type_], json.dumps(data).encode())


def ask_everything(alice: Person) -> dict[str, Answer]:
    """An answer of every operation, by an admin."""
    answers: dict[str, Answer] = {}

    def call(operation: str, body: Any = None, token: str | None = None) -> Answer:
        method, path = operation.split()
        answers[operation] = alice.call(method, path.format(id=alice.id), body, token)
        return answers[operation]

    call("POST /api/users", account("erin"))
    call("GET /api/users")
    call("GET /api/users/me")
    call("GET /api/users/{id}")
    call("PATCH /api/users/{id}", {"name": "Alicia"})
    answers["PUT /api/users/{id}/avatar"] = put(alice, picture())
    login = {"login": alice.nickname, "password": PASSWORD}
    session = call("POST /api/sessions", login).json
    call("POST /api/sessions/refresh", {"session_token": session["session_token"]})
    call("POST /api/sessions/exchange")
    call("POST /api/sessions/ticket")
    call("GET /api/sessions")
    call("POST /api/tokens", {"name": "laptop", "expires_in": 3600})
    call("GET /api/tokens")
    call("POST /api/invites", {})
    call("GET /api/invites")
    call("GET /.well-known/jwks.json")
    return answers

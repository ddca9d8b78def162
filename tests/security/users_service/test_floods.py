"""Writes are limited by person and by address."""

import re
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from servicekit.web.service_calls import SERVICE_SECRET_HEADER
from tests.users_service.conftest import SECRET, MakeService, Person, Service, account

WRITES: list[tuple[str, str, Any]] = [
    ("PATCH", "/api/users/{id}", {"name": "Another name"}),
    ("PATCH", "/api/users/me", {"title": "Cook"}),
    ("PUT", "/api/users/me/password", {"password": "another good password"}),
    ("DELETE", "/api/users/{id}", None),
    ("PUT", "/api/users/{id}/avatar", {}),
    ("DELETE", "/api/users/{id}/avatar", None),
    ("POST", "/api/users/{id}/password-reset", None),
    ("POST", "/api/tokens", {"name": "one more"}),
    ("DELETE", "/api/tokens/999", None),
    ("POST", "/api/invites", {}),
    ("DELETE", "/api/invites/999", None),
    ("DELETE", "/api/sessions/999", None),
    ("DELETE", "/api/sessions/others", None),
    ("DELETE", "/api/sessions/current", None),
    ("PUT", "/api/sessions/current/confirmation", {"password": "a good password"}),
    ("DELETE", "/api/users/{id}/sessions", None),
    ("POST", "/api/users/{id}/tokens", {"name": "one more"}),
    ("DELETE", "/api/users/{id}/tokens/999", None),
    ("POST", "/api/users/me/two-step", None),
    ("POST", "/api/users/me/two-step/confirm", {"code": "123456"}),
    ("POST", "/api/users/me/two-step/recovery-codes", None),
    ("DELETE", "/api/users/me/two-step", None),
    ("DELETE", "/api/users/{id}/two-step", None),
    ("POST", "/api/users/me/passkeys/options", None),
    ("POST", "/api/users/me/passkeys", {"name": "Phone", "challenge": "x", "credential": {}}),
    ("PATCH", "/api/users/me/passkeys/999", {"name": "Phone"}),
    ("DELETE", "/api/users/me/passkeys/999", None),
    ("DELETE", "/api/users/me/identities/999", None),
    ("POST", "/api/users/me/email-confirmation", None),
    ("PATCH", "/api/settings", {"place_name": "Oak Street"}),
    ("PUT", "/api/settings/icon", {}),
    ("DELETE", "/api/settings/icon", None),
]
ID = re.compile(r"999|<(int:)?\w+>")
TOKENS = ("refresh", "exchange", "ticket")


@pytest.mark.parametrize(("method", "path", "body"), WRITES)
def test_a_flood_of_writes_by_one_person_is_refused(
    make_service: MakeService, method: str, path: str, body: Any
) -> None:
    service = make_service(rate_changes="3")
    alice, bob = service.sign_up("alice"), service.sign_up("bob")
    for number in range(3):
        bob.patch(f"/api/users/{bob.id}", {"name": f"Bob {number}"})
    refused = bob.call(method, path.format(id=bob.id), body)
    assert refused.status_code == 429
    assert refused.content_type == "application/problem+json"
    assert 0 < int(refused.headers["Retry-After"]) <= 3601
    assert bob.get("/api/users/me").status_code == 200
    assert alice.patch(f"/api/users/{alice.id}", {"name": "Alice A."}).status_code == 200


def test_many_accounts_of_one_address_are_limited_together(make_service: MakeService) -> None:
    service = make_service(rate_address_changes="2")
    people = [service.sign_up(nickname) for nickname in ("alice", "bob", "charlie")]
    statuses = [
        person.patch(f"/api/users/{person.id}", {"name": "New"}).status_code for person in people
    ]
    assert statuses == [200, 200, 429]
    service.address = "192.0.2.7"
    assert people[2].patch(f"/api/users/{people[2].id}", {"name": "New"}).status_code == 200


@pytest.mark.parametrize("kind", TOKENS)
def test_a_flood_of_requests_for_tokens_is_refused(make_service: MakeService, kind: str) -> None:
    service = make_service(rate_tokens="3")
    alice, bob = service.sign_up("alice"), service.sign_up("bob")
    ask = token_request(bob, kind)
    assert [ask().status_code for _ in range(3)] == [200, 200, 200]
    refused = ask()
    assert refused.status_code == 429
    assert refused.content_type == "application/problem+json"
    assert 0 < int(refused.headers["Retry-After"]) <= 3601
    assert bob.get("/api/users/me").status_code == 200
    assert token_request(alice, kind)().status_code == 200


@pytest.mark.parametrize("kind", TOKENS)
def test_requests_for_tokens_from_one_address_are_limited_together(
    make_service: MakeService, kind: str
) -> None:
    service = make_service(rate_address_tokens="2")
    people = [service.sign_up(nickname) for nickname in ("alice", "bob", "charlie")]
    statuses = [token_request(person, kind)().status_code for person in people]
    assert statuses == [200, 200, 429]
    service.address = "192.0.2.7"
    assert token_request(people[2], kind)().status_code == 200


def test_guesses_of_session_tokens_are_limited_by_address(make_service: MakeService) -> None:
    service = make_service(rate_address_tokens="2")
    statuses = [refresh(service, f"session_{number}").status_code for number in range(3)]
    assert statuses == [401, 401, 429]


@pytest.mark.parametrize(
    ("headers", "expected"),
    [({}, [200, 200, 200]), ({"X-Forwarded-For": "192.0.2.9"}, [200, 200, 429])],
    ids=["another service", "the gateway"],
)
def test_service_calls_are_limited_by_the_forwarded_address_alone(
    make_service: MakeService, headers: dict[str, str], expected: list[int]
) -> None:
    """messages_service exchanges the API tokens that people send to it."""
    service = make_service(rate_address_tokens="2")
    bob = service.sign_up("bob")
    all_headers = {SERVICE_SECRET_HEADER: SECRET} | headers
    statuses = [
        service.post("/api/sessions/exchange", token=bob.token, headers=all_headers).status_code
        for _ in range(3)
    ]
    assert statuses == expected


def test_every_write_is_limited(make_service: MakeService) -> None:
    """A route that changes something and is not in the table above fails here."""
    app = make_service().app
    known = {(method, path.partition("?")[0]) for method, path, _ in WRITES} | {
        ("POST", "/api/users"),  # RATE_SIGNUPS
        ("POST", "/api/sessions"),  # RATE_LOGINS
        ("POST", "/api/sessions/second-step"),  # by challenge and person
        ("POST", "/api/sessions/passkey-options"),  # RATE_TOKENS
        ("POST", "/api/sessions/passkey"),  # RATE_TOKENS
        ("POST", "/api/password-resets"),  # RATE_PASSWORD_RESETS
        ("POST", "/api/password-resets/999"),  # RATE_TOKENS
        ("PUT", "/api/users/email-confirmations/999"),  # RATE_TOKENS
        *(("POST", f"/api/sessions/{kind}") for kind in TOKENS),
    }
    written = {ID.sub("{id}", path) for _, path in known}
    for rule in app.url_map.iter_rules():
        if (
            rule.rule.startswith("/api/")
            and rule.methods
            and rule.methods & {"POST", "PUT", "PATCH", "DELETE"}
        ):
            assert ID.sub("{id}", rule.rule) in written, rule.rule


def test_probing_for_existing_emails_is_limited(make_service: MakeService) -> None:
    service = make_service(rate_taken_emails="3")
    service.sign_up("alice")
    statuses = []
    for number in range(5):
        wanted = account(f"eve{number}") | {"email": "alice@example.com"}
        statuses.append(service.post("/api/users", wanted).status_code)
    assert statuses == [409, 409, 409, 429, 429]
    assert service.post("/api/users", account("eve")).status_code == 429


@pytest.mark.parametrize(("registration", "status"), [("closed", 403), ("invite", 422)])
def test_closed_sign_up_does_not_reveal_existing_emails(
    make_service: MakeService, registration: str, status: int
) -> None:
    service = make_service(registration=registration)
    service.sign_up("alice")
    known = service.post("/api/users", account("eve") | {"email": "alice@example.com"})
    unknown = service.post("/api/users", account("eve"))
    assert known.status_code == unknown.status_code == 403
    assert known.json["detail"] == unknown.json["detail"]
    guessed = account("eve") | {"email": "alice@example.com", "invite": "invite_" + "x" * 43}
    refused = service.post("/api/users", guessed)
    assert refused.status_code == status
    assert "taken" not in refused.text


def token_request(person: Person, kind: str) -> Callable[[], Any]:
    """Asks for a token of that kind, always with the same session or API token."""
    if kind == "refresh":
        return partial(refresh, person.service, person.log_in()["session_token"])
    return partial(person.post, f"/api/sessions/{kind}")


def refresh(service: Service, session_token: str) -> Any:
    return service.post("/api/sessions/refresh", {"session_token": session_token})

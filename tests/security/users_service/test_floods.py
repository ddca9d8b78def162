"""Writes are limited by person and by address."""

from typing import Any

import pytest

from tests.users_service.conftest import MakeService, account

WRITES: list[tuple[str, str, Any]] = [
    ("PATCH", "/api/users/{id}", {"name": "Another name"}),
    ("PUT", "/api/users/me/password", {"password": "another good password"}),
    ("DELETE", "/api/users/{id}", None),
    ("PUT", "/api/users/{id}/avatar", {}),
    ("DELETE", "/api/users/{id}/avatar", None),
    ("POST", "/api/tokens", {"name": "one more"}),
    ("DELETE", "/api/tokens/999", None),
    ("POST", "/api/invites", {}),
    ("DELETE", "/api/invites/999", None),
    ("DELETE", "/api/sessions/999", None),
    ("DELETE", "/api/sessions/others", None),
    ("DELETE", "/api/sessions/current", None),
]


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


def test_every_write_is_limited(make_service: MakeService) -> None:
    """A route that changes something and is not in the table above fails here."""
    app = make_service().app
    known = {(method, path.partition("?")[0]) for method, path, _ in WRITES} | {
        ("POST", "/api/users"),  # RATE_SIGNUPS
        ("POST", "/api/sessions"),  # RATE_LOGINS
        ("POST", "/api/sessions/refresh"),
        ("POST", "/api/sessions/exchange"),
        ("POST", "/api/sessions/ticket"),
    }
    written = {path.replace("999", "{id}") for _, path in known}
    for rule in app.url_map.iter_rules():
        if (
            rule.rule.startswith("/api/")
            and rule.methods
            and rule.methods & {"POST", "PUT", "PATCH", "DELETE"}
        ):
            assert rule.rule.replace("<int:id>", "{id}") in written, rule.rule


def test_probing_for_existing_emails_is_limited(make_service: MakeService) -> None:
    service = make_service(rate_taken_emails="3")
    service.sign_up("alice")
    statuses = []
    for number in range(5):
        wanted = account(f"eve{number}") | {"email": "alice@example.com"}
        statuses.append(service.post("/api/users", wanted).status_code)
    assert statuses == [409, 409, 409, 429, 429]
    assert service.post("/api/users", account("eve")).status_code == 429


@pytest.mark.parametrize("registration", ["closed", "invite"])
def test_closed_sign_up_does_not_reveal_existing_emails(
    make_service: MakeService, registration: str
) -> None:
    service = make_service(registration=registration)
    service.sign_up("alice")
    known = service.post("/api/users", account("eve") | {"email": "alice@example.com"})
    unknown = service.post("/api/users", account("eve"))
    assert known.status_code == unknown.status_code == 403
    assert known.json["detail"] == unknown.json["detail"]
    guessed = account("eve") | {"email": "alice@example.com", "invite": "invite_" + "x" * 43}
    assert service.post("/api/users", guessed).status_code in (403, 422)
    assert "taken" not in service.post("/api/users", guessed).text

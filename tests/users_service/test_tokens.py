"""API tokens."""

from datetime import timedelta

import jwt
import pytest

from tests.users_service.conftest import PASSWORD, MakeService, Person


def test_a_token_is_shown_once_and_works_until_it_is_revoked(bob: Person) -> None:
    made = bob.post("/api/tokens", {"name": "script"})
    assert made.status_code == 201
    secret = made.json["token"]
    assert bob.get("/api/users/me", token=secret).status_code == 200
    listed = bob.get("/api/tokens").json
    assert [entry["name"] for entry in listed] == ["First token", "script"]
    assert all("token" not in entry for entry in listed)
    assert bob.delete(f"/api/tokens/{made.json['id']}").status_code == 204
    assert bob.delete(f"/api/tokens/{made.json['id']}").status_code == 404
    assert bob.get("/api/users/me", token=secret).status_code == 401
    assert ("session.revoked", {"sid": f"t{made.json['id']}", "user_id": bob.id}) in (
        bob.service.feed()
    )


def test_a_read_only_token_changes_nothing(bob: Person) -> None:
    made = bob.post("/api/tokens", {"name": "reader", "scopes": ["read"]}).json
    reader = made["token"]
    assert bob.get("/api/users", token=reader).status_code == 200
    assert bob.post("/api/sessions/ticket", token=reader).status_code == 200
    for method, path, body in (
        ("PATCH", f"/api/users/{bob.id}", {"name": "Robert"}),
        ("DELETE", f"/api/users/{bob.id}", None),
        ("POST", "/api/tokens", {"name": "more"}),
    ):
        answer = bob.call(method, path, body, token=reader)
        assert answer.status_code == 403
        assert answer.json["type"] == "urn:parley:problem:scope-missing"
    exchanged = bob.post("/api/sessions/exchange", token=reader).json["access_token"]
    assert bob.patch(f"/api/users/{bob.id}", {"name": "R"}, token=exchanged).status_code == 403


def test_a_token_cannot_create_a_stronger_or_longer_lived_one(bob: Person) -> None:
    writer = bob.post(
        "/api/tokens", {"name": "writer", "scopes": ["write"], "expires_in": 3600}
    ).json
    refused = bob.post("/api/tokens", {"name": "more"}, token=writer["token"])
    assert refused.status_code == 403
    child = bob.post("/api/tokens", {"name": "child", "scopes": ["write"]}, token=writer["token"])
    assert child.json["expires_at"] == writer["expires_at"]


def test_an_expired_token_is_refused(bob: Person) -> None:
    secret = bob.post("/api/tokens", {"name": "short", "expires_in": 60}).json["token"]
    assert bob.get("/api/users/me", token=secret).status_code == 200
    with_expiry = "UPDATE api_tokens SET expires_at = created_at WHERE expires_at IS NOT NULL"
    bob.service.execute(with_expiry)
    assert bob.get("/api/users/me", token=secret).status_code == 401
    assert bob.post("/api/sessions/exchange", token=secret).status_code == 401


def test_an_access_token_does_not_outlive_its_api_token(bob: Person) -> None:
    secret = bob.post("/api/tokens", {"name": "short", "expires_in": 60}).json["token"]
    answer = bob.post("/api/sessions/exchange", token=secret)
    assert answer.status_code == 200
    assert 0 < answer.json["expires_in"] <= 60
    assert bob.get("/api/users/me", token=answer.json["access_token"]).status_code == 200


def test_revoking_a_token_ends_its_access_tokens(bob: Person) -> None:
    made = bob.post("/api/tokens", {"name": "script"}).json
    exchanged = bob.post("/api/sessions/exchange", token=made["token"]).json["access_token"]
    assert bob.get("/api/users/me", token=exchanged).status_code == 200
    bob.delete(f"/api/tokens/{made['id']}")
    assert bob.get("/api/users/me", token=exchanged).status_code == 401


def test_only_an_api_token_can_be_exchanged(bob: Person) -> None:
    access_token = bob.log_in()["access_token"]
    assert bob.post("/api/sessions/exchange", token=access_token).status_code == 401
    assert bob.service.post("/api/sessions/exchange").status_code == 401


def test_another_persons_token_cannot_be_revoked(alice: Person, bob: Person) -> None:
    made = bob.post("/api/tokens", {"name": "script"}).json
    assert alice.delete(f"/api/tokens/{made['id']}").status_code == 404
    assert alice.get("/api/tokens").json[0]["name"] == "First token"


def test_the_last_use_is_recorded_to_the_minute(bob: Person) -> None:
    first = bob.get("/api/tokens").json[0]["last_used_at"]
    assert first is not None
    assert bob.get("/api/tokens").json[0]["last_used_at"] == first
    bob.service.turn_back("api_tokens.last_used_at", timedelta(minutes=2))
    assert bob.get("/api/tokens").json[0]["last_used_at"] > first


def test_the_number_of_tokens_is_limited(make_service: MakeService) -> None:
    bob = make_service(rate_changes="1000").sign_up("bob")
    for number in range(99):
        assert bob.post("/api/tokens", {"name": str(number)}).status_code == 201
    answer = bob.post("/api/tokens", {"name": "one more"})
    assert answer.status_code == 409
    assert answer.json["type"] == "urn:parley:problem:too-many-tokens"


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"name": ""},
        {"name": "x" * 101},
        {"name": "a\x00"},
        {"name": "x", "scopes": []},
        {"name": "x", "scopes": ["admin"]},
        {"name": "x", "scopes": ["read"] * 3},
        {"name": "x", "expires_in": 0},
        {"name": "x", "expires_in": 10**18},
        {"name": "x", "expires_in": "soon"},
        {"name": "x", "user_id": 1},
    ],
)
def test_an_invalid_token_request_is_rejected(shared_bob: Person, body: object) -> None:
    assert shared_bob.post("/api/tokens", body).status_code == 422


def test_revoking_a_token_revokes_those_made_with_it(bob: Person) -> None:
    parent = bob.post("/api/tokens", {"name": "parent"}).json
    child = bob.post("/api/tokens", {"name": "child"}, token=parent["token"]).json
    access = bob.post("/api/sessions/exchange", token=child["token"]).json["access_token"]
    grandchild = bob.post("/api/tokens", {"name": "grandchild"}, token=access).json
    other = bob.post("/api/tokens", {"name": "other"}).json
    assert bob.delete(f"/api/tokens/{parent['id']}").status_code == 204
    for token in (parent["token"], child["token"], access, grandchild["token"]):
        assert bob.get("/api/users/me", token=token).status_code == 401
    assert bob.get("/api/users/me", token=other["token"]).status_code == 200


CHANGE = {"password": "another good password", "current_password": PASSWORD}


def test_a_new_password_revokes_api_tokens(bob: Person) -> None:
    session = bob.log_in()["access_token"]
    assert bob.put("/api/users/me/password", CHANGE, token=session).status_code == 204
    assert bob.get("/api/users/me").status_code == 401
    assert bob.get("/api/tokens", token=session).json == []


def test_a_new_password_keeps_api_tokens_on_request(bob: Person) -> None:
    kept = CHANGE | {"revoke_tokens": False}
    assert bob.put("/api/users/me/password", kept).status_code == 204
    assert bob.get("/api/users/me").status_code == 200


def test_the_token_that_changes_the_password_stays_valid(bob: Person) -> None:
    other = bob.post("/api/tokens", {"name": "other"}).json["token"]
    assert bob.put("/api/users/me/password", CHANGE).status_code == 204
    assert bob.get("/api/users/me").status_code == 200
    assert bob.get("/api/users/me", token=other).status_code == 401


def test_an_admins_reset_revokes_api_tokens(alice: Person, bob: Person) -> None:
    new = {"password": "another good password"}
    assert alice.patch(f"/api/users/{bob.id}", new | {"revoke_tokens": False}).status_code == 200
    assert bob.get("/api/users/me").status_code == 200
    assert alice.patch(f"/api/users/{bob.id}", new).status_code == 200
    assert bob.get("/api/users/me").status_code == 401
    assert alice.get("/api/users/me").status_code == 200


def test_after_a_change_of_role_api_tokens_work_with_the_new_one(
    alice: Person, bob: Person
) -> None:
    before = bob.post("/api/sessions/exchange").json["access_token"]
    alice.patch(f"/api/users/{bob.id}", {"role": "admin"})
    after = bob.post("/api/sessions/exchange").json["access_token"]
    roles = [
        jwt.decode(token, options={"verify_signature": False})["role"] for token in (before, after)
    ]
    assert roles == ["member", "admin"]

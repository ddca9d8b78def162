"""Logging in at an OpenID Connect provider: whose account it opens, and what is refused."""

import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from joserfc.jwk import RSAKey

from servicekit.web.service_calls import SERVICE_SECRET_HEADER
from tests.support.in_process import Answer
from tests.support.openid_client import CLIENT_ID, CLIENT_SECRET
from tests.support.openid_provider import Provider, User, running_provider
from tests.support.ports import free_port
from tests.users_service.conftest import (
    PASSWORD,
    SECRET,
    MakeService,
    Person,
    Service,
    make_settings,
)
from tests.users_service.two_step import turn_on
from users_service.actions.confirming import CONFIRMED_FOR

PLACE = "https://chat.example.com"
VERIFIED = {"email_verified": True}


@pytest.fixture(scope="module")
def running() -> Iterator[Provider]:
    with running_provider(free_port(), f"{PLACE}/login/openid/callback") as provider:
        yield provider


@pytest.fixture
def provider(running: Provider) -> Provider:
    running.reset()
    return running


@pytest.fixture
def openid(provider: Provider) -> dict[str, str]:
    """The settings for the provider."""
    return {
        "public_url": PLACE,
        "openid_issuer": provider.url,
        "openid_client_id": CLIENT_ID,
        "openid_client_secret": CLIENT_SECRET,
        "openid_label": "Example",
    }


@pytest.fixture
def service(make_service: MakeService, openid: dict[str, str]) -> Service:
    return make_service(**openid)


def internal(service: Service, path: str, body: Any, **options: Any) -> Answer:
    headers = {SERVICE_SECRET_HEADER: SECRET}
    return service.post(f"/internal/openid/{path}", body, headers=headers, **options)


def visit(service: Service, **options: Any) -> dict[str, Any]:
    """The values with which the provider sends the browser back."""
    started = internal(service, "start", {}, **options)
    assert started.status_code == 200, started.text
    answer = requests.get(started.json["url"], timeout=10, allow_redirects=False)
    assert answer.status_code == 302, answer.text
    back = {name: values[0] for name, values in _query(answer.headers["Location"]).items()}
    return {"challenge": started.json["challenge"], "state": back["state"], "code": back["code"]}


def log_in(service: Service) -> Answer:
    return internal(service, "finish", visit(service))


def _query(url: str) -> dict[str, list[str]]:
    return parse_qs(urlsplit(url).query)


def code_of(answer: Answer) -> str:
    return str(answer.json["type"]).rpartition(":")[2]


def test_a_new_person_gets_an_account_that_the_same_login_opens_again(
    service: Service, provider: Provider
) -> None:
    service.sign_up("alice")
    email = {"email": "ann@example.com"}
    provider.user = User("7", email | VERIFIED | {"name": "Ann", "preferred_username": "alice"})
    first = log_in(service)
    assert first.status_code == 201, first.text
    shown = first.json["user"]
    assert (shown["name"], shown["nickname"], shown["role"]) == ("Ann", "alice2", "member")
    provider.user.claims["email"] = "other@example.com"
    assert log_in(service).json["user"]["id"] == shown["id"]


def test_the_first_account_becomes_the_administrators(service: Service, provider: Provider) -> None:
    provider.user = User("7", {"email": "ann@example.com"})
    user = log_in(service).json["user"]
    assert (user["role"], user["nickname"]) == ("admin", "ann")


def test_closed_registration_makes_no_account(
    make_service: MakeService, provider: Provider, openid: dict[str, str]
) -> None:
    service = make_service(**openid, registration="closed")
    alice = service.sign_up("alice")
    provider.user = User("7", {"email": "ann@example.com"} | VERIFIED)
    assert code_of(log_in(service)) == "signup-closed"
    provider.user = User("8")
    assert code_of(log_in(service)) == "no-provider-email"
    assert len(alice.get("/api/users").json) == 1


def test_an_account_with_an_unverified_email_is_connected_by_its_password_only(
    service: Service, provider: Provider
) -> None:
    bob = service.sign_up("alice") and service.sign_up("bob")
    provider.user = User("7", {"email": "BOB@example.com"} | VERIFIED)
    asked = log_in(service)
    assert (asked.status_code, code_of(asked)) == (401, "password-to-connect")
    body = {"challenge": asked.json["challenge"], "password": "wrong horse battery"}
    assert code_of(internal(service, "connect", body)) == "wrong-login"
    connected = internal(service, "connect", body | {"password": PASSWORD})
    assert connected.json["user"]["id"] == bob.id
    assert code_of(internal(service, "connect", body | {"password": PASSWORD})) == "begin-again"
    assert log_in(service).json["user"]["id"] == bob.id


def test_an_account_whose_email_both_sides_have_verified_is_connected(
    service: Service, provider: Provider
) -> None:
    bob = service.sign_up("alice") and service.sign_up("bob")
    service.execute("UPDATE users SET email_verified_at = updated_at")
    provider.user = User("7", {"email": "bob@example.com"} | VERIFIED)
    assert log_in(service).json["user"]["id"] == bob.id


@pytest.mark.parametrize("claim", [{}, {"email_verified": False}, {"email_verified": "true"}])
def test_an_email_that_the_provider_has_not_verified_opens_no_account(
    service: Service, provider: Provider, claim: dict[str, Any]
) -> None:
    service.sign_up("alice")
    service.execute("UPDATE users SET email_verified_at = updated_at")
    provider.user = User("7", {"email": "alice@example.com"} | claim)
    assert code_of(log_in(service)) == "provider-email-not-verified"


def test_the_second_step_is_asked_after_the_provider(service: Service, provider: Provider) -> None:
    bob = service.sign_up("alice") and service.sign_up("bob")
    service.execute("UPDATE users SET email_verified_at = updated_at")
    turn_on(bob)
    provider.user = User("7", {"email": "bob@example.com"} | VERIFIED)
    assert code_of(log_in(service)) == "connect-in-settings"


def test_a_person_connects_and_disconnects_the_account(
    service: Service, provider: Provider
) -> None:
    alice, bob = service.sign_up("alice"), service.sign_up("bob")
    token = bob.log_in()["access_token"]
    provider.user = User("7", {"email": "elsewhere@example.com"})
    assert code_of(internal(service, "start", {}, token=bob.token)) == "session-needed"
    back = visit(service, token=token)
    assert code_of(internal(service, "finish", back)) == "begin-again"  # another browser
    assert internal(service, "finish", visit(service, token=token), token=token).status_code == 204
    assert log_in(service).json["user"]["id"] == bob.id

    hers = alice.log_in()["access_token"]
    taken = internal(service, "finish", visit(service, token=hers), token=hers)
    assert code_of(taken) == "identity-taken"
    (identity,) = bob.get("/api/users/me/sign-in", token=token).json["identities"]
    path = f"/api/users/me/identities/{identity['id']}"
    assert alice.delete(path, token=hers).status_code == 204
    assert [bob.delete(path, token=token).status_code for _ in range(2)] == [204, 204]
    assert log_in(service).json["user"]["id"] != bob.id
    service.turn_back("sessions.confirmed_at", CONFIRMED_FOR)
    assert code_of(internal(service, "start", {}, token=token)) == "confirmation-needed"


def test_the_only_way_to_log_in_is_not_removed(service: Service, provider: Provider) -> None:
    provider.user = User("7", {"email": "ann@example.com"})
    token = log_in(service).json["access_token"]
    (identity,) = service.get("/api/users/me/sign-in", token=token).json["identities"]
    refused = service.delete(f"/api/users/me/identities/{identity['id']}", token=token)
    assert code_of(refused) == "last-way-in"


@pytest.mark.parametrize(
    "spoiled",
    [
        {"nonce": "another"},
        {"iss": "https://elsewhere.example.com"},
        {"aud": "another client"},
        {"aud": [CLIENT_ID, "another client"]},
        {"exp": int(time.time()) - 3600},
        {"nbf": int(time.time()) + 3600},
        {"sub": ""},
        {"sub": 7},
    ],
    ids=lambda spoiled: next(iter(spoiled)),
)
def test_a_wrong_id_token_is_refused(
    service: Service, provider: Provider, spoiled: dict[str, Any]
) -> None:
    provider.user = User("7", {"email": "ann@example.com"} | VERIFIED)
    provider.spoiled = spoiled
    answer = log_in(service)
    assert (answer.status_code, code_of(answer)) == (401, "provider-refused")
    assert service.scalar("SELECT count(*) FROM users") == 0


def test_an_id_token_of_another_key_is_refused(service: Service, provider: Provider) -> None:
    provider.user = User("7", {"email": "ann@example.com"} | VERIFIED)
    provider.signing_key = RSAKey.generate_key(2048, {"kid": "first"})
    assert code_of(log_in(service)) == "provider-refused"


def test_code_state_and_challenge_work_once_and_together(
    service: Service, provider: Provider
) -> None:
    provider.user = User("7", {"email": "ann@example.com"} | VERIFIED)
    first, second = visit(service), visit(service)
    mixed = first | {"challenge": second["challenge"]}
    assert code_of(internal(service, "finish", mixed)) == "provider-refused"
    assert internal(service, "finish", first).status_code == 201
    assert code_of(internal(service, "finish", first)) == "begin-again"
    stolen = visit(service) | {"code": first["code"]}
    assert code_of(internal(service, "finish", stolen)) == "provider-refused"
    other_verifier = visit(service) | {"code": visit(service)["code"]}
    assert code_of(internal(service, "finish", other_verifier)) == "provider-refused"


def test_an_inactive_person_is_refused(service: Service, provider: Provider) -> None:
    alice = service.sign_up("alice")
    provider.user = User("7", {"email": "ann@example.com"})
    ann = log_in(service).json["user"]
    alice.patch(f"/api/users/{ann['id']}", {"active": False})
    assert code_of(log_in(service)) == "wrong-login"


def test_a_provider_that_does_not_answer_is_a_503(
    make_service: MakeService, openid: dict[str, str]
) -> None:
    service = make_service(**openid | {"openid_issuer": f"http://127.0.0.1:{free_port()}"})
    answer = internal(service, "start", {})
    assert (answer.status_code, code_of(answer)) == (503, "provider-away")


def test_without_a_provider_its_login_is_not_found(
    alice: Person, make_service: MakeService
) -> None:
    assert internal(make_service(), "start", {}).status_code == 404


@pytest.mark.parametrize(
    "changes", [{"openid_client_id": ""}, {"openid_issuer": "http://login.example.com"}]
)
def test_incomplete_or_unsafe_settings_stop_the_start(
    openid: dict[str, str], changes: dict[str, str]
) -> None:
    with pytest.raises(ValueError, match="OPENID_"):
        make_settings("sqlite://", "redis://127.0.0.1:1", **openid | changes)

"""Passkeys: making them, logging in with them, and what is refused."""

from typing import Any

import pytest

from tests.support.authenticator import PRESENT, Authenticator, encoded
from tests.support.in_process import Answer
from tests.users_service.conftest import MakeService, Person, Service
from tests.users_service.two_step import ask, turn_on
from users_service.actions.confirming import CONFIRMED_FOR
from users_service.actions.passkeys import LIFETIME
from users_service.relying_party import relying_party

ORIGIN = "https://chat.example.com"
PATH = "/api/users/me/passkeys"


@pytest.fixture
def service(make_service: MakeService) -> Service:
    return make_service(public_url=ORIGIN)


def make_passkey(person: Person, token: str, device: Authenticator, name: str = "Phone") -> Answer:
    started = person.post(f"{PATH}/options", token=token)
    assert started.status_code == 200, started.text
    credential = device.create(started.json["options"])
    body = {"name": name, "challenge": started.json["challenge"], "credential": credential}
    return person.post(PATH, body, token=token)


@pytest.fixture
def token(bob: Person) -> str:
    return str(bob.log_in()["access_token"])


@pytest.fixture
def device(bob: Person, token: str) -> Authenticator:
    """With a passkey of bob's."""
    device = Authenticator(ORIGIN)
    assert make_passkey(bob, token, device).status_code == 201
    return device


def question(service: Service, second_step: str | None = None) -> dict[str, Any]:
    answer = service.post("/api/sessions/passkey-options", {"challenge": second_step})
    assert answer.status_code == 200, answer.text
    asked: dict[str, Any] = answer.json
    return asked


def log_in(service: Service, device: Authenticator, asked: dict[str, Any]) -> Answer:
    body = {"challenge": asked["challenge"], "credential": device.get(asked["options"])}
    return service.post("/api/sessions/passkey", body)


def test_a_passkey_logs_in_without_a_name_a_password_or_a_code(
    bob: Person, device: Authenticator
) -> None:
    service = bob.service
    turn_on(bob)
    answer = log_in(service, device, question(service))
    assert answer.status_code == 201, answer.text
    me = bob.get("/api/users/me", token=answer.json["access_token"])
    assert me.json["nickname"] == "bob"
    (shown,) = bob.get(PATH).json
    assert shown["last_used_at"] is not None


def test_a_passkey_is_the_second_step_for_its_person_alone(
    bob: Person, charlie: Person, device: Authenticator
) -> None:
    service = bob.service
    turn_on(bob)
    turn_on(charlie)
    device.flags = PRESENT  # a touch without a PIN is enough after a password
    asked = question(service, ask(service, "charlie"))
    assert log_in(service, device, asked).status_code == 401
    asked = question(service, ask(service, "bob"))
    (allowed,) = asked["options"]["allowCredentials"]
    assert allowed["id"] == encoded(device.credential_id)
    assert log_in(service, device, asked).status_code == 201
    assert log_in(service, device, question(service)).status_code == 401


def test_a_challenge_is_answered_once_and_within_five_minutes(
    bob: Person, device: Authenticator
) -> None:
    asked = question(bob.service)
    assert log_in(bob.service, device, asked).status_code == 201
    assert log_in(bob.service, device, asked).json["type"].endswith("begin-again")
    late = question(bob.service)
    bob.service.turn_back("challenges.expires_at", LIFETIME)
    assert log_in(bob.service, device, late).json["type"].endswith("begin-again")


def test_an_answer_to_another_challenge_is_refused(bob: Person, device: Authenticator) -> None:
    first, second = question(bob.service), question(bob.service)
    mixed = {"challenge": first["challenge"], "options": second["options"]}
    assert log_in(bob.service, device, mixed).json["type"].endswith("unknown-passkey")


@pytest.mark.parametrize(
    "changes",
    [
        {"origin": "https://chat.example.com.evil.test"},
        {"origin": "http://chat.example.com"},
        {"flags": PRESENT},
        {"flags": 0},
        {"handle": encoded(b"parley-1")},
        {"key": Authenticator(ORIGIN).key},
        {"credential_id": b"another"},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_a_tampered_credential_is_refused(
    bob: Person, device: Authenticator, changes: dict[str, Any]
) -> None:
    vars(device).update(changes)
    answer = log_in(bob.service, device, question(bob.service))
    assert (answer.status_code, answer.json["type"].rpartition(":")[2]) == (401, "unknown-passkey")


def test_a_copied_key_is_noticed_by_its_counter(bob: Person, device: Authenticator) -> None:
    assert log_in(bob.service, device, question(bob.service)).status_code == 201
    assert log_in(bob.service, device, question(bob.service)).status_code == 201
    device.sign_count = 0
    assert log_in(bob.service, device, question(bob.service)).status_code == 401


def test_passkeys_are_named_listed_and_removed(
    bob: Person, charlie: Person, token: str, device: Authenticator
) -> None:
    made = make_passkey(bob, token, Authenticator(ORIGIN), "Laptop")
    path = made.headers["Location"]
    assert [each["name"] for each in bob.get(PATH).json] == ["Phone", "Laptop"]
    assert bob.patch(path, {"name": "Old laptop"}).json["name"] == "Old laptop"
    assert charlie.get(path).status_code == charlie.patch(path, {"name": "x"}).status_code == 404
    assert charlie.delete(path).status_code == 204
    assert bob.delete(path).json["type"].endswith("session-needed")
    assert [bob.delete(path, token=token).status_code for _ in range(2)] == [204, 204]
    assert [each["name"] for each in bob.get(PATH).json] == ["Phone"]


def test_a_removed_passkey_and_one_of_an_inactive_account_do_not_log_in(
    alice: Person, bob: Person, token: str, device: Authenticator
) -> None:
    asked = question(bob.service)
    alice.patch(f"/api/users/{bob.id}", {"active": False})
    assert log_in(bob.service, device, asked).status_code == 401
    alice.patch(f"/api/users/{bob.id}", {"active": True})
    assert alice.delete(f"/api/users/{bob.id}/two-step").status_code == 204
    assert log_in(bob.service, device, question(bob.service)).status_code == 401


def test_making_a_passkey_needs_a_recent_password_and_its_own_session(
    bob: Person, token: str
) -> None:
    device = Authenticator(ORIGIN)
    assert bob.post(f"{PATH}/options").json["type"].endswith("session-needed")
    started = bob.post(f"{PATH}/options", token=token).json
    credential = device.create(started["options"])
    body = {"name": "x", "challenge": started["challenge"], "credential": credential}
    other = bob.log_in()["access_token"]
    assert bob.post(PATH, body, token=other).status_code == 401
    assert bob.post(PATH, body, token=token).status_code == 401  # it has been answered
    bob.service.turn_back("sessions.confirmed_at", CONFIRMED_FOR)
    refused = bob.post(f"{PATH}/options", token=token)
    assert refused.json["type"].endswith("confirmation-needed")


def test_a_passkey_is_added_once_and_for_this_place_only(
    bob: Person, token: str, device: Authenticator
) -> None:
    assert make_passkey(bob, token, device).status_code == 422
    elsewhere = Authenticator("https://elsewhere.example.com")
    assert make_passkey(bob, token, elsewhere).status_code == 422
    assert make_passkey(bob, token, Authenticator(ORIGIN, flags=PRESENT)).status_code == 422


@pytest.mark.parametrize(
    "credential",
    [
        {},
        {"id": "x"},
        {"id": None, "rawId": 7, "response": [], "type": "public-key"},
        {"id": "AA", "rawId": "AA", "type": "public-key", "response": {"clientDataJSON": "AA"}},
    ],
)
def test_a_malformed_credential_is_refused(
    bob: Person, token: str, device: Authenticator, credential: dict[str, Any]
) -> None:
    started = bob.post(f"{PATH}/options", token=token).json
    body = {"name": "x", "challenge": started["challenge"], "credential": credential}
    assert bob.post(PATH, body, token=token).status_code == 422
    asked = question(bob.service)
    known = credential | ({"id": encoded(device.credential_id)} if credential else {})
    body = {"challenge": asked["challenge"], "credential": known}
    assert bob.service.post("/api/sessions/passkey", body).status_code == 401


@pytest.mark.parametrize(
    ("public_url", "expected"),
    [
        ("https://chat.example.com", ("chat.example.com", "https://chat.example.com")),
        ("https://Chat.example.com:8443/", ("chat.example.com", "https://chat.example.com:8443")),
        ("http://localhost:5001", ("localhost", "http://localhost:5001")),
        ("http://127.0.0.1:5001", ("localhost", "http://localhost:5001")),
        ("http://[::1]:5001", ("localhost", "http://localhost:5001")),
        ("http://192.168.1.5:5001", None),
    ],
)
def test_passkeys_belong_to_the_name_in_public_url(
    public_url: str, expected: tuple[str, str] | None
) -> None:
    party = relying_party(public_url)
    assert (party and (party.id, party.origin)) == expected


def test_a_place_with_an_ip_address_has_no_passkeys(make_service: MakeService) -> None:
    service = make_service(public_url="http://192.168.1.5:5001")
    answer = service.post("/api/sessions/passkey-options", {})
    assert answer.json["type"].endswith("no-passkeys-here")

"""Expired, forged, foreign and revoked tokens are rejected by the gateway and the services."""

import base64
import json
import time
from functools import partial
from typing import Any

import jwt
import pytest
import socketio

from tests.contracts.doors import Door
from tests.contracts.minting import mint, unknown_key
from tests.contracts.shapes import assert_problem
from tests.support.cast import Person
from tests.support.sockets import Tab
from tests.support.stack import Stack
from tests.support.waiting import wait_until

OF_BOTH_SERVICES = ("/api/messages", "/api/tokens")
NOW = int(time.time())
WRONG_CLAIMS: dict[str, dict[str, Any]] = {
    "expired": {"iat": NOW - 2000, "nbf": NOW - 2000, "exp": NOW - 1000},
    "not yet": {"nbf": NOW + 3600, "exp": NOW + 7200},
    "another audience": {"aud": "parley:realtime"},
    "another issuer": {"iss": "somebody"},
    "a ticket": {"typ": "ticket"},
    "no audience": {"aud": None},
    "no expiry": {"exp": None},
    "nobody": {"sub": None},
    "no number": {"sub": "alice"},
}


def without_signature(token: str) -> str:
    """`alg: none`, as attackers try."""
    _, claims, _ = token.split(".")
    raw = json.dumps({"alg": "none", "typ": "JWT"}).encode()
    return f"{base64.urlsafe_b64encode(raw).decode().rstrip('=')}.{claims}."


def test_a_correct_token_is_accepted(door: Door, stack: Stack, alice: Person) -> None:
    for path in OF_BOTH_SERVICES:
        assert door.get(path, mint(stack, alice)).status_code == 200


@pytest.mark.parametrize("name", WRONG_CLAIMS)
@pytest.mark.parametrize("path", OF_BOTH_SERVICES)
def test_a_token_with_a_wrong_claim_is_refused(
    door: Door, stack: Stack, alice: Person, path: str, name: str
) -> None:
    assert_problem(door.get(path, mint(stack, alice, **WRONG_CLAIMS[name])), 401)


@pytest.mark.parametrize("path", OF_BOTH_SERVICES)
def test_a_forged_token_is_refused(door: Door, stack: Stack, alice: Person, path: str) -> None:
    real = mint(stack, alice)
    head, body, signature = real.split(".")
    forged = [
        mint(stack, alice, key=unknown_key()),
        without_signature(real),
        f"{head}.{body}.{signature[:-4]}AAAA",
        jwt.encode({"sub": str(alice.id)}, "guess" * 10, "HS256", {"kid": "x"}),
        "parley_" + "A" * 43,
        "parley_",
        "garbage",
        "a.b.c",
        "x" * 6000,
        "ÿ" * 20,
    ]
    for token in forged:
        answer = door.get(path, headers={"Authorization": f"Bearer {token}".encode()})
        assert_problem(answer, 401)


@pytest.mark.parametrize("scheme", ["Basic YTpi", "Bearer", "Bearer ", "bearer  ", "Token x", ""])
def test_another_authorization_scheme_is_rejected(door: Door, scheme: str) -> None:
    for path in OF_BOTH_SERVICES:
        assert_problem(door.get(path, headers={"Authorization": scheme}), 401)


def test_requests_without_a_token_are_rejected(door: Door, alice: Person) -> None:
    for path in ("/api/users", f"/api/users/{alice.id}", "/api/messages", "/api/conversations"):
        assert_problem(door.get(path), 401)


def test_a_session_token_is_not_accepted_as_a_bearer_token(door: Door, alice: Person) -> None:
    body = {"login": alice.nickname, "password": alice.password}
    session = door.post("/api/sessions", json=body).json()

    for path in OF_BOTH_SERVICES:
        assert_problem(door.get(path, session["session_token"]), 401)


def test_a_revoked_session_stops_working_everywhere_within_five_seconds(
    door: Door, stack: Stack, alice: Person
) -> None:
    body = {"login": alice.nickname, "password": alice.password}
    session = door.post("/api/sessions", json=body).json()
    access = session["access_token"]
    assert all(door.get(path, access).status_code == 200 for path in OF_BOTH_SERVICES)
    with Tab(stack.realtime_url, access) as tab:
        door.delete(f"/api/sessions/{session['session_id']}", access)

        for path in OF_BOTH_SERVICES:
            wait_until(partial(_is_refused, door, path, access), 5)
        wait_until(lambda: not tab.client.connected, 5, what="the socket is cut")


def test_a_ticket_opens_one_socket(stack: Stack, alice: Person) -> None:
    ticket = alice.api.get("/front/realtime-ticket").json()
    assert ticket.keys() >= {"url", "token", "expires_in"}
    assert ticket["expires_in"] == 30

    with Tab(ticket["url"], ticket["token"]):
        pass

    with pytest.raises(socketio.exceptions.ConnectionError):
        Tab(ticket["url"], ticket["token"])


def test_a_ticket_is_not_accepted_by_the_api(door: Door, alice: Person) -> None:
    ticket = alice.api.get("/front/realtime-ticket").json()["token"]

    for path in OF_BOTH_SERVICES:
        assert_problem(door.get(path, ticket), 401)


@pytest.mark.parametrize(
    ("token", "reason"),
    [
        (None, "Connect with auth: {token}."),
        ("", "Connect with auth: {token}."),
        ("garbage", "This token is not valid."),
        ("parley_" + "A" * 43, "This API token is unknown, expired or revoked."),
    ],
)
def test_a_socket_without_a_valid_token_is_refused_with_a_reason(
    stack: Stack, token: str | None, reason: str
) -> None:
    client = socketio.Client(reconnection=False)
    reasons: list[Any] = []
    client.on("connect_error", reasons.append)
    with pytest.raises(socketio.exceptions.ConnectionError):
        client.connect(
            stack.realtime_url, transports=["websocket"], auth={"token": token} if token else None
        )

    assert [refusal["message"] for refusal in reasons] == [reason]


def test_pages_do_not_accept_bearer_tokens(stack: Stack, alice: Person) -> None:
    answer = alice.api.get("/app", allow_redirects=False)

    assert answer.status_code == 303
    assert "/login" in answer.headers["Location"]


def _is_refused(door: Door, path: str, token: str) -> bool:
    return door.get(path, token).status_code == 401

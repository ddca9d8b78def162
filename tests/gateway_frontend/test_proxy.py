"""The API through the gateway: the same as at the services, and nothing that is not the API."""

import socket
from collections.abc import Iterator

import pytest
import requests

from tests.support.cast import Person
from tests.support.stack import Stack


def test_calls_reach_the_service_that_owns_the_path(stack: Stack, alice: Person) -> None:
    for path, port_url in (
        (f"/api/users/{alice.id}", stack.users_url),
        ("/api/sessions", stack.users_url),
        ("/api/tokens", stack.users_url),
        ("/api/conversations", stack.messages_url),
        (f"/api/users/{alice.id}/messages", stack.messages_url),
    ):
        through = requests.get(stack.url + path, headers=alice.headers, timeout=10)
        straight = requests.get(port_url + path, headers=alice.headers, timeout=10)
        assert through.status_code == straight.status_code == 200, path
        assert through.headers["Content-Type"] == straight.headers["Content-Type"]
    keys = requests.get(f"{stack.url}/.well-known/jwks.json", timeout=10).json()
    assert keys["keys"][0]["alg"] == "EdDSA"


def test_links_to_the_next_page_are_passed_on(stack: Stack, alice: Person, bob: Person) -> None:
    for number in range(3):
        alice.send(f"{number}", to=bob)
    answer = requests.get(f"{stack.url}/api/messages?limit=1", headers=alice.headers, timeout=10)
    following = answer.links["next"]["url"]
    older = requests.compat.urljoin(answer.url, following)
    page = requests.get(older, headers=alice.headers, timeout=10).json()
    assert [message["content"] for message in page] == ["1"]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/internal/feed", 404),
        ("/api/../internal/feed", 404),
        ("/api/%2e%2e/internal/feed", 404),
        ("/api/users/../../internal/feed", 404),
        ("/api/..%2finternal/feed", 404),
        ("/api//internal/feed", 308),
        ("/api/users/..\\..\\internal/feed", 404),
        ("/api/./users", 404),
        ("/api/%2e%2e%2finternal%2ffeed", 404),
    ],
)
def test_internal_paths_are_not_passed_on(stack: Stack, path: str, status: int) -> None:
    """Over a plain socket, because HTTP clients normalise such paths."""
    with socket.create_connection(("127.0.0.1", stack.config.port), timeout=10) as plug:
        request = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"
        plug.sendall(request.encode())
        answer = plug.makefile("rb").read()
    assert answer.split(b" ", 2)[1] == str(status).encode(), answer[:300]
    assert b"entries" not in answer


def test_internal_headers_from_clients_are_dropped(stack: Stack) -> None:
    forged = {
        "X-Service-Secret": "guess",
        "X-Forwarded-For": "203.0.113.9",
        "X-User-Id": "1",
        "Forwarded": "for=203.0.113.9",
    }
    answer = requests.get(f"{stack.url}/api/conversations", headers=forged, timeout=10)
    assert answer.status_code == 401


def test_the_persons_own_address_reaches_the_session_list(stack: Stack, alice: Person) -> None:
    body = {"login": alice.nickname, "password": alice.password}
    headers = {"X-Forwarded-For": "203.0.113.9", "User-Agent": "my-script/1.0"}
    began = requests.post(f"{stack.url}/api/sessions", json=body, headers=headers, timeout=10)
    token = {"Authorization": f"Bearer {began.json()['access_token']}"}
    sessions = requests.get(f"{stack.url}/api/sessions", headers=token, timeout=10).json()
    assert sessions[0]["address"] == "127.0.0.1"
    assert sessions[0]["user_agent"] == "my-script/1.0"


def test_a_request_id_is_passed_on_and_returned(stack: Stack, alice: Person) -> None:
    headers = {**alice.headers, "X-Request-ID": "through-and-back-1"}
    answer = requests.get(f"{stack.url}/api/conversations", headers=headers, timeout=10)
    assert answer.headers["X-Request-ID"] == "through-and-back-1"
    assert "through-and-back-1" in stack.logs("messages_service")


def test_problems_are_passed_on_unchanged(stack: Stack, alice: Person) -> None:
    answer = requests.post(
        f"{stack.url}/api/messages",
        data=b"{broken",
        headers={**alice.headers, "Content-Type": "application/json"},
        timeout=10,
    )
    assert answer.status_code == 400
    assert answer.headers["Content-Type"] == "application/problem+json"
    answer = requests.put(f"{stack.url}/api/messages", headers=alice.headers, timeout=10)
    assert answer.status_code == 405
    assert "POST" in answer.headers["Allow"]


def test_a_body_over_the_limit_is_rejected_and_the_gateway_stays_healthy(
    stack: Stack, alice: Person
) -> None:
    huge = b'{"content": "' + b"x" * 3_000_000 + b'"}'
    headers = {**alice.headers, "Content-Type": "application/json"}
    answer = requests.post(f"{stack.url}/api/messages", data=huge, headers=headers, timeout=20)
    assert answer.status_code == 413
    assert answer.json()["status"] == 413
    assert requests.get(f"{stack.url}/healthz", timeout=10).ok


def test_a_body_of_unknown_length_is_passed_on(stack: Stack, alice: Person, bob: Person) -> None:
    def pieces() -> Iterator[bytes]:
        yield b'{"content": "In pieces", '
        yield b'"recipient_id": %d}' % bob.id

    headers = {**alice.headers, "Content-Type": "application/json"}
    answer = requests.post(
        f"{stack.url}/api/messages",
        data=pieces(),
        headers=headers,
        timeout=10,
    )
    assert answer.status_code == 201, answer.text


def test_the_gateway_reports_the_databases_health(stack: Stack) -> None:
    assert requests.get(f"{stack.url}/db/alive", timeout=10).json()["status"] == "healthy"

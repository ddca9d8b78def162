"""Requests with odd headers and bodies get a 4xx, and do not affect others."""

import socket
from http.client import HTTPConnection
from urllib.parse import urlencode

import pytest
import requests

from tests.gateway_frontend.visitors import Visitor
from tests.support.cast import Person
from tests.support.stack import Stack

ODD_VALUES = (b"\xa0b", b"\x85b", b"\xa0")


@pytest.mark.parametrize("name", [b"X-A", b"Accept", b"User-Agent", b"Authorization"])
def test_unforwardable_headers_do_not_affect_other_requests(
    stack: Stack, alice: Person, name: bytes
) -> None:
    for number in range(12):
        value = ODD_VALUES[number % len(ODD_VALUES)]
        raw = _send(stack, b"GET /api/conversations HTTP/1.1\r\n" + name + b": " + value)
        assert raw.startswith((b"HTTP/1.1 400", b"HTTP/1.1 401")), raw[:200]
    answer = requests.get(f"{stack.url}/api/conversations", headers=alice.headers, timeout=20)
    assert answer.status_code == 200


def test_odd_user_agents_at_login_do_not_affect_other_logins(
    stack: Stack, alice: Person, visitor: Visitor
) -> None:
    form = {"csrf_token": visitor.token(), "login": alice.nickname, "password": alice.password}
    cookies = "; ".join(f"{cookie.name}={cookie.value}" for cookie in visitor.cookies)
    headers = {"Cookie": cookies, "Content-Type": "application/x-www-form-urlencoded"}
    for _ in range(6):
        connection = HTTPConnection("127.0.0.1", stack.config.port, timeout=15)
        connection.request("POST", "/login", urlencode(form), headers | {"User-Agent": "\xa0x"})
        assert connection.getresponse().status == 303
        connection.close()
    assert requests.get(f"{stack.url}/api/users/{alice.id}", headers=alice.headers, timeout=20).ok


def _send(stack: Stack, head: bytes) -> bytes:
    """Send a request over a plain socket, because HTTP clients refuse such headers."""
    with socket.create_connection(("127.0.0.1", stack.config.port), timeout=10) as plug:
        plug.sendall(head + b"\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
        return plug.makefile("rb").read()

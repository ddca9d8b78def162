"""Slow and idle clients, more than a service has threads: everybody else is served as before."""

import socket
import time
from contextlib import ExitStack

import pytest
import requests

from tests.security.slow_clients import BEGINNINGS, WITHOUT_A_BYTE, slow_clients
from tests.support.cast import Person
from tests.support.stack import Stack

pytestmark = pytest.mark.slow

MORE_THAN_THREADS = 40
WATCHED_SECONDS = 2.0
PATIENCE_SECONDS = 5
SERVICES = ("gateway_frontend", "users_service", "messages_service", "realtime_service")


@pytest.mark.parametrize("kind", BEGINNINGS)
def test_slow_clients_do_not_delay_others(stack: Stack, alice: Person, kind: str) -> None:
    ports = {name: stack.config.port + number for number, name in enumerate(SERVICES)}
    with ExitStack() as crowds:
        for port in ports.values():
            trickle = kind not in WITHOUT_A_BYTE
            crowd = slow_clients(port, BEGINNINGS[kind], MORE_THAN_THREADS, trickle=trickle)
            crowds.enter_context(crowd)
        until = time.monotonic() + WATCHED_SECONDS
        while time.monotonic() < until:
            for name, port in ports.items():
                _check(f"http://127.0.0.1:{port}/healthz", name)
            _check(f"{stack.url}/api/conversations", "a list", alice.headers)


def _check(url: str, what: str, headers: dict[str, str] | None = None) -> None:
    """Ask once, on a new connection."""
    assert requests.get(url, headers=headers, timeout=PATIENCE_SECONDS).status_code == 200, what


def test_a_slow_request_gets_a_408_and_is_closed(stack: Stack) -> None:
    beginnings = (BEGINNINGS["sends slow headers"], b"")
    clients = [socket.create_connection(("127.0.0.1", stack.config.port)) for _ in beginnings]
    for client, beginning in zip(clients, beginnings, strict=True):
        client.sendall(beginning)
        client.settimeout(30)
    slow, silent = (client.makefile("rb").read() for client in clients)
    for client in clients:
        client.close()
    assert slow.startswith(b"HTTP/1.1 408 ")
    assert b"application/problem+json" in slow
    assert silent == b""


def test_many_idle_connections_leave_room_for_new_ones(stack: Stack) -> None:
    with slow_clients(stack.config.port, b"", 1200, trickle=False):
        assert requests.get(f"{stack.url}/healthz", timeout=PATIENCE_SECONDS).ok
    assert requests.get(f"{stack.url}/healthz", timeout=PATIENCE_SECONDS).ok


def test_split_and_pipelined_requests_are_served(stack: Stack, alice: Person) -> None:
    ask = f"GET /api/users/{alice.id} HTTP/1.1\r\nHost: 127.0.0.1\r\n"
    ask += f"Authorization: Bearer {alice.token}\r\n"
    with socket.create_connection(("127.0.0.1", stack.config.port), timeout=10) as client:
        client.sendall(f"{ask}\r\n{ask}\r\n{ask}Connection: close\r\n".encode())
        client.sendall(b"\r\n")
        answers = client.makefile("rb").read()
    assert answers.count(b"HTTP/1.1 200 OK") == 3


def test_expect_100_continue_is_answered(stack: Stack, alice: Person) -> None:
    head = "POST /api/messages HTTP/1.1\r\nHost: 127.0.0.1\r\nExpect: 100-continue\r\n"
    head += f"Authorization: Bearer {alice.token}\r\nContent-Type: application/json\r\n"
    body = b'{"content": "hello", "recipient_id": %d}' % alice.id
    with socket.create_connection(("127.0.0.1", stack.config.port), timeout=10) as client:
        client.sendall(f"{head}Content-Length: {len(body)}\r\nConnection: close\r\n\r\n".encode())
        assert client.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"
        client.sendall(body)
        answer = client.makefile("rb").read()
    assert answer.startswith(b"HTTP/1.1 201 "), answer


@pytest.mark.parametrize("service", range(3))
def test_a_broken_chunk_size_is_a_400(stack: Stack, alice: Person, service: int) -> None:
    head = "POST /api/attachments HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n"
    if service == 1:
        head = head.replace("attachments", "users")
    head += f"Authorization: Bearer {alice.token}\r\n"
    head += "Content-Type: multipart/form-data; boundary=x\r\n"
    if service == 1:
        head = head.replace("multipart/form-data; boundary=x", "application/json")
    port = stack.config.port + service
    with socket.create_connection(("127.0.0.1", port), timeout=10) as client:
        client.sendall(head.encode() + b"\r\nnonsense\r\n")
        answer = client.makefile("rb").read()
    assert answer.startswith(b"HTTP/1.1 400 "), answer

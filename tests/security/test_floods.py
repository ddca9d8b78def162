"""One client that sends as fast as it can does not stop realtime_service for others."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from urllib.parse import urlsplit

import pytest
import requests

from tests.realtime_service.conftest import metric, open_polling
from tests.support.cast import Person
from tests.support.raw_socket import RawSocket
from tests.support.sockets import Tab
from tests.support.stack import Stack
from tests.support.waiting import wait_until

MASK = bytes(4)
PONGS = (b"\x8a\x80" + MASK) * 10_000
PINGS = (b"\x89\x80" + MASK) * 10_000
ENGINE_PONGS = (b"\x81\x81" + MASK + b"3") * 10_000
FRAGMENTS = b"\x01\x80" + MASK + (b"\x00\x80" + MASK) * 10_000
FLOODS = {"pong": PONGS, "ping": PINGS, "engine": ENGINE_PONGS, "fragments": FRAGMENTS}
FLOOD_SECONDS = 20
QUICK = 5.0
"""Far more than anything here takes, and far less than a service that is stopped."""


class Flooder:
    """Sends `data` over `sock` again and again until the server ends the connection."""

    def __init__(self, sock: socket.socket, data: bytes) -> None:
        self._sock = sock
        self._data = data
        self._sock.settimeout(FLOOD_SECONDS)
        self.was_cut = threading.Event()
        threading.Thread(target=self._flood, daemon=True).start()

    def _flood(self) -> None:
        until = time.monotonic() + FLOOD_SECONDS
        try:
            while time.monotonic() < until:
                self._sock.sendall(self._data)
        except TimeoutError:
            return
        except OSError:
            self.was_cut.set()


@contextmanager
def flooding(*flooders: Flooder) -> Iterator[None]:
    yield
    for flooder in flooders:
        assert flooder.was_cut.wait(QUICK), "a flooder is still connected"


@pytest.mark.parametrize("kind", FLOODS)
def test_an_unauthenticated_flood_is_closed_while_others_are_served(
    stack: Stack, alice: Person, bob: Person, kind: str
) -> None:
    alice.send("hello", to=bob)
    with ExitStack() as exits:
        tab = exits.enter_context(Tab.of(stack.realtime_url, bob))
        sockets = [exits.enter_context(RawSocket(stack.realtime_url)) for _ in range(3)]
        with flooding(*(Flooder(raw.sock, FLOODS[kind]) for raw in sockets)):
            for turn in range(5):
                assert requests.get(stack.realtime_url + "/healthz", timeout=QUICK).ok
                alice.send(f"during the flood {turn}", to=bob)
                tab.wait_for_content(f"during the flood {turn}", QUICK)
        assert not tab.all("resync")


def test_an_authenticated_flood_is_closed(stack: Stack, bob: Person) -> None:
    before = metric(stack.realtime_url, "floods_total")
    with RawSocket(stack.realtime_url) as raw:
        raw.sign_in(bob.token)
        with flooding(Flooder(raw.sock, PONGS)):
            assert requests.get(stack.realtime_url + "/healthz", timeout=QUICK).ok
    wait_until(lambda: metric(stack.realtime_url, "floods_total") == before + 1)


def test_a_busy_person_is_not_disconnected(stack: Stack, bob: Person) -> None:
    with RawSocket(stack.realtime_url) as raw:
        raw.sign_in(bob.token)
        for _ in range(100):
            raw.send('42["typing",{}]')
        raw.send('427["text",{"room":"nowhere","msg":"still here"}]')
        assert any(message.startswith("437") for message in iter(raw.receive, None))


def test_a_long_polling_session_that_floods_is_closed(stack: Stack) -> None:
    session = open_polling(stack.realtime_url)
    with requests.Session() as client:
        statuses = [client.post(session, data="3", timeout=QUICK).status_code for _ in range(40)]
    assert statuses[0] == 200
    assert statuses[-1] == 400


def test_pipelined_requests_do_not_stop_the_service(stack: Stack) -> None:
    parts = urlsplit(stack.realtime_url)
    request = f"GET /api/version HTTP/1.1\r\nHost: {parts.netloc}\r\n\r\n".encode() * 500
    with ExitStack() as exits:
        for _ in range(3):
            sock = socket.create_connection((parts.hostname, parts.port))
            exits.callback(sock.close)
            Flooder(sock, request)
            threading.Thread(target=drain, args=(sock,), daemon=True).start()
        for _ in range(5):
            assert requests.get(stack.realtime_url + "/healthz", timeout=QUICK).ok


def test_an_endless_body_does_not_stop_the_service(stack: Stack) -> None:
    parts = urlsplit(stack.realtime_url)
    head = f"POST /nothing HTTP/1.1\r\nHost: {parts.netloc}\r\nContent-Length: {10**12}\r\n\r\n"
    with socket.create_connection((parts.hostname, parts.port)) as sock:
        sock.sendall(head.encode())
        with flooding(Flooder(sock, bytes(100_000))):
            for _ in range(3):
                assert requests.get(stack.realtime_url + "/healthz", timeout=QUICK).ok


def drain(sock: socket.socket) -> None:
    with suppress(OSError):
        while sock.recv(65_536):
            pass


def test_slow_requests_do_not_stop_the_service(stack: Stack, alice: Person, bob: Person) -> None:
    """Two hundred connections that send a byte now and then: half headers, half bodies."""
    alice.send("hello", to=bob)
    parts = urlsplit(stack.realtime_url)
    path = open_polling(stack.realtime_url).removeprefix(stack.realtime_url)
    beginnings = (
        "GET /healthz HTTP/1.1\r\nX-Slow: ",
        f"POST {path} HTTP/1.1\r\nHost: {parts.netloc}\r\nContent-Length: 1000\r\n\r\n4",
    )
    with ExitStack() as exits:
        tab = exits.enter_context(Tab.of(stack.realtime_url, bob))
        sockets = []
        for number in range(200):
            sock = socket.create_connection((parts.hostname, parts.port))
            exits.callback(sock.close)
            sock.sendall(beginnings[number % 2].encode())
            sockets.append(sock)
        for turn in range(3):
            for sock in sockets:
                with suppress(OSError):
                    sock.sendall(b"x")
            assert requests.get(stack.realtime_url + "/healthz", timeout=QUICK).ok
            alice.send(f"meanwhile {turn}", to=bob)
            tab.wait_for_content(f"meanwhile {turn}", QUICK)

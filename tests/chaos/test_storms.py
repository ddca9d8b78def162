"""Many clients at once: gone without a word, or back all together."""

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import pytest

from tests.realtime_service.conftest import Realtime, metric
from tests.support.cast import Person
from tests.support.raw_socket import RawSocket
from tests.support.sockets import Tab
from tests.support.stack import Stack
from tests.support.waiting import wait_until

pytestmark = [pytest.mark.long, pytest.mark.timeout(600)]
HALF_OPEN = 200
STORM = 1000
AT_ONCE = 20


@pytest.fixture
def realtime(stack: Stack, tmp_path: Path) -> Iterator[Realtime]:
    """A process of its own that notices a dead client within twenty seconds."""
    process = Realtime(
        stack, tmp_path, PING_INTERVAL="10", PING_TIMEOUT="10", MAX_SOCKETS_PER_USER="2000"
    ).start()
    yield process
    process.process.stop()


def open_sockets(url: str, person: Person, count: int) -> list[RawSocket]:
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(lambda _: RawSocket(url).sign_in(person.token), range(count)))


def connections_to(realtime: Realtime) -> int:
    """Its clients' connections; those to other services stay open for further requests."""
    worker = psutil.Process(realtime.process.pid).children(recursive=True)[0]
    return sum(
        connection.laddr.port == realtime.port and connection.status != psutil.CONN_LISTEN
        for connection in worker.net_connections("tcp")
    )


def test_vanished_clients_are_removed(realtime: Realtime, alice: Person, bob: Person) -> None:
    """The connections stay open; the clients only stop answering heartbeats."""
    alice.send("hello", to=bob)
    with Tab.of(realtime.url, alice) as tab:
        silent = open_sockets(realtime.url, bob, HALF_OPEN)
        assert connections_to(realtime) > HALF_OPEN
        wait_until(lambda: tab.presence_of(bob) == "online")
        alice.send("into the void", to=bob)
        wait_until(
            lambda: metric(realtime.url, "sockets") == 1, 60, what="the vanished are removed"
        )
        assert metric(realtime.url, "dead_peers_total") == HALF_OPEN
        wait_until(lambda: tab.presence_of(bob) == "offline", 20)
        wait_until(lambda: connections_to(realtime) == 1, 20, what="only alice is connected")
        for raw in silent:
            raw.sock.close()


def test_a_thousand_reconnecting_sockets_cost_few_calls(
    stack: Stack, realtime: Realtime, alice: Person
) -> None:
    people = [stack.sign_up("bob") for _ in range(10)]
    body = {"kind": "group", "member_ids": [person.id for person in people]}
    group = alice.api.post("/api/conversations", json=body).json()
    share = STORM // len(people)
    for dropped in [raw for person in people for raw in open_sockets(realtime.url, person, share)]:
        dropped.sock.close()
    calls = roster_calls(stack)
    with ThreadPoolExecutor(len(people)) as pool:
        opened = pool.map(lambda person: open_sockets(realtime.url, person, share), people)
        sockets = [raw for part in opened for raw in part]
    assert roster_calls(stack) - calls <= STORM / 4, "people are asked for together"
    message = {"conversation_id": group["id"], "content": "to all of them"}
    assert alice.api.post("/api/messages", json=message).ok
    for raw in sockets:
        assert any("to all of them" in text for text in iter(raw.receive, None))
        raw.sock.close()


def roster_calls(stack: Stack) -> int:
    """How often messages_service was asked for people's conversations."""
    return len(re.findall(r"/internal/conversations\b", stack.logs("messages_service")))

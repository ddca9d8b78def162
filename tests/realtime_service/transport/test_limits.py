"""Limits against hostile clients."""

import struct
import time
from collections.abc import Callable, Iterator

import pytest
import requests

from tests.realtime_service.conftest import OpenTab, Realtime, memory_of, metric, open_polling
from tests.support.cast import Person
from tests.support.raw_socket import RawSocket
from tests.support.sockets import Tab
from tests.support.stack import Stack
from tests.support.waiting import wait_until

pytestmark = pytest.mark.slow

HEADER_OF_1_GB = b"\x81\xff" + struct.pack("!Q", 2**30) + bytes(4)
TOO_BIG = 1009


@pytest.fixture(scope="module")
def hasty(parley: Stack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Realtime]:
    """It gives new sockets a second to sign in."""
    realtime = Realtime(parley, tmp_path_factory.mktemp("hasty"), CONNECT_SECONDS="1").start()
    yield realtime
    realtime.process.kill()


@pytest.fixture(scope="module")
def watchful(parley: Stack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Realtime]:
    """It asks often whether its peers are alive."""
    pings = {"PING_INTERVAL": "0.3", "PING_TIMEOUT": "1.2"}
    realtime = Realtime(parley, tmp_path_factory.mktemp("watchful"), **pings).start()
    yield realtime
    realtime.process.kill()


def test_a_socket_that_does_not_authenticate_is_closed(hasty: Realtime) -> None:
    before = metric(hasty.url, "unsigned_total")
    with RawSocket(hasty.url) as silent:
        assert silent.is_closed()
    assert metric(hasty.url, "unsigned_total") == before + 1
    session = open_polling(hasty.url)
    wait_until(lambda: requests.post(session, data="3", timeout=20).status_code == 400)


def test_a_refused_socket_is_closed(hasty: Realtime) -> None:
    with RawSocket(hasty.url) as refused:
        refused.send('40{"token":"no"}')
        assert refused.is_closed()


def test_an_authenticated_socket_stays_open(hasty: Realtime, bob: Person) -> None:
    with Tab.of(hasty.url, bob) as tab:
        time.sleep(1.5)
        assert tab.client.connected


def test_sessions_that_never_sign_in_are_limited(
    start_realtime: Callable[..., Realtime], bob: Person
) -> None:
    realtime = start_realtime()
    address = realtime.url + "/socket.io/?EIO=4&transport=polling"
    statuses = set[int]()
    with requests.Session() as client:
        for _ in range(1500):
            statuses.add(client.get(address, timeout=20).status_code)
            if 503 in statuses:
                break
    assert statuses == {200, 503}
    with Tab.of(realtime.url, bob) as tab:
        assert tab.client.connected


def test_a_huge_frame_is_refused_before_it_is_read(parley: Stack, url: str) -> None:
    memory = memory_of(parley.processes["realtime_service"])
    sockets = [RawSocket(url) for _ in range(5)]
    for raw in sockets:
        raw.send_bytes(HEADER_OF_1_GB + b"x" * 70_000)
        assert raw.is_closed()
        raw.sock.close()
    assert memory_of(parley.processes["realtime_service"]) - memory < 5_000_000


def test_a_fragmented_message_is_refused_once_it_is_too_large(url: str, bob: Person) -> None:
    header = struct.pack("!H", 1000) + bytes(4)
    with RawSocket(url) as raw:
        raw.sign_in(bob.token)
        raw.send_bytes(b"\x01\xfe" + header + b"x" * 1000)
        raw.send_bytes((b"\x00\xfe" + header + b"x" * 1000) * 70)
        assert raw.is_closed()
        assert raw.close_code == TOO_BIG


def test_a_large_post_is_refused(url: str) -> None:
    answer = requests.post(open_polling(url), data="4" + "x" * 70_000, timeout=20)
    assert answer.status_code == 400


def test_a_frame_of_64_kb_is_accepted(url: str, bob: Person, open_tab: OpenTab) -> None:
    answer = open_tab(bob).say("nowhere", "x" * 65_000)
    assert answer["ok"] is False
    assert answer["problem"]["status"] == 404


def test_compression_is_never_negotiated(url: str) -> None:
    """So a few bytes cannot be inflated into many."""
    with RawSocket(url) as raw:
        assert raw.status == 101
        assert "extensions" not in raw.head.lower()


@pytest.mark.parametrize(
    "nonsense",
    [
        "", "9", "4", "49", "x", "42", "42{}", "42[]", "42[1]", '42["text"', "4" + "[" * 5000,
        '451-["text",{"_placeholder":true,"num":0}]', "46", "44", '42' + "9" * 200 + '["text"]',
        '42["connect",{}]', '42["disconnect"]',
    ],
)  # fmt: skip
def test_an_invalid_packet_closes_only_its_own_connection(
    url: str, bob: Person, parley: Stack, nonsense: str
) -> None:
    errors = parley.logs("realtime_service").count("Traceback")
    with Tab.of(url, bob) as bystander, RawSocket(url) as raw:
        raw.sign_in(bob.token)
        raw.send(nonsense)
        raw.send('42["typing",{}]')
        requests.post(open_polling(url), data=nonsense, timeout=20)
        assert bystander.say("nowhere", "still here")["ok"] is False
    assert parley.logs("realtime_service").count("Traceback") == errors


def test_invalid_frames_close_only_their_own_connection(url: str, bob: Person) -> None:
    for junk in (b"\xff" * 100, b"\x81\x05hello", b"\x83\x80" + bytes(4), b"GET / HTTP/1.1\r\n"):
        with RawSocket(url) as raw:
            raw.send_bytes(junk)
            assert raw.is_closed()
    with Tab.of(url, bob) as tab:
        assert tab.client.connected


@pytest.mark.parametrize("name", ["text", "join", "leave", "typing", "presence", "connect-ack"])
def test_events_with_invalid_payloads_get_an_error(
    parley: Stack, bob: Person, open_tab: OpenTab, name: str
) -> None:
    tab = open_tab(bob)
    errors = parley.logs("realtime_service").count("Traceback")
    wrong: tuple[object, ...] = (
        None, 7, "x", [], {}, {"room": None}, {"room": {}}, {"room": -1, "msg": 5},
        {"room": "x" * 5000, "msg": "m"}, {"room": 2**70, "msg": "m"}, {"room": "\x00", "msg": "m"},
        {"conversation_id": "1"}, {"conversation_id": 2**70}, {"status": 5}, {"status": "dead"},
    )  # fmt: skip
    for data in wrong:
        if name in ("text", "join", "leave"):
            answer = tab.call(name, data)
            assert answer["ok"] is False
            assert 400 <= answer["problem"]["status"] < 500, answer
        else:
            tab.client.emit(name, data)
    assert tab.say("nowhere", "still here")["ok"] is False
    assert parley.logs("realtime_service").count("Traceback") == errors


def test_a_silent_peer_is_disconnected(watchful: Realtime, bob: Person) -> None:
    before = metric(watchful.url, "dead_peers_total")
    with RawSocket(watchful.url) as raw:
        raw.sign_in(bob.token)
        assert raw.is_closed()
        wait_until(lambda: metric(watchful.url, "sockets") == 0)
    assert metric(watchful.url, "dead_peers_total") == before + 1


def test_a_peer_that_answers_pings_stays_connected(watchful: Realtime, bob: Person) -> None:
    tabs = [Tab.of(watchful.url, bob, transports=t) for t in (["websocket"], ["polling"])]
    time.sleep(3)
    assert all(tab.client.connected for tab in tabs)
    for tab in tabs:
        tab.client.disconnect()


def test_many_short_connections_leave_nothing_behind(parley: Stack, url: str, bob: Person) -> None:
    for _ in range(3):
        sockets = [RawSocket(url) for _ in range(100)]
        for raw in sockets:
            raw.sock.close()
    with Tab.of(url, bob) as tab:
        assert tab.client.connected
    wait_until(lambda: metric(url, "sockets") == 0)

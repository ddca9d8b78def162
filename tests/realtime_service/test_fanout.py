"""Every reader gets every byte in order; a stalled reader does not affect the others."""

import json
import threading
import time
from collections.abc import Callable

import pytest
import requests

from tests.realtime_service.conftest import OpenTab, Realtime, memory_of, metric, open_polling
from tests.support.cast import Person
from tests.support.raw_socket import RawSocket
from tests.support.stack import Stack
from tests.support.waiting import wait_until

BIG = "x" * 20_000


def publish(parley: Stack, conversation_id: int, count: int, content: str, first: int = 1) -> None:
    """Events as messages_service publishes them, faster than it could."""
    pipeline = parley.redis.client.pipeline(transaction=False)
    for seq in range(first, first + count):
        event = {
            "conversation_id": conversation_id,
            "seq": seq,
            "epoch": "test",
            "type": "message.created",
            "date": "2026-01-01T00:00:00.000000Z",
            "data": {"content": f"{seq}:{content}"},
        }
        pipeline.publish(f"parley:conversation:{conversation_id}", json.dumps(event))
    pipeline.execute()


def sign_in_polling(url: str, person: Person) -> str:
    """The address of a long-polling session that is live."""
    session = open_polling(url)
    requests.post(session, data="40" + json.dumps({"token": person.token}), timeout=10)
    while '"ready"' not in requests.get(session, timeout=10).text:
        pass
    return session


def seq_of(text: str) -> int:
    assert text.startswith('42["event",'), text[:100]
    return int(json.loads(text[2:])[1]["seq"])


def test_a_burst_arrives_whole_and_in_order_on_every_transport(
    parley: Stack, alice: Person, bob: Person, open_tab: OpenTab
) -> None:
    room = alice.make_room(bob)
    tabs = [
        open_tab(alice),
        open_tab(bob),
        open_tab(bob, transports=["polling"]),
        open_tab(bob, transports=["polling", "websocket"]),
    ]
    publish(parley, room, 400, "é" * 150)
    for tab in tabs:
        tab.wait_for_count("event", 400, 20)
        assert [e["seq"] for e in tab.in_order()] == list(range(1, 401))


def test_long_polling_keeps_the_order(parley: Stack, alice: Person, bob: Person, url: str) -> None:
    room = alice.make_room(bob)
    session = sign_in_polling(url, bob)
    publish(parley, room, 100, "in order")
    received: list[int] = []
    while len(received) < 100:
        packets = requests.get(session, timeout=5).text.split("\x1e")
        assert len(packets) <= 16
        received += [seq_of(p) for p in packets if p.startswith('42["event"')]
    assert received == list(range(1, 101))


def test_a_slow_reader_gets_whole_frames_in_order(
    parley: Stack, alice: Person, bob: Person, url: str
) -> None:
    """Its buffers are tiny, so that nearly every write is a short one; pings must not fall
    between.
    """
    room = alice.make_room(bob)
    with RawSocket(url, receive_buffer=4096) as slow:
        slow.sign_in(bob.token)
        publish(parley, room, 30, BIG)
        time.sleep(0.3)  # let the server meet the full buffer
        received: list[int] = []
        while len(received) < 30:
            message = slow.receive()
            assert message is not None, f"closed after {len(received)}"
            if message.startswith('42["event"'):
                received.append(seq_of(message))
        assert received == list(range(1, 31))


@pytest.mark.slow
def test_a_stalled_reader_is_closed_without_affecting_others(
    parley: Stack,
    alice: Person,
    bob: Person,
    open_tab: OpenTab,
    url: str,
) -> None:
    room = alice.make_room(bob)
    others = open_tab(alice)
    sockets = metric(url, "sockets")
    closed = metric(url, "slow_readers_total")
    memory = memory_of(parley.processes["realtime_service"])
    with RawSocket(url, receive_buffer=4096) as stuck:
        stuck.sign_in(bob.token)
        for turn in range(25):
            publish(parley, room, 20, BIG, first=turn * 20 + 1)
            others.wait_for_count("event", (turn + 1) * 20)
        wait_until(lambda: metric(url, "slow_readers_total") == closed + 1)
        assert [e["seq"] for e in others.in_order()] == list(range(1, 501))
        assert memory_of(parley.processes["realtime_service"]) - memory < 30_000_000
        wait_until(lambda: metric(url, "sockets") <= sockets, 10, what="the stuck socket is gone")


def test_a_polling_client_that_stops_polling_is_dropped(
    parley: Stack,
    alice: Person,
    bob: Person,
    start_realtime: Callable[..., Realtime],
) -> None:
    realtime = start_realtime(MAX_SEND_QUEUE_BYTES="100000")
    room = alice.make_room(bob)
    sign_in_polling(realtime.url, bob)
    assert metric(realtime.url, "sockets") == 1
    publish(parley, room, 30, BIG)
    wait_until(lambda: metric(realtime.url, "slow_readers_total") == 1)
    wait_until(lambda: metric(realtime.url, "sockets") == 0)


@pytest.mark.slow
def test_acks_and_pings_never_split_a_frame(
    parley: Stack,
    alice: Person,
    bob: Person,
    start_realtime: Callable[..., Realtime],
) -> None:
    realtime = start_realtime(PING_INTERVAL="0.2", PING_TIMEOUT="5")
    room = alice.make_room(bob)

    published, is_enough = [0], threading.Event()

    def write() -> None:
        while not is_enough.wait(0.05):
            publish(parley, room, 4, BIG, first=published[0] + 1)
            published[0] += 4

    with RawSocket(realtime.url, receive_buffer=4096) as slow:
        slow.sign_in(bob.token)
        writer = threading.Thread(target=write)
        writer.start()
        received: list[int] = []
        acks = pings = 0
        while not is_enough.is_set() or len(received) < published[0]:
            message = slow.receive()
            assert message is not None, f"closed after {len(received)}"
            if message == "2":
                pings += 1
                slow.send("3")
                slow.send(f'42{pings}["join",{{"room":{room}}}]')
            elif message.startswith("43"):
                acks += 1
            elif message.startswith('42["event"'):
                received.append(seq_of(message))
            if pings >= 2 and acks >= 1 and len(received) >= 160 and not is_enough.is_set():
                is_enough.set()
                writer.join()
        assert received == list(range(1, published[0] + 1))


def test_a_lone_message_does_not_wait_for_an_acknowledgement(
    alice: Person, bob: Person, open_tab: OpenTab
) -> None:
    """Nagle's algorithm would hold the second of two small frames back for 40 ms."""
    tab = open_tab(bob)
    waits = []
    for n in range(30):
        started = time.perf_counter()
        assert tab.say("nowhere", f"{n}")["ok"] is False
        waits.append(time.perf_counter() - started)
    assert sorted(waits)[10] < 0.035  # the others may have waited for a busy machine

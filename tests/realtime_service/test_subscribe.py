"""The Redis subscription recovers from every fault, and clients get a `resync`."""

import json
import time

import pytest
import requests

from tests.realtime_service.conftest import OpenTab, Realtime, metric
from tests.support.cast import Person
from tests.support.proxy import Proxy
from tests.support.raw_socket import RawSocket
from tests.support.sockets import Tab
from tests.support.stack import Stack
from tests.support.waiting import wait_until

pytestmark = pytest.mark.slow


class Log:
    """The log of a person's one conversation, on which a test publishes by itself."""

    def __init__(self, parley: Stack, person: Person) -> None:
        summary = person.api.get("/api/conversations").json()[0]
        page = person.api.get(f"/api/conversations/{summary['id']}/events").json()
        self._redis = parley.redis.client
        self._end: int = summary["last_seq"]
        self._topic = f"parley:conversation:{summary['id']}"
        self._event = {
            "conversation_id": summary["id"],
            "epoch": page["epoch"],
            "type": "message.edited",
            "data": {},
        }

    def publish(self, *numbers: int) -> None:
        """The `number`th events after the present end, in this order."""
        for number in numbers:
            self._redis.publish(self._topic, json.dumps(self._event | {"seq": self._end + number}))

    def numbers(self, raw: RawSocket, count: int) -> list[int]:
        """Of the next `count` events that arrive."""
        found: list[int] = []
        while len(found) < count:
            message = raw.receive()
            assert message is not None
            if message.startswith('42["event"'):
                found.append(json.loads(message[2:])[1]["seq"] - self._end)
            elif message == "2":
                raw.send("3")
        return found


def kill_subscribers(parley: Stack) -> int:
    return int(parley.redis.client.execute_command("CLIENT", "KILL", "TYPE", "pubsub"))


def wait_for_seqs(tab: Tab, seqs: set[int]) -> None:
    wait_until(lambda: seqs <= {event["seq"] for event in tab.events()})


def test_killed_subscribers_reconnect_and_clients_get_a_resync(
    parley: Stack, alice: Person, bob: Person, open_tab: OpenTab
) -> None:
    tabs = [open_tab(bob), open_tab(alice, transports=["polling"])]
    for turn in range(3):
        assert kill_subscribers(parley) >= 1
        for tab in tabs:
            tab.wait_for_count("resync", turn + 1)
        alice.send(f"after {turn}", to=bob)
        tabs[0].wait_for_content(f"after {turn}")
    assert tabs[0].all("resync")[0]["reason"]


def test_events_arrive_again_after_a_restart_of_redis(
    parley: Stack, alice: Person, bob: Person, url: str, open_tab: OpenTab
) -> None:
    tab = open_tab(bob)
    parley.redis.kill()
    wait_until(lambda: not is_ready(url), what="readiness reports that Redis is away")
    sent = alice.send("while Redis is away", to=bob)
    parley.redis.start()
    tab.wait_for("resync")
    wait_until(lambda: is_ready(url))
    alice.send("afterwards", to=bob)
    tab.wait_for_content("afterwards")
    path = f"/api/conversations/{sent['conversation_id']}/events"
    log = bob.api.get(path, params={"after": sent["seq"] - 1}).json()["events"]
    assert log[0]["data"]["content"] == "while Redis is away"


def test_a_connection_during_a_redis_outage_goes_live_after_it(
    parley: Stack, alice: Person, bob: Person, url: str
) -> None:
    parley.redis.kill()
    try:
        wait_until(lambda: not is_ready(url))
        with Tab(url, bob.token) as tab:
            tab.wait_for_notice("ready")
            parley.redis.start()
            wait_until(lambda: is_ready(url))
            alice.send("at last", to=bob)
            tab.wait_for_content("at last")
    finally:
        if not parley.redis.process.is_running:
            parley.redis.start()


def test_a_lost_event_is_noticed_while_others_connect(
    alice: Person, bob: Person, redis_proxy: Proxy, behind_proxy: Realtime
) -> None:
    """A new client knows the event from the log; clients connected before do not."""
    with Tab.of(behind_proxy.url, bob) as tab:
        redis_proxy.lose(b"lost on the way")
        alice.send("lost on the way", to=bob)
        for _ in range(20):
            with Tab.of(behind_proxy.url, alice):
                if tab.all("resync"):
                    break
                time.sleep(0.5)
        assert tab.wait_for("resync", 1)["reason"] == "missed"
        assert not tab.contents()


def test_a_new_member_gets_no_resync(
    parley: Stack, alice: Person, charlie: Person, open_tab: OpenTab
) -> None:
    """Events from before the room was opened here are not lost events."""
    tab = open_tab(charlie)
    sent = alice.send("first", to=charlie)
    tab.wait_for_notice("conversation.added")
    for _ in range(5):
        parley.redis.client.publish(
            "parley:heads", json.dumps({sent["conversation_id"]: sent["seq"]})
        )
        time.sleep(0.7)
    assert not tab.all("resync")
    alice.send("second", to=charlie)
    tab.wait_for_content("second")


def test_events_out_of_order_are_put_in_order(
    parley: Stack, alice: Person, bob: Person, url: str
) -> None:
    """Two messages_services may publish a later event first."""
    with RawSocket(url) as raw:
        raw.sign_in(bob.token)
        log = Log(parley, bob)
        log.publish(3, 2, 1, 6, 4, 5, 7)
        assert log.numbers(raw, 7) == [1, 2, 3, 4, 5, 6, 7]


def test_an_event_is_sent_soon_after_a_lost_one(parley: Stack, bob: Person, url: str) -> None:
    with RawSocket(url) as raw:
        raw.sign_in(bob.token)
        log = Log(parley, bob)
        log.publish(3, 2)
        assert log.numbers(raw, 2) == [2, 3]
        log.publish(1, 4)
        assert log.numbers(raw, 2) == [1, 4]


def test_any_number_of_early_events_is_delivered(parley: Stack, bob: Person, url: str) -> None:
    with RawSocket(url) as raw:
        raw.sign_in(bob.token)
        log = Log(parley, bob)
        log.publish(*range(2, 2502))
        assert set(log.numbers(raw, 2500)) == set(range(2, 2502))


def test_a_lost_event_is_noticed_without_a_further_message(
    parley: Stack, bob: Person, open_tab: OpenTab
) -> None:
    """messages_service publishes how far each log has come; here it names an event that
    never came.
    """
    tab = open_tab(bob)
    (conversation_id, seq), *_ = tab.wait_for_notice("ready")["conversations"].items()
    heads = json.dumps({conversation_id: seq + 1})
    for _ in range(3):
        parley.redis.client.publish("parley:heads", heads)
        time.sleep(1.5)
    assert tab.wait_for("resync")["reason"] == "missed"
    parley.redis.client.publish("parley:heads", heads)
    time.sleep(0.5)
    assert len(tab.all("resync")) == 1


def test_invalid_payloads_are_counted_and_the_next_event_is_delivered(
    parley: Stack, alice: Person, bob: Person, url: str, open_tab: OpenTab
) -> None:
    tab = open_tab(bob)
    conversation_id = next(iter(tab.wait_for_notice("ready")["conversations"]))
    topic = f"parley:conversation:{conversation_id}"
    id = int(conversation_id)
    good = {"conversation_id": id, "seq": 1, "epoch": "e", "type": "t", "data": {}}
    poisons: list[bytes | str] = [
        b"", b"{", b"null", b"7", b"[]", b"{}", b"\xff\xfe", b'"text"', b"[" * 100_000, b"NaN",
        json.dumps(good | {"seq": "1"}), json.dumps(good | {"seq": -1}),
        json.dumps(good | {"seq": True}), json.dumps(good | {"data": None}),
        json.dumps(good | {"conversation_id": 10**9}), json.dumps(good | {"type": None}),
        json.dumps(good | {"type": "member.left"}), json.dumps(good | {"epoch": None}),
        json.dumps(good | {"data": {"x": "x" * 1_000_000}}), b'{"seq": NaN}',
    ]  # fmt: skip
    before = metric(url, "poison_total")
    for poison in poisons:
        parley.redis.client.publish(topic, poison)
    for other in (f"user:{bob.id}", "users", "heads", "live"):
        for poison in (b"{", b"[]", b"null", b'{"presence": 1}', b'{"type": 5}'):
            parley.redis.client.publish(f"parley:{other}", poison)
    alice.send("still well", to=bob)
    tab.wait_for_content("still well")
    assert len(tab.events()) == 1
    assert metric(url, "poison_total") >= before + len(poisons)
    assert not tab.all("resync")


def test_no_event_is_lost_between_joining_and_subscribing(
    parley: Stack, alice: Person, bob: Person, url: str
) -> None:
    """While messages flow, a tab that opens knows where the log was when it became live."""
    for _ in range(5):
        texts = [f"m{n}" for n in range(6)]
        alice.send(texts[0], to=bob)
        tab = Tab(url, bob.token)
        for text in texts[1:]:
            sent = alice.send(text, to=bob)
        ready = tab.wait_for_notice("ready")
        known = ready["conversations"][str(sent["conversation_id"])]
        wait_for_seqs(tab, set(range(known + 1, sent["seq"] + 1)))
        tab.client.disconnect()


def test_an_ended_session_is_closed_during_a_redis_outage(
    parley: Stack, bob: Person, open_tab: OpenTab
) -> None:
    tab = open_tab(bob)
    parley.redis.kill()
    try:
        assert bob.api.delete(f"/api/users/{bob.id}").ok
        wait_until(lambda: not tab.client.connected, 20, what="cut without Redis")
    finally:
        parley.redis.start()


def is_ready(url: str) -> bool:
    return requests.get(url + "/readyz", timeout=20).status_code == 200


def test_a_frozen_redis_does_not_delay_the_next_text(
    parley: Stack, alice: Person, bob: Person, url: str
) -> None:
    """Typing, joining and leaving need Redis; the message that follows them does not."""
    id = bob.api.get("/api/conversations").json()[0]["id"]
    with RawSocket(url) as raw:
        raw.sign_in(bob.token)
        parley.redis.process.freeze()
        try:
            started = time.monotonic()
            raw.send(f'42["typing",{{"conversation_id":{id}}}]')
            for name in ("join", "leave") * 3:
                raw.send(f'421["{name}",{{"room":{id}}}]')
            raw.send(f'427["text",{{"room":{id},"msg":"in spite of it"}}]')
            answer = next(m for m in iter(raw.receive, None) if m.startswith("437"))
            assert time.monotonic() - started < 4, "seven calls of a frozen Redis take seven"
        finally:
            parley.redis.process.thaw()
    assert json.loads(answer[3:])[0]["ok"] is True

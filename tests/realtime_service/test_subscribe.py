"""Redis in: whatever happens to the subscription, it comes back, and clients are told."""

import json
import time
from collections.abc import Callable, Iterator

import pytest
import requests

from tests.realtime_service.conftest import DeafProxy, Realtime, metric
from tests.realtime_service.ears import Ear
from tests.support.cast import Person
from tests.support.stack import Stack
from tests.support.waiting import wait_until

Listen = Callable[..., Ear]


@pytest.fixture
def proxy(parley: Stack) -> Iterator[DeafProxy]:
    """A way to the stack's Redis that can go deaf."""
    proxy = DeafProxy(parley.redis.port)
    yield proxy
    proxy.close()


def through(proxy: DeafProxy, parley: Stack) -> str:
    return parley.redis.url.replace(f":{parley.redis.port}", f":{proxy.port}")


def kill_subscribers(parley: Stack) -> int:
    return int(parley.redis.client.execute_command("CLIENT", "KILL", "TYPE", "pubsub"))


def test_killed_subscribers_come_back_and_clients_are_told_to_ask_the_log(
    parley: Stack, alice: Person, bob: Person, listen: Listen
) -> None:
    ears = [listen(bob), listen(alice, transports=["polling"])]
    for turn in range(3):
        assert kill_subscribers(parley) >= 1
        for ear in ears:
            wait_until(lambda ear=ear, turn=turn: len(ear.all("resync")) > turn, 5)
        alice.send(f"after {turn}", to=bob)
        ears[0].wait_for_content(f"after {turn}")
    assert ears[0].all("resync")[0]["reason"]


def test_after_a_restart_of_redis_everything_is_heard_again(
    parley: Stack, alice: Person, bob: Person, url: str, listen: Listen
) -> None:
    ear = listen(bob)
    parley.redis.kill()
    wait_until(lambda: not is_ready(url), 5, what="readiness tells that Redis is away")
    sent = alice.send("while Redis is away", to=bob)
    parley.redis.start()
    ear.wait_for("resync", 10)
    wait_until(lambda: is_ready(url), 10)
    alice.send("afterwards", to=bob)
    ear.wait_for_content("afterwards")
    path = f"/api/conversations/{sent['conversation_id']}/events"
    log = bob.api.get(path, params={"after": sent["seq"] - 1}).json()["events"]
    assert log[0]["data"]["content"] == "while Redis is away"


def test_who_connects_while_redis_is_away_is_live_once_it_is_back(
    parley: Stack, alice: Person, bob: Person, url: str
) -> None:
    parley.redis.kill()
    try:
        wait_until(lambda: not is_ready(url), 5)
        with Ear(url, bob.token) as ear:
            ear.wait_for_notice("ready", 10)
            parley.redis.start()
            wait_until(lambda: is_ready(url), 10)
            alice.send("at last", to=bob)
            ear.wait_for_content("at last")
    finally:
        if not parley.redis.process.is_running:
            parley.redis.start()


def test_a_deaf_subscription_is_noticed_by_the_canary(
    parley: Stack,
    alice: Person,
    bob: Person,
    proxy: DeafProxy,
    start_realtime: Callable[..., Realtime],
) -> None:
    realtime = start_realtime(REDIS_URL=through(proxy, parley), CANARY_SECONDS="0.5")
    with Ear.of(realtime.url, bob) as ear:
        proxy.go_deaf()
        alice.send("into the void", to=bob)
        ear.wait_for("resync", 10)
        alice.send("heard again", to=bob)
        ear.wait_for_content("heard again")
        assert "into the void" not in ear.contents()
    assert metric(realtime.url, "redis_losses_total", 'cause="deaf"') == 1


def test_without_the_canary_nobody_would_notice(
    parley: Stack,
    alice: Person,
    bob: Person,
    proxy: DeafProxy,
    start_realtime: Callable[..., Realtime],
) -> None:
    """The twin of the test above: what the canary is for."""
    realtime = start_realtime(REDIS_URL=through(proxy, parley), CANARY_SECONDS="0")
    with Ear.of(realtime.url, bob) as ear:
        proxy.go_deaf()
        alice.send("into the void", to=bob)
        time.sleep(3)
        alice.send("into the void too", to=bob)
        time.sleep(1)
        assert not ear.all("resync")
        assert not ear.contents()
        assert realtime.is_ready()


def test_a_lost_publish_is_noticed_without_a_further_message(
    parley: Stack, bob: Person, listen: Listen
) -> None:
    """messages_service tells how far each log has come; here it tells of an event that
    never came.
    """
    ear = listen(bob)
    (conversation_id, seq), *_ = ear.wait_for_notice("ready")["conversations"].items()
    heads = json.dumps({conversation_id: seq + 1})
    for _ in range(3):
        parley.redis.client.publish("parley:heads", heads)
        time.sleep(1.5)
    assert ear.wait_for("resync")["reason"] == "missed"
    parley.redis.client.publish("parley:heads", heads)
    time.sleep(0.5)
    assert len(ear.all("resync")) == 1


def test_poison_is_counted_and_the_next_event_is_heard(
    parley: Stack, alice: Person, bob: Person, url: str, listen: Listen
) -> None:
    ear = listen(bob)
    conversation_id = next(iter(ear.wait_for_notice("ready")["conversations"]))
    topic = f"parley:conversation:{conversation_id}"
    id = int(conversation_id)
    good = {"conversation_id": id, "seq": 1, "epoch": "e", "type": "t", "data": {}}
    poisons = [
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
    ear.wait_for_content("still well")
    assert len(ear.events()) == 1
    assert metric(url, "poison_total") >= before + len(poisons)
    assert not ear.all("resync")


def test_nothing_is_lost_between_joining_and_hearing(
    parley: Stack, alice: Person, bob: Person, url: str
) -> None:
    """While messages flow, a tab that opens knows where the log was when it became live."""
    for _ in range(5):
        texts = [f"m{n}" for n in range(6)]
        alice.send(texts[0], to=bob)
        ear = Ear(url, bob.token)
        for text in texts[1:]:
            sent = alice.send(text, to=bob)
        ready = ear.wait_for_notice("ready")
        known = ready["conversations"][str(sent["conversation_id"])]
        expected = set(range(known + 1, sent["seq"] + 1))
        wait_until(lambda ear=ear, e=expected: {x["seq"] for x in ear.events()} >= e, 5)
        ear.client.disconnect()


def test_an_ended_session_is_cut_while_redis_is_away(
    parley: Stack, bob: Person, listen: Listen
) -> None:
    ear = listen(bob)
    parley.redis.kill()
    try:
        assert bob.api.delete(f"/api/users/{bob.id}").ok
        wait_until(lambda: not ear.client.connected, 6, what="cut without Redis")
    finally:
        parley.redis.start()


def is_ready(url: str) -> bool:
    return requests.get(url + "/readyz", timeout=5).status_code == 200

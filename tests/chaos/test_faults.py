"""Each fault once, shortly: part of `make test`."""

import sqlite3
from typing import Any

import orjson
import pytest

from tests.chaos.clients import Reader
from tests.chaos.scene import Scene, assert_kept, kill_and_start
from tests.support.waiting import wait_until

pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]


def test_without_a_fault_no_request_is_repeated(scene: Scene) -> None:
    scene.wait_for_traffic(50)

    assert_kept(scene.judge("none"))

    assert [reader.catch_ups for reader in scene.readers] == [1, 1, 1], "at connect alone"


def test_killing_messages_service_loses_nothing(scene: Scene) -> None:
    for _ in range(2):
        kill_and_start(scene, "messages_service")
        scene.wait_for_traffic()

    verdict = scene.judge("kill -9 messages_service, twice")

    assert_kept(verdict)
    assert verdict.retries > 0, "nobody noticed"


def test_killing_messages_service_between_commit_and_publish_loses_nothing(scene: Scene) -> None:
    """A frozen Redis gives no answer to the publish: what is committed waits in the outbox."""
    stack = scene.stack
    stack.redis.process.freeze()
    scene.wait_for_traffic()
    waiting = outbox_size(scene)
    stack.kill_service("messages_service")
    stack.redis.restart()
    stack.start_service("messages_service")

    verdict = scene.judge("kill -9 between commit and publish")

    assert waiting >= 10, "everything was published before the kill"
    assert_kept(verdict)
    wait_until(lambda: outbox_size(scene) == 0, what="the outbox is empty")


def test_killing_realtime_service_loses_nothing(scene: Scene) -> None:
    kill_and_start(scene, "realtime_service")

    assert_kept(scene.judge("kill -9 realtime_service"))

    assert all(reader.client.connected for reader in scene.readers)


def test_restarting_realtime_service_loses_nothing(scene: Scene) -> None:
    """On SIGTERM, the stock client is disconnected in a way that makes it reconnect."""
    scene.stack.restart_service("realtime_service")

    assert_kept(scene.judge("realtime_service restarted"))

    assert all(reader.client.connected for reader in scene.readers)


def test_killing_the_gateway_loses_nothing(scene: Scene) -> None:
    kill_and_start(scene, "gateway_frontend")

    verdict = scene.judge("kill -9 gateway_frontend")

    assert_kept(verdict)
    assert verdict.retries > 0, "nobody noticed"


def test_known_callers_are_served_while_users_service_is_down(scene: Scene) -> None:
    """Known callers go on without a failed request."""
    scene.stack.kill_service("users_service")
    before = [writer.retries for writer in scene.writers]
    scene.wait_for_traffic(30)
    during = [writer.retries for writer in scene.writers]
    scene.stack.start_service("users_service")

    assert_kept(scene.judge("users_service away"))
    assert during == before


def test_restarting_redis_loses_nothing(scene: Scene) -> None:
    """Sending goes on without it; reading follows when it is back."""
    for _ in range(2):
        scene.stack.redis.kill()
        scene.wait_for_traffic(20)
        scene.stack.redis.start()
        scene.wait_for_traffic(20)

    verdict = scene.judge("Redis killed and empty again, twice")

    assert_kept(verdict)
    assert verdict.retries == 0, "sending needed Redis"


def test_killing_the_redis_subscriptions_loses_nothing(scene: Scene) -> None:
    client = scene.stack.redis.client
    for _ in range(5):
        assert client.client_kill_filter(_type="pubsub") >= 1
        scene.wait_for_traffic(5)

    assert_kept(scene.judge("CLIENT KILL TYPE pubsub, five times"))


def test_late_and_repeated_events_are_applied_once_in_order(scene: Scene) -> None:
    """Redis delivers messages late and up to three times."""
    client = scene.stack.redis.client
    listener: Any = client.pubsub(ignore_subscribe_messages=True)
    listener.psubscribe("parley:conversation:*")
    seen: set[bytes] = set()
    window: list[dict[str, bytes]] = []
    repeated = 0
    while repeated < 60:
        message = listener.get_message(timeout=0.2)
        if message is None or message["data"] in seen:
            continue
        seen.add(message["data"])
        window.append(message)
        if len(window) == 10:
            for again in (*reversed(window), *window[::2]):
                client.publish(again["channel"], again["data"])
                repeated += 1
            window.clear()
    listener.close()

    assert_kept(scene.judge("every event again, in disorder"))

    assert all(reader.duplicates > 0 for reader in scene.readers)


def test_invalid_payloads_do_not_stop_delivery(scene: Scene) -> None:
    """After any payload on the topic, the next event is delivered."""
    client = scene.stack.redis.client
    topic = f"parley:conversation:{scene.conversation_id}"
    poison = (
        b"", b"no json", b"\xff\xfe", b"null", b"[]", b"7", b"{}", b"[" * 100_000,
        orjson.dumps({"seq": "x", "conversation_id": scene.conversation_id}),
        b'{"seq": NaN}', b'"' + b"x" * 1_000_000 + b'"',
    )  # fmt: skip
    for payload in poison:
        assert client.publish(topic, payload) >= 1
        scene.wait_for_traffic(2)
    pid = scene.stack.processes["realtime_service"].pid

    assert_kept(scene.judge("poison on the channel"))

    assert scene.stack.processes["realtime_service"].pid == pid


def test_readers_that_connect_under_load_miss_nothing(scene: Scene) -> None:
    """Between reading the log and hearing the socket there is no gap."""
    for _ in range(15):
        late = Reader(scene.stack, scene.charlie, scene.conversation_id)
        late.open()
        scene.readers.append(late)
        scene.wait_for_traffic(1)

    assert_kept(scene.judge("fifteen readers come under load"))


def test_a_new_epoch_resets_every_client_once(scene: Scene) -> None:
    """As after a restore of an older copy: a larger seq than the log's is not trusted."""
    stack = scene.stack
    stack.processes["messages_service"].stop()
    with sqlite3.connect(stack.directory / "messages.sqlite3") as database:
        changed = database.execute(
            "UPDATE meta SET value = 'restored' || value WHERE key = 'epoch'"
        )
        assert changed.rowcount == 1
    stack.start_service("messages_service")

    assert_kept(scene.judge("another epoch"))

    assert [reader.new_epochs for reader in scene.readers] == [1, 1, 1]


def outbox_size(scene: Scene) -> int:
    path = scene.stack.directory / "messages.sqlite3"
    with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as database:
        return int(database.execute("SELECT count(*) FROM outbox").fetchone()[0])

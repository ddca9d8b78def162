"""Faults that take their time: `make test-chaos`."""

import random
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.chaos.clients import Reader
from tests.chaos.scene import Scene, assert_kept, kill_and_start
from tests.support.postgres_server import PostgresServer
from tests.support.stack import Stack

pytestmark = [pytest.mark.long, pytest.mark.timeout(600)]
SERVICES = ("gateway_frontend", "users_service", "messages_service", "realtime_service")
SEED = 20261121
SOAK_SECONDS = 120


def test_freezing_redis_loses_nothing(scene: Scene) -> None:
    """A subscription that is open and silent; a publish that never returns."""
    process = scene.stack.redis.process
    process.freeze()
    until = time.monotonic() + 30
    while time.monotonic() < until:
        scene.wait_for_traffic(1)
    process.thaw()

    verdict = scene.judge("Redis frozen for 30 s")

    assert_kept(verdict)
    assert verdict.retries == 0, "sending waited for Redis"


@pytest.mark.parametrize("what", ["ALL", "WRITE"])
def test_pausing_redis_loses_nothing(scene: Scene, what: str) -> None:
    scene.stack.redis.client.execute_command("CLIENT", "PAUSE", 10_000, what)
    until = time.monotonic() + 11
    while time.monotonic() < until:
        scene.wait_for_traffic(1)

    assert_kept(scene.judge(f"CLIENT PAUSE 10 s {what}"))


def test_flushing_redis_repeatedly_loses_nothing(scene: Scene) -> None:
    for _ in range(20):
        scene.stack.redis.client.flushall()
        scene.wait_for_traffic(2)

    assert_kept(scene.judge("FLUSHALL, twenty times"))


def test_a_subscriber_dropped_by_redis_catches_up(scene: Scene) -> None:
    """Redis itself throws out a subscriber that does not read."""
    client = scene.stack.redis.client
    client.config_set("client-output-buffer-limit", "pubsub 64kb 32kb 5")
    realtime = scene.stack.processes["realtime_service"]
    try:
        realtime.freeze()
        scene.wait_for_traffic(20)
        topic = f"parley:conversation:{scene.conversation_id}"
        for _ in range(200):  # until the system's own buffers are full as well
            client.publish(topic, b'"' + b"x" * 100_000 + b'"')
    finally:
        realtime.thaw()
        client.config_set("client-output-buffer-limit", "pubsub 32mb 8mb 60")

    assert_kept(scene.judge("thrown out by Redis's output buffer"))


def test_freezing_realtime_service_loses_nothing(scene: Scene) -> None:
    """Longer than every ping: all its clients have given up on it."""
    realtime = scene.stack.processes["realtime_service"]
    realtime.freeze()
    time.sleep(60)
    realtime.thaw()

    assert_kept(scene.judge("realtime_service frozen for 60 s"))


@pytest.mark.parametrize("name", SERVICES)
def test_rolling_restarts_lose_nothing(scene: Scene, name: str) -> None:
    """As in an upgrade: SIGTERM, then a new start."""
    for _ in range(5):
        scene.stack.restart_service(name)
        scene.wait_for_traffic()

    assert_kept(scene.judge(f"{name} restarted five times"))


def test_repeated_kills_lose_nothing(scene: Scene) -> None:
    for _ in range(10):
        kill_and_start(scene, "messages_service", away=0.1)
        scene.wait_for_traffic(4)

    assert_kept(scene.judge("kill -9 messages_service, ten times"))


def test_killing_everything_loses_nothing_in_any_order_of_start(scene: Scene) -> None:
    stack = scene.stack
    for name in SERVICES:
        stack.kill_service(name)
    stack.redis.kill()
    order = [*SERVICES, "redis"]
    random.Random(SEED).shuffle(order)
    for name in order:
        if name == "redis":
            stack.redis.start()
        else:
            stack.processes[name].start()
        time.sleep(1)
    for name in SERVICES:
        stack.wait_ready(name)

    assert_kept(scene.judge("everything killed, any order back"))


def test_a_thousand_readers_that_connect_under_load_miss_nothing(scene: Scene) -> None:
    """One after the other, in rounds, so that it is the moment of coming that varies."""
    for _ in range(50):
        batch = [Reader(scene.stack, scene.charlie, scene.conversation_id) for _ in range(20)]
        with ExitStack() as stack:
            for reader in batch:
                reader.open()
                stack.callback(reader.close)
            goal = len(scene.stored_events())
            for reader in batch:
                reader.wait_for(goal)

    assert_kept(scene.judge("a thousand readers come and go"))


def test_random_faults_lose_nothing(scene: Scene) -> None:
    """Two minutes of random faults, one after the other."""
    chance = random.Random(SEED)
    stack = scene.stack
    faults: list[Callable[[], object]] = [
        *(lambda name=name: kill_and_start(scene, name) for name in SERVICES),
        *(lambda name=name: stack.restart_service(name) for name in SERVICES),
        stack.redis.restart,
        stack.redis.client.flushall,
        lambda: stack.redis.client.client_kill_filter(_type="pubsub"),
        lambda: _freeze(scene, chance.choice(SERVICES), chance.uniform(0.5, 4)),
    ]
    until = time.monotonic() + SOAK_SECONDS
    count = 0
    while time.monotonic() < until:
        chance.choice(faults)()
        scene.wait_for_traffic(3)
        count += 1

    assert_kept(scene.judge(f"{count} random faults, seed {SEED}"))


@pytest.fixture(scope="module")
def on_postgres(
    tmp_path_factory: pytest.TempPathFactory, postgres_server: PostgresServer
) -> Iterator[Stack]:
    urls = {
        name: postgres_server.create_database() for name in ("users_service", "messages_service")
    }
    directory: Path = tmp_path_factory.mktemp("chaos-postgres")
    with Stack(directory, environ={"RATE_MESSAGES": "1000000"}, database_urls=urls) as running:
        yield running


def test_restarting_postgresql_loses_nothing(
    on_postgres: Stack, postgres_server: PostgresServer
) -> None:
    """Its fast shutdown breaks every connection; its crash loses nothing that was committed."""
    with Scene(on_postgres) as scene:
        for sig in (signal.SIGINT, signal.SIGQUIT):
            postgres_server.process.stop(sig)
            time.sleep(0.5)
            postgres_server.start()
            scene.wait_for_traffic()

        assert_kept(scene.judge("PostgreSQL restarted, twice"))


def test_killing_messages_service_on_postgresql_loses_nothing(on_postgres: Stack) -> None:
    with Scene(on_postgres) as scene:
        for _ in range(3):
            kill_and_start(scene, "messages_service")
            scene.wait_for_traffic()

        assert_kept(scene.judge("kill -9 messages_service on PostgreSQL"))


def _freeze(scene: Scene, name: str, seconds: float) -> None:
    process = scene.stack.processes[name]
    process.freeze()
    time.sleep(seconds)
    process.thaw()

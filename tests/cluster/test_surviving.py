"""Containers are killed, restarted and added while people write; no message is lost."""

import os
import signal
import time
from functools import partial

import pytest

from tests.cluster.cluster import Cluster, docker, inspect, passes_its_check
from tests.cluster.traffic import Follower, Traffic, read_log
from tests.support.cast import Person
from tests.support.sockets import Tab
from tests.support.waiting import wait_until

PARTS = (
    "realtime_service",
    "gateway_frontend",
    "messages_service",
    "users_service",
    "redis",
    "messages_postgres",
    "users_postgres",
    "edge",
)
REPLACEABLE = ("gateway_frontend", "users_service", "messages_service", "realtime_service")
CATCH_UP = 15  # seconds: 10 of the promise, and what the client itself waits


def wait_until_healthy(container: str) -> None:
    wait_until(partial(passes_its_check, container), 90, 0.2, f"{container} is healthy")


def wait_for_more(traffic: Traffic, count: int) -> None:
    enough = len(traffic.accepted) + count
    wait_until(lambda: len(traffic.accepted) >= enough, 60, 0.1, "traffic")


def prove_that_nothing_was_lost(
    traffic: Traffic, reader: Person, conversation_id: int, follower: Follower
) -> None:
    """All that was accepted is in the log once, in order, and the reader has come to the same."""
    assert not traffic.refused
    truth = [
        event["data"]["content"]
        for event in read_log(reader, conversation_id)
        if event["type"] == "message.created"
    ]
    assert truth == ["hello", *traffic.accepted]
    wait_until(lambda: follower.contents == truth, CATCH_UP, what="the reader is level")


@pytest.mark.parametrize("part", PARTS)
def test_killing_a_container_loses_no_message(
    cluster: Cluster, alice: Person, bob: Person, part: str
) -> None:
    conversation_id = alice.send("hello", to=bob)["conversation_id"]
    with Follower(cluster.url, bob, conversation_id) as follower:
        with Traffic(alice, conversation_id) as traffic:
            wait_for_more(traffic, 10)
            for container in cluster.containers(part):
                docker("kill", container)
                assert not inspect(container)["State"]["Running"]
                time.sleep(1)  # Long enough for others to notice.
                docker("start", container)
                wait_until_healthy(container)
                wait_for_more(traffic, 5)
        prove_that_nothing_was_lost(traffic, bob, conversation_id, follower)


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.skipif(os.geteuid() != 0, reason="only root may kill a container's process")
def test_a_crashed_container_restarts(cluster: Cluster, part: str) -> None:
    container = cluster.containers(part)[0]
    state = inspect(container)["State"]
    os.kill(state["Pid"], signal.SIGKILL)
    wait_until(lambda: inspect(container)["State"]["Pid"] not in (0, state["Pid"]), 30, 0.2)
    wait_until_healthy(container)
    cluster.wait_until_open()


def test_a_rolling_restart_loses_no_message(cluster: Cluster, alice: Person, bob: Person) -> None:
    conversation_id = alice.send("hello", to=bob)["conversation_id"]
    with Follower(cluster.url, bob, conversation_id) as follower:
        with Traffic(alice, conversation_id) as traffic:
            wait_for_more(traffic, 10)
            for container in [c for part in REPLACEABLE for c in cluster.containers(part)]:
                docker("restart", "--time", "20", container)
                wait_until_healthy(container)
                wait_for_more(traffic, 5)
        prove_that_nothing_was_lost(traffic, bob, conversation_id, follower)


def test_a_third_realtime_container_gets_a_share_of_the_sockets(
    cluster: Cluster, alice: Person, bob: Person
) -> None:
    cluster.scale("realtime_service", 3)
    try:
        third = cluster.containers("realtime_service")
        assert len(third) == 3
        for container in third:
            wait_until_healthy(container)
        wait_until(lambda: upstreams(cluster) == 3, 20, 0.5, "the edge knows all three")
        first = alice.send("hello", to=bob)
        with Tab(cluster.url, bob.token) as tab:
            alice.send("again", to=bob)
            tab.wait_for("event", matches=lambda event: event["seq"] > first["seq"])
    finally:
        cluster.scale("realtime_service", 2)


def upstreams(cluster: Cluster) -> int:
    edge = cluster.containers("edge")[0]
    config = docker("exec", edge, "cat", "/tmp/edge/upstreams.conf")
    return config.partition("upstream realtime_service")[2].count("server ")

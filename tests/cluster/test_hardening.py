"""Security of the containers, as the engine sees them."""

import re
from functools import partial
from pathlib import Path

import pytest

from tests.cluster.cluster import Cluster, docker, inspect, is_healthy
from tests.cluster.engine import Engine
from tests.support.waiting import wait_until

ONCE = ("secrets", "users_migrations", "messages_migrations", "eliza_account")
SERVICES = (
    "edge",
    "gateway_frontend",
    "users_service",
    "messages_service",
    "realtime_service",
    "users_postgres",
    "messages_postgres",
    "redis",
    "eliza",
)


@pytest.mark.parametrize("service", SERVICES)
def test_containers_run_with_least_privilege(cluster: Cluster, service: str) -> None:
    for container in cluster.containers(service):
        found = inspect(container)
        host = found["HostConfig"]
        assert found["Config"]["User"].split(":")[0] not in ("", "0", "root")
        assert host["ReadonlyRootfs"]
        assert host["CapDrop"] == ["ALL"]
        assert not host["CapAdd"]
        assert any("no-new-privileges" in option for option in host["SecurityOpt"])
        assert 0 < host["PidsLimit"] <= 1000
        assert host["Memory"] > 0
        assert host["NanoCpus"] > 0
        assert not host["Privileged"]
        assert "docker.sock" not in str(found["Mounts"])
        wait_until(partial(is_healthy, container), 30, 0.3, f"{service} is healthy")


def test_only_the_edge_is_published_and_only_on_loopback(cluster: Cluster) -> None:
    for service in SERVICES:
        for container in cluster.containers(service):
            bindings = inspect(container)["HostConfig"]["PortBindings"] or {}
            addresses = {binding["HostIp"] for port in bindings.values() for binding in port}
            assert addresses == ({"127.0.0.1"} if service == "edge" else set())


def test_no_secret_is_visible_in_a_container_or_an_image(
    cluster: Cluster, secrets_dir: Path
) -> None:
    secrets = [path.read_text() for path in secrets_dir.iterdir()]
    for service in (*SERVICES, *ONCE):
        for container in cluster.containers(service):
            shown = str(inspect(container)) + docker("logs", container, both=True)
            assert not any(secret in shown for secret in secrets), service


def test_only_its_own_service_reaches_a_database(cluster: Cluster) -> None:
    ask = "import socket; socket.create_connection(('{}', 5432), 3)"
    users = cluster.containers("users_service")[0]
    docker("exec", users, "python", "-c", ask.format(addresses(cluster, "users_postgres")[0]))
    for address in addresses(cluster, "messages_postgres"):
        with pytest.raises(AssertionError, match=r"unreachable|timed out"):
            docker("exec", users, "python", "-c", ask.format(address))


def addresses(cluster: Cluster, service: str) -> list[str]:
    networks = inspect(cluster.containers(service)[0])["NetworkSettings"]["Networks"]
    return [network["IPAddress"] for network in networks.values()]


def test_redis_refuses_administration_and_foreign_keys(cluster: Cluster) -> None:
    redis = cluster.containers("redis")[0]
    cli = "$(command -v valkey-cli || command -v redis-cli)"
    login = f"REDISCLI_AUTH=$(cat /run/secrets/redis_password) {cli} --user parley"
    assert "NOAUTH" in docker("exec", redis, "sh", "-c", f"{cli} ping")
    refused = ("FLUSHALL", "CONFIG GET *", "KEYS *", "DEBUG SLEEP 0", "SHUTDOWN", "SET other 1")
    for command in refused:
        answer = docker("exec", redis, "sh", "-c", f"{login} {command}")
        assert "NOPERM" in answer or "not allowed" in answer, command
    assert "OK" in docker("exec", redis, "sh", "-c", f"{login} SET parley:test 1 EX 1")


def test_a_missing_secret_stops_the_start_with_one_line(
    engine: Engine, cluster: Cluster, tmp_path: Path
) -> None:
    other = Cluster(engine, f"{cluster.project}-bare", tmp_path, cluster.images)
    try:
        up = other.compose("up", "--detach", check=False)
        # Compose v2 looks for the files itself, before our own check could run.
        assert "run: make secrets" in other.logs("secrets") or re.search(
            rf"source path does not exist: {tmp_path}/\w+$", up.stderr, re.MULTILINE
        )
        started = [
            c for s in SERVICES for c in other.containers(s) if inspect(c)["State"]["Running"]
        ]
        assert not started
    finally:
        other.down()

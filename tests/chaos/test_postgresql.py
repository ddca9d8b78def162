"""PostgreSQL under load while replicas freeze, sessions block each other, and it restarts."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
import requests

from deploy.local.programs import ROOT
from tests.chaos.clients import Writer
from tests.chaos.scene import Scene, assert_kept
from tests.support.ports import free_port
from tests.support.postgres_server import PostgresServer
from tests.support.process import Process
from tests.support.stack import Stack
from tests.support.waiting import wait_until

pytestmark = [pytest.mark.long, pytest.mark.timeout(600)]
PATIENCE = 25.0
"""Seconds: idle_in_transaction_session_timeout, lock_timeout and a slow machine."""


@pytest.fixture(scope="module")
def databases(postgres_server: PostgresServer) -> dict[str, str]:
    services = ("users_service", "messages_service")
    return {name: postgres_server.create_database() for name in services}


@pytest.fixture(scope="module")
def on_postgres(
    tmp_path_factory: pytest.TempPathFactory, databases: dict[str, str]
) -> Iterator[Stack]:
    directory: Path = tmp_path_factory.mktemp("chaos-postgres")
    environ = {"RATE_MESSAGES": "1000000"}
    with Stack(directory, environ=environ, database_urls=databases) as running:
        yield running


@contextmanager
def replica(stack: Stack) -> Iterator[tuple[Process, str]]:
    """A second messages_service on the same database, and its URL."""
    program, port = stack.programs["messages_service"], free_port()
    program = replace(program, environ={**program.environ, "PORT": str(port)})
    process = Process(
        program.argv, log=stack.directory / "replica.log", env=program.environ, cwd=ROOT
    )
    process.start()
    url = f"http://127.0.0.1:{port}"
    wait_until(lambda: requests.get(f"{url}/readyz", timeout=5).ok, 60, what="the replica is ready")
    yield process, url
    process.kill()


def open_transactions(database_url: str) -> int:
    """Sessions of the services that hold locks and do nothing."""
    with psycopg.connect(database_url) as connection:
        query = (
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE datname = current_database() AND state = 'idle in transaction'"
        )
        row = connection.execute(query).fetchone()
        assert row is not None
        return int(row[0])


def freeze_inside_a_transaction(process: Process, database_url: str) -> None:
    for _ in range(200):
        process.freeze()
        time.sleep(0.1)
        if open_transactions(database_url):
            return
        process.thaw()
        time.sleep(0.05)
    raise AssertionError("it was never frozen inside a transaction")


def test_a_frozen_replica_does_not_stop_the_other(
    on_postgres: Stack, databases: dict[str, str]
) -> None:
    """Its locks are released by the server, although its connections stay open."""
    with replica(on_postgres) as (frozen, url), Scene(on_postgres) as scene:
        for _ in range(4):
            writer = Writer(scene.charlie, scene.conversation_id, url, 0)
            writer.start()
            scene.writers.append(writer)
        wait_until(lambda: scene.writers[-1].acked, 30)
        freeze_inside_a_transaction(frozen, databases["messages_service"])
        began = time.monotonic()
        healthy = scene.writers[1]
        goal = len(healthy.acked) + 10
        wait_until(lambda: len(healthy.acked) >= goal, PATIENCE, what="the other replica sends")
        assert time.monotonic() - began < PATIENCE
        frozen.thaw()

        assert_kept(scene.judge("one of two messages_services frozen"))


def test_a_locked_row_does_not_block_other_rooms(
    on_postgres: Stack, databases: dict[str, str]
) -> None:
    """An operator's forgotten transaction holds one room; other rooms go on."""
    with Scene(on_postgres) as scene:
        room = {"kind": "group", "member_ids": [scene.bob.id]}
        other = scene.charlie.api.post("/api/conversations", json=room).json()["id"]
        writer = Writer(scene.charlie, other, on_postgres.messages_url, 0.05)
        writer.start()
        with psycopg.connect(databases["messages_service"]) as connection:
            connection.execute(
                "SELECT id FROM conversations WHERE id = %s FOR UPDATE", [scene.conversation_id]
            )
            goal = len(writer.acked) + 5
            wait_until(
                lambda: len(writer.acked) >= goal, 2 * PATIENCE, what="the other room goes on"
            )
            history = f"{on_postgres.messages_url}/api/conversations/{scene.conversation_id}/events"
            assert requests.get(history, headers=scene.alice.headers, timeout=PATIENCE).ok
        writer.stop()
        assert writer.refused == []

        assert_kept(scene.judge("a row held by another session"))


def test_terminating_every_connection_repeatedly_loses_nothing(
    on_postgres: Stack, databases: dict[str, str]
) -> None:
    with Scene(on_postgres) as scene:
        person = on_postgres.sign_up("dana")
        for number in range(10):
            name = f"Dana the {number}"
            change = {"name": name}
            person.api.patch(f"/api/users/{person.id}", json=change).raise_for_status()
            with psycopg.connect(databases["messages_service"], autocommit=True) as connection:
                connection.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )
            scene.wait_for_traffic(5)
        assert_kept(scene.judge("connections terminated, ten times"))
        with psycopg.connect(databases["messages_service"], autocommit=True) as connection:
            query = "SELECT name FROM profiles WHERE id = %s"
            wait_until(
                lambda: connection.execute(query, [person.id]).fetchone() == ("Dana the 9",), 20
            )


def test_a_pool_exhausted_by_idle_transactions_recovers(
    on_postgres: Stack, databases: dict[str, str], postgres_server: PostgresServer
) -> None:
    """Sessions of strangers hold all that max_connections leaves, then go."""
    with Scene(on_postgres) as scene:
        strangers = []
        try:
            while True:
                strangers.append(psycopg.connect(databases["messages_service"]))
                strangers[-1].execute("SELECT 1")
        except psycopg.OperationalError:
            pass
        assert len(strangers) > 20
        time.sleep(3)
        for stranger in strangers:
            stranger.close()
        assert_kept(scene.judge(f"{len(strangers)} idle transactions"))

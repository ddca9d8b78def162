"""`make cluster-backup` and `cluster-restore`, with a stand-in for Compose on real databases."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from deploy.local.programs import ROOT
from tests.support.postgres_server import PostgresServer

pytestmark = pytest.mark.slow

COMPOSE = """#!/bin/sh
# exec -T CONTAINER COMMAND…, run --rm --no-deps SERVICE [COMMAND…]; other verbs are noted.
set -eu
verb=$1
shift
case $verb in
exec) shift 2; exec "$@" ;;
run)
    name=${3%_migrations}
    shift 3
    [ $# -gt 0 ] || set -- flask --app ${name}_service.wsgi db upgrade
    export DATABASE_URL="postgresql://$name:$PGPASSWORD@127.0.0.1:$PGPORT/$name"
    exec "$PYTHON" -m "$@" ;;
*) echo "$verb $*" >>"$CALLS" ;;
esac
"""
NAMES = ("messages", "users")


class Cluster:
    """Two databases as the containers have them, and the folder of the secrets."""

    def __init__(self, server: PostgresServer, directory: Path) -> None:
        compose = directory / "compose"
        compose.write_text(COMPOSE)
        compose.chmod(0o700)
        self.calls = directory / "calls"
        self.secrets = directory / "secrets"
        self.secrets.mkdir()
        (self.secrets / "service_secret").write_text("of the backup")
        (self.secrets / "users_db_password").write_text("its own")
        self._password, self._port = "a-password", server.port
        self.environ = os.environ | {
            "COMPOSE": str(compose),
            "SECRETS_DIR": str(self.secrets),
            "CALLS": str(self.calls),
            "PYTHON": sys.executable,
            "PGHOST": "127.0.0.1",
            "PGPORT": str(server.port),
            "PGPASSWORD": self._password,
            "REDIS_URL": "redis://127.0.0.1:1",
            "USERS_URL": "http://127.0.0.1:1",
            "MESSAGES_URL": "http://127.0.0.1:1",
            "SERVICE_SECRET": "s" * 40,
            "PYTHONPATH": str(ROOT),
        }
        with server._connect() as connection:
            for name in NAMES:
                role = f"CREATE ROLE {name} LOGIN PASSWORD '{self._password}'"
                connection.execute(role.encode())
                connection.execute(f"CREATE DATABASE {name} OWNER {name}".encode())
                alter = f"ALTER DATABASE {name} OWNER TO {name}"
                connection.execute(alter.encode())
        for name in NAMES:
            with psycopg.connect(self._url(name)) as connection:
                connection.execute(b"SELECT 1")
            migrate = (compose, "run", "--rm", "--no-deps", f"{name}_migrations")
            subprocess.run(migrate, env=self.environ, cwd=ROOT, check=True, capture_output=True)

    def run(self, *arguments: object) -> subprocess.CompletedProcess[str]:
        command = (sys.executable, "-m", "deploy.backup", *map(str, arguments))
        return subprocess.run(command, cwd=ROOT, env=self.environ, capture_output=True, text=True)

    def value(self, name: str, query: str) -> object:
        with psycopg.connect(self._url(name)) as connection:
            found = connection.execute(query.encode()).fetchone()
        return found[0] if found else None

    def change(self, name: str, statement: str) -> None:
        with psycopg.connect(self._url(name)) as connection:
            connection.execute(statement.encode())

    def _url(self, name: str) -> str:
        return f"postgresql://{name}:{self._password}@127.0.0.1:{self._port}/{name}"


@pytest.fixture
def cluster(postgres_server: PostgresServer, tmp_path: Path) -> Iterator[Cluster]:
    yield Cluster(postgres_server, tmp_path)
    with postgres_server._connect() as connection:
        for name in NAMES:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())
            connection.execute(f"DROP ROLE {name}".encode())


def test_a_cluster_gets_its_data_and_the_secrets_for_it_back(
    cluster: Cluster, tmp_path: Path
) -> None:
    file = tmp_path / "cluster.tar"
    epoch = "SELECT value FROM meta WHERE key = 'epoch'"
    cluster.change("users", "CREATE TABLE notes AS SELECT 'before' AS text")
    before = cluster.value("messages", epoch)

    made = cluster.run("create", "--cluster", file)
    cluster.change("users", "UPDATE notes SET text = 'after'")
    (cluster.secrets / "service_secret").write_text("another")
    (cluster.secrets / "users_db_password").write_text("another")
    refused = cluster.run("restore", "--cluster", file)
    done = cluster.run("restore", "--cluster", file, "--replace")

    assert made.returncode == 0, made.stderr
    assert "REPLACE=1" in refused.stderr
    assert done.returncode == 0, done.stderr
    assert cluster.value("users", "SELECT text FROM notes") == "before"
    assert cluster.value("messages", epoch) not in (before, None)
    assert (cluster.secrets / "service_secret").read_text() == "of the backup"
    assert (cluster.secrets / "users_db_password").read_text() == "another"
    assert [line.split()[0] for line in cluster.calls.read_text().splitlines()] == [
        "stop",
        "start",
    ]


def test_a_missing_compose_is_named(tmp_path: Path) -> None:
    environ = os.environ | {"COMPOSE": "no-such-compose"}
    command = (sys.executable, "-m", "deploy.backup", "create", "--cluster", tmp_path / "x.tar")
    done = subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True)
    assert done.returncode == 1
    assert done.stderr == "parley: no-such-compose is not installed\n"

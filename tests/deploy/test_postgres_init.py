"""The role that a service of the cluster has in its PostgreSQL."""

import os
import subprocess
from collections.abc import Iterator
from urllib.parse import urlsplit

import psycopg
import pytest

from deploy.local.programs import ROOT
from tests.support.postgres_server import PostgresServer

PASSWORD = "0123456789abcdef"


@pytest.fixture(scope="module")
def service_url() -> Iterator[str]:
    """The database `messages`, set up by the cluster's script, as its service reaches it."""
    server = PostgresServer()
    superuser = urlsplit(server.create_database())
    with psycopg.connect(superuser.geturl(), autocommit=True) as connection:
        connection.execute("CREATE DATABASE messages")
    environ = {
        **os.environ,
        "PATH": f"{server.binaries}:{os.environ['PATH']}",
        "PGHOST": "127.0.0.1",
        "PGPORT": str(server.port),
        "PGPASSWORD": str(superuser.password),
        "POSTGRES_USER": str(superuser.username),
        "POSTGRES_PASSWORD": PASSWORD,
        "POSTGRES_DB": "messages",
    }
    subprocess.run([ROOT / "deploy/postgres/init.sh"], env=environ, check=True)
    yield f"postgresql://messages:{PASSWORD}@127.0.0.1:{server.port}/messages"
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(superuser.geturl())
    server.stop()


def test_the_services_role_can_create_its_tables(service_url: str) -> None:
    with psycopg.connect(service_url) as connection:
        connection.execute("CREATE TABLE things (id int)")
        owner = connection.execute(
            "SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = 'messages'"
        ).fetchone()
    assert owner == ("messages",)


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE ROLE other",
        "CREATE DATABASE other",
        "ALTER SYSTEM SET fsync = off",
        "COPY (SELECT 1) TO PROGRAM 'true'",
        "SELECT pg_read_file('PG_VERSION')",
    ],
)
def test_the_services_role_is_not_a_superuser(service_url: str, statement: str) -> None:
    with (
        psycopg.connect(service_url, autocommit=True) as connection,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        connection.execute(statement.encode())


def test_the_services_role_cannot_open_other_databases(service_url: str) -> None:
    with pytest.raises(psycopg.OperationalError, match="permission denied"):
        psycopg.connect(service_url.rpartition("/")[0] + "/postgres")

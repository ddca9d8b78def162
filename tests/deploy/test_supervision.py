"""`make run` while its database comes and goes, and while processes are killed."""

import fcntl
import os
import re
import signal
import socket
import struct
import subprocess
import sys
import termios
from collections.abc import Iterator
from contextlib import contextmanager

import psutil
import pytest
import requests

from tests.deploy.terminal import Terminal
from tests.support.cast import Person, sign_up
from tests.support.postgres_server import PostgresServer
from tests.support.waiting import wait_until

STALLED = b"POST /api/messages HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 9\r\n\r\n{"

SUPERVISOR = """
import sys
from deploy.local.programs import Program
from deploy.local.supervisor import Supervisor

command, count = sys.argv[1], int(sys.argv[2])
programs = [Program(f"program {n}", ["sh", "-c", command], {}) for n in range(count)]
supervisor = Supervisor(programs)
supervisor.beside(supervisor.all_have_started)
supervisor.run()
"""
SLEEP = "exec sleep 60"
ALMOST_A_PIPE = 60_000
WRITE_MORE_THAN_A_PIPE_HOLDS = f"yes {'x' * 100} | head -n 2000; exec sleep 60"


@pytest.fixture(scope="module")
def postgres() -> Iterator[PostgresServer]:
    """One that is stopped on purpose."""
    server = PostgresServer()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def running(
    postgres: PostgresServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Terminal]:
    """Begun while its databases were away."""
    urls = {f"{name}_DATABASE_URL": postgres.create_database() for name in ("USERS", "MESSAGES")}
    postgres.process.stop(signal.SIGQUIT)
    terminal = Terminal(tmp_path_factory.mktemp("supervised"), **urls)
    wait_until(lambda: "Waiting for the database of" in terminal.output, 60)
    postgres.start()
    terminal.wait_until_ready()
    yield terminal
    terminal.close()


@pytest.fixture(scope="module")
def alice(running: Terminal) -> Person:
    return sign_up(running.url, "alice")


@pytest.mark.slow
@pytest.mark.parametrize("name", ["gateway_frontend", "users_service", "messages_service"])
def test_a_killed_master_is_replaced_despite_an_open_request(
    running: Terminal, alice: Person, name: str
) -> None:
    services = ("gateway_frontend", "users_service", "messages_service")
    port = running.port + services.index(name)
    with socket.create_connection(("127.0.0.1", port)) as client:
        client.sendall(STALLED)
        _kill_and_wait(running, name)
        wait_until(lambda: _is_ready(port), 60, 0.1, what="ready again")
        wait_until(lambda: _reads(alice), 30, 0.1, what="served again")


def test_a_burst_of_signals_during_the_start_stops_everything() -> None:
    """Signals interrupt the handlers of those before, while other processes are still to begin."""
    with _supervise(SLEEP, 8) as supervisor:
        assert supervisor.stdout is not None
        assert b"started" in supervisor.stdout.readline()
        for _ in range(500):
            supervisor.send_signal(signal.SIGTERM)
        supervisor.communicate(timeout=20)
        assert supervisor.returncode == 0


def test_a_signal_while_a_line_is_printed_stops_everything() -> None:
    with _supervise(WRITE_MORE_THAN_A_PIPE_HOLDS, 1) as supervisor:
        wait_until(lambda: _is_blocked(supervisor), what="it waits for somebody to read")
        supervisor.send_signal(signal.SIGINT)
        assert b"Stopping" in supervisor.communicate(timeout=20)[0]
        assert supervisor.returncode == 0


@contextmanager
def _supervise(command: str, count: int) -> "Iterator[subprocess.Popen[bytes]]":
    argv = (sys.executable, "-c", SUPERVISOR, command, str(count))
    environ = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    with subprocess.Popen(argv, stdout=subprocess.PIPE, env=environ) as supervisor:
        try:
            yield supervisor
        finally:
            supervisor.kill()


def _is_blocked(supervisor: "subprocess.Popen[bytes]") -> bool:
    """Whether its output is full, and the kernel has put it to sleep in a write."""
    assert supervisor.stdout is not None
    (written,) = struct.unpack("i", fcntl.ioctl(supervisor.stdout, termios.FIONREAD, b"0000"))
    return written > ALMOST_A_PIPE and psutil.Process(supervisor.pid).status() == "sleeping"


@pytest.mark.slow
def test_a_service_starts_while_its_database_is_down(
    running: Terminal, alice: Person, postgres: PostgresServer
) -> None:
    postgres.process.stop(signal.SIGQUIT)
    for name in ("users_service", "messages_service"):
        _kill_and_wait(running, name)
    url = f"http://127.0.0.1:{running.port + 2}/healthz"
    wait_until(lambda: requests.get(url, timeout=5).ok, 30, 0.2)
    assert "giving up" not in running.output
    postgres.start()
    wait_until(lambda: _reads(alice), 60, 0.2, what="served again")


def _kill_and_wait(terminal: Terminal, name: str) -> None:
    """Returns when the supervisor has started the service again."""
    starts = _starts(terminal, name)
    os.kill(terminal.pid_of(name), signal.SIGKILL)
    wait_until(lambda: _starts(terminal, name) > starts, 20, what=f"{name} started again")


def _starts(terminal: Terminal, name: str) -> int:
    return len(re.findall(rf"{name} started \(pid=", terminal.output))


def _reads(person: Person) -> bool:
    return person.api.get("/api/conversations").status_code == 200


def _is_ready(port: int) -> bool:
    return requests.get(f"http://127.0.0.1:{port}/readyz", timeout=5).status_code == 200

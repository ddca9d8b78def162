"""`make run`, `make demo` and `make tutorial` as somebody at a terminal sees them."""

import os
import re
import signal
import socket
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import psutil
import pytest

from deploy.local.data_dir import hold_data_dir
from tests.deploy.terminal import Terminal, wait_until_gone
from tests.support.cast import Api, sign_up
from tests.support.migrated import place_databases
from tests.support.ports import free_port, free_ports
from tests.support.waiting import wait_until

pytestmark = pytest.mark.slow

Open = Callable[..., Terminal]


@pytest.fixture
def open_terminal(tmp_path: Path) -> Iterator[Open]:
    opened: list[Terminal] = []

    def open_(*args: str, **environ: str) -> Terminal:
        opened.append(Terminal(tmp_path, *args, **environ))
        return opened[-1]

    yield open_
    for terminal in opened:
        terminal.close()


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Terminal]:
    """One `make run` for the tests that leave it running, open to the network around."""
    terminal = Terminal(tmp_path_factory.mktemp("running"), HOST="0.0.0.0")
    terminal.wait_until_ready()
    yield terminal
    terminal.close()


def test_only_the_owner_can_read_the_data(running: Terminal) -> None:
    data = running.directory / "data"
    paths = [data, *data.iterdir()]
    assert any(path.suffix == ".sqlite3" for path in paths)
    assert {path.name: oct(path.stat().st_mode & 0o077) for path in paths} == {
        path.name: "0o0" for path in paths
    }


def test_data_readable_by_others_is_made_private_at_the_next_start(tmp_path: Path) -> None:
    database, strange = tmp_path / "messages.sqlite3", tmp_path / "notes.txt"
    for path in (database, strange):
        path.touch(mode=0o644)
    tmp_path.chmod(0o755)

    with hold_data_dir(tmp_path):
        modes = [path.stat().st_mode & 0o777 for path in (tmp_path, database, strange)]

    assert modes == [0o700, 0o600, 0o644]


@pytest.mark.parametrize("sig", [signal.SIGINT, signal.SIGKILL])
def test_signalling_make_stops_every_process(open_terminal: Open, tmp_path: Path, sig: int) -> None:
    place_databases(tmp_path / "data")
    terminal = open_terminal()
    terminal.wait_until_ready()
    processes = terminal.descendants()
    terminal.signal_make(sig)
    terminal.wait_for_end()
    wait_until_gone(processes)


def test_a_killed_runner_leaves_nothing_behind(open_terminal: Open, tmp_path: Path) -> None:
    place_databases(tmp_path / "data")
    terminal = open_terminal()
    terminal.wait_until_ready()
    processes = terminal.descendants()
    terminal.runner.kill()
    assert terminal.wait_for_end() != 0
    wait_until_gone(processes)


def test_a_killed_service_is_restarted_without_losing_data(
    running: Terminal,
) -> None:
    alice = sign_up(running.url, "alice")
    sent = alice.send("before the crash", to=alice)
    for program in ("messages_service", "redis"):
        pid = running.pid_of(program)
        os.kill(pid, signal.SIGKILL)
        wait_until(partial(has_new_life, running, program, pid), 30, what="started again")
        assert f"{program} died (killed by SIGKILL), starting it again" in running.output
    path = f"/api/messages/{sent['id']}"
    wait_until(lambda: alice.api.get(path).status_code == 200, 30, 0.1, "served again")
    assert alice.api.get(path).json()["content"] == "before the crash"


def has_new_life(terminal: Terminal, program: str, old: int) -> bool:
    return terminal.pid_of(program) != old


def test_the_demo_is_filled_once_and_ctrl_c_stops_it_cleanly(
    open_terminal: Open,
) -> None:
    first = open_terminal("demo")
    first.wait_until_ready()
    rooms = [talk_of_alice(first)]
    days = {message["date"][:10] for message in messages_of_alice(first)}
    assert len(days) >= 3
    processes = first.descendants()
    first.press_ctrl_c()
    first.wait_for_end()
    wait_until_gone(processes)
    assert first.output.endswith("Parley has stopped.\n")
    assert "Traceback" not in first.output
    second = open_terminal("demo")
    second.wait_until_ready()
    rooms.append(talk_of_alice(second))
    assert rooms[0] == rooms[1]
    assert {"general", "kitchen"} <= set(rooms[0])


def talk_of_alice(terminal: Terminal) -> dict[str, int]:
    """Her conversations: name and last seq."""
    mine = api_of_alice(terminal).get("/api/conversations").json()
    unread = {c["name"]: c["unread"] for c in mine if c["unread"]}
    assert unread == {"general": 1, "garden": 2, "kitchen": 1, "Bob Morane": 1}
    return {conversation["name"]: conversation["last_seq"] for conversation in mine}


def messages_of_alice(terminal: Terminal) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (
        api_of_alice(terminal).get("/api/messages", params={"limit": 200}).json()
    )
    return found


def api_of_alice(terminal: Terminal) -> Api:
    said = re.findall(
        r"Log in as alice, bob, charlie; the password of each is: (\S+)", terminal.output
    )
    login = {"login": "alice", "password": said[-1]}
    session = Api(terminal.url).post("/api/sessions", json=login).json()
    return Api(terminal.url, session["access_token"])


def test_only_the_owner_can_read_the_secrets(running: Terminal) -> None:
    secrets = list((running.directory / "data" / "secrets").iterdir())
    assert secrets
    shown = " ".join(" ".join(process.cmdline()) for process in running.descendants())
    for path in secrets:
        assert path.stat().st_mode & 0o077 == 0
        assert path.read_text() not in running.output + shown


def test_only_the_gateway_and_realtime_listen_beyond_loopback(running: Terminal) -> None:
    listening = {
        connection.laddr.port
        for process in running.descendants()
        for connection in process.net_connections("tcp")
        if connection.status == psutil.CONN_LISTEN and connection.laddr.ip != "127.0.0.1"
    }
    assert listening == {running.port, running.port + 3}


def refusal(terminal: Terminal) -> str:
    """The one line of the runner's with which it ended."""
    assert terminal.wait_for_end() != 0
    assert "Traceback" not in terminal.output
    lines = [line for line in terminal.output.splitlines() if line.startswith("parley: ")]
    assert len(lines) == 1, terminal.output
    return lines[0]


def test_a_port_in_use_is_reported_in_one_line(open_terminal: Open) -> None:
    port = free_ports(5)
    with socket.create_server(("127.0.0.1", port + 2)):
        assert f"port {port + 2} is in use" in refusal(open_terminal(PORT=str(port)))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("LOG_LEVEL", "banana"),
        ("PORT", "70000"),
        ("HOST", "no.such.host.invalid"),
        ("DATA_DIR", "/proc/parley"),
        ("RATE_SIGNUPS", "many"),
        ("DATABASE_URL", "sqlite:///one-for-two.sqlite3"),
    ],
)
def test_an_invalid_setting_is_reported_in_one_line(
    open_terminal: Open, name: str, value: str
) -> None:
    assert name in refusal(open_terminal(**{name: value}))


def test_a_redis_that_does_not_answer_is_reported_in_one_line(open_terminal: Open) -> None:
    url = f"redis://127.0.0.1:{free_port()}/0"
    assert "REDIS_URL does not answer" in refusal(open_terminal(REDIS_URL=url))


def test_a_redis_that_does_not_start_is_reported_in_one_line(
    open_terminal: Open, tmp_path: Path
) -> None:
    broken = tmp_path / "bin" / "valkey-server"
    broken.parent.mkdir()
    broken.write_text('#!/bin/sh\n[ "$1" = --version ] || exit 1\n')
    broken.chmod(0o755)
    path = f"{broken.parent}:{os.environ['PATH']}"
    assert "redis ended" in refusal(open_terminal(PATH=path))


def test_a_second_instance_on_the_same_data_is_refused(
    running: Terminal, open_terminal: Open
) -> None:
    data = str(running.directory / "data")
    assert "another Parley is running" in refusal(open_terminal(DATA_DIR=data))


def test_the_tutorial_runs_only_on_loopback(open_terminal: Open) -> None:
    assert "HOST=0.0.0.0" in refusal(open_terminal("tutorial", HOST="0.0.0.0"))

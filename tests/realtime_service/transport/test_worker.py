"""The process: how it starts, stops, and answers HTTP."""

import os
import signal
import subprocess
import time
from collections.abc import Callable

import pytest
import requests

from deploy.local.programs import ROOT
from tests.realtime_service.conftest import SERVICE, OpenTab, Realtime
from tests.support.cast import Person
from tests.support.ports import free_port
from tests.support.raw_socket import RawSocket
from tests.support.sockets import Tab
from tests.support.stack import Stack
from tests.support.waiting import wait_until

pytestmark = pytest.mark.slow


def start_and_fail(
    parley: Stack, *arguments: str, **environ: str
) -> subprocess.CompletedProcess[str]:
    """The output and exit code of a start that fails."""
    program = parley.programs[SERVICE]
    env = {**program.environ, "PORT": str(free_port()), **environ}
    return subprocess.run(
        [*program.argv, *arguments], env=env, cwd=ROOT, capture_output=True, text=True,
        timeout=60, check=False,
    )  # fmt: skip


def test_the_worker_serves_http_beside_sockets(url: str) -> None:
    assert requests.get(url + "/healthz", timeout=20).json() == {"status": "alive"}
    wait_until(lambda: requests.get(url + "/readyz", timeout=20).ok, what="ready")
    ready = requests.get(url + "/readyz", timeout=20).json()
    assert ready == {"status": "ready", "parts": {"redis": "ready", "users_service": "ready"}}
    version = requests.get(url + "/api/version", timeout=20).json()
    assert version["service"] == SERVICE
    assert "parley_realtime_sockets" in requests.get(url + "/metrics", timeout=20).text
    assert requests.get(url + "/nothing", timeout=20).json()["status"] == 404


def test_the_events_are_described_as_asyncapi(url: str) -> None:
    document = requests.get(url + "/asyncapi.json", timeout=20).json()
    assert document["asyncapi"] == "3.0.0"
    names = {m["name"] for m in document["channels"]["socket"]["messages"].values()}
    assert names == {
        "event", "notice", "typing", "presence", "resync", "status",
        "join", "leave", "text", "resume", "connect-ack",
    }  # fmt: skip


def test_many_requests_at_once_are_served_beside_sockets(
    url: str, bob: Person, open_tab: OpenTab
) -> None:
    tab = open_tab(bob)
    with requests.Session() as session:
        for _ in range(100):
            assert session.get(url + "/healthz", timeout=20).ok
    assert tab.client.connected


@pytest.mark.parametrize("sig", [signal.SIGTERM, signal.SIGINT], ids=lambda s: s.name)
def test_the_worker_stops_quickly_and_closes_its_sockets(
    start_realtime: Callable[..., Realtime], bob: Person, sig: signal.Signals
) -> None:
    realtime = start_realtime()
    tabs = [Tab.of(realtime.url, bob, transports=[t]) for t in ("websocket", "polling")]
    with RawSocket(realtime.url) as raw:
        raw.sign_in(bob.token)
        started = time.monotonic()
        assert realtime.process.stop(sig) == 0
        assert time.monotonic() - started < 15
        assert raw.is_closed()
    wait_until(lambda: not any(tab.client.connected for tab in tabs))
    assert "Traceback" not in realtime.process.logs


def test_the_worker_starts_without_a_warning(second_realtime: Realtime) -> None:
    logs = second_realtime.process.logs
    assert "eprecat" not in logs
    assert "RLock" not in logs
    assert "Traceback" not in logs
    assert "MonkeyPatchWarning" not in logs


def test_more_than_one_worker_is_refused(parley: Stack) -> None:
    outcome = start_and_fail(parley, "--workers", "2")
    assert outcome.returncode != 0
    assert "one worker" in outcome.stderr


@pytest.mark.parametrize(
    ("name", "value"),
    [("ASYNC_DRIVER", "threads"), ("MAX_SOCKETS_PER_USER", "0"), ("SERVICE_SECRET_FILE", "/none")],
)
def test_an_invalid_setting_is_reported_in_one_line(parley: Stack, name: str, value: str) -> None:
    outcome = start_and_fail(parley, **{name: value})
    assert outcome.returncode != 0
    assert f"parley: {name}" in outcome.stderr
    assert "Traceback" not in outcome.stderr


def test_without_free_file_descriptors_only_new_connections_are_refused(
    parley: Stack, bob: Person, alice: Person, start_realtime: Callable[..., Realtime]
) -> None:
    realtime = start_realtime()
    worker = int(
        subprocess.check_output(["pgrep", "-P", str(realtime.process.pid)], text=True).split()[0]
    )
    with Tab.of(realtime.url, bob) as tab:
        in_use = len(os.listdir(f"/proc/{worker}/fd"))
        subprocess.run(
            ["prlimit", f"--pid={worker}", f"--nofile={in_use + 20}:{in_use + 20}"], check=True
        )
        crowd = []
        for _ in range(60):
            try:
                crowd.append(RawSocket(realtime.url, patience=3))
            except (OSError, IndexError):
                break
        alice.send("still here?", to=bob)
        tab.wait_for_content("still here?")
        for raw in crowd:
            raw.sock.close()
        wait_until(lambda: RawSocket(realtime.url).status == 101, 20)

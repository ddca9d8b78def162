"""A running Parley on either driver, and further realtime processes beside its own."""

import json
import re
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest
import requests

from tests.realtime_service.ears import Ear
from tests.support.cast import Person
from tests.support.ports import free_port
from tests.support.process import Process
from tests.support.stack import ROOT, Stack
from tests.support.waiting import wait_until

SERVICE = "realtime_service"


@pytest.fixture(scope="session", params=["stack", "gevent_stack"], ids=["eventlet", "gevent"])
def parley(request: pytest.FixtureRequest) -> Stack:
    """All of Parley; realtime_service on eventlet, then on gevent."""
    running: Stack = request.getfixturevalue(request.param)
    return running


@pytest.fixture
def url(parley: Stack) -> str:
    """realtime_service's."""
    return parley.realtime_url


@pytest.fixture
def alice(parley: Stack) -> Person:
    return parley.sign_up("alice")


@pytest.fixture
def bob(parley: Stack, alice: Person) -> Person:
    """He has a conversation with alice already."""
    bob = parley.sign_up("bob")
    alice.send("hello", to=bob)
    return bob


@pytest.fixture
def charlie(parley: Stack) -> Person:
    return parley.sign_up("charlie")


@pytest.fixture
def dana(parley: Stack) -> Person:
    return parley.sign_up("dana")


@pytest.fixture
def listen(url: str) -> Iterator[Callable[..., Ear]]:
    """`listen(bob)`: a tab of bob's that is live; all are closed after the test."""
    ears: list[Ear] = []

    def open_tab(person: Person, at: str = url, **options: object) -> Ear:
        ear = Ear.of(at, person, **options)
        ears.append(ear)
        return ear

    yield open_tab
    for ear in ears:
        ear.client.disconnect()


class Realtime:
    """One more process of realtime_service, with settings of its own."""

    def __init__(self, stack: Stack, directory: Path, **environ: str) -> None:
        program = stack.programs[SERVICE]
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        env = {**program.environ, "PORT": str(self.port), "REALTIME_URL": self.url, **environ}
        self.process = Process(program.argv, log=directory / f"{self.port}.log", env=env, cwd=ROOT)

    def start(self) -> "Realtime":
        self.process.start()
        try:
            wait_until(self.is_ready, 20, what="another realtime_service is ready")
        except TimeoutError as error:
            raise TimeoutError(self.process.logs[-3000:]) from error
        return self

    def is_ready(self) -> bool:
        return requests.get(self.url + "/readyz", timeout=5).status_code == 200


@pytest.fixture
def start_realtime(parley: Stack, tmp_path: Path) -> Iterator[Callable[..., Realtime]]:
    """`start_realtime(PING_INTERVAL="1")`: one more process beside the stack's own."""
    started: list[Realtime] = []

    def start(**environ: str) -> Realtime:
        realtime = Realtime(parley, tmp_path, **environ)
        started.append(realtime)
        return realtime.start()

    yield start
    for realtime in started:
        realtime.process.stop()


@pytest.fixture
def make_room(parley: Stack) -> Callable[..., int]:
    """`make_room("lobby7", alice, bob)`: a public room of alice's in which bob is, too; its id."""

    def make(name: str, owner: Person, *others: Person) -> int:
        body = {"kind": "room", "name": name, "visibility": "public"}
        answer = owner.api.post("/api/conversations", json=body)
        assert answer.status_code == 201, answer.text
        room_id = int(answer.json()["id"])
        for person in others:
            path = f"/api/conversations/{room_id}/members/{person.id}"
            assert person.api.put(path).ok
        return room_id

    return make


def metric(url: str, name: str, labels: str = "") -> float:
    """A figure of /metrics, summed over what `labels` does not tell apart."""
    text = requests.get(url + "/metrics", timeout=5).text
    pattern = rf"^parley_realtime_{name}(?:\{{[^}}]*{labels}[^}}]*\}})? ([0-9.e+-]+)$"
    return sum(map(float, re.findall(pattern, text, re.MULTILINE)))


def open_polling(url: str) -> str:
    """The address of a new Engine.IO session."""
    greeting = requests.get(url + "/socket.io/?EIO=4&transport=polling", timeout=5).text
    sid = json.loads(greeting[1:])["sid"]
    return f"{url}/socket.io/?EIO=4&transport=polling&sid={sid}"


def memory_of(process: Process) -> int:
    """Bytes of the process and its children."""
    parent = psutil.Process(process.pid)
    return sum(p.memory_info().rss for p in (parent, *parent.children(recursive=True)))


class DeafProxy:
    """A TCP proxy whose present subscriptions can go deaf: open connections that bring nothing."""

    def __init__(self, target_port: int) -> None:
        self._target_port = target_port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._subscribers: set[socket.socket] = set()
        self._deaf: set[socket.socket] = set()
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def go_deaf(self) -> None:
        """Swallow what Redis sends to those who have subscribed so far."""
        assert self._subscribers, "nobody has subscribed"
        self._deaf |= self._subscribers

    def close(self) -> None:
        self._listener.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                server = socket.create_connection(("127.0.0.1", self._target_port))
                for source, sink in ((client, server), (server, client)):
                    threading.Thread(target=self._pump, args=(source, sink), daemon=True).start()

    def _pump(self, source: socket.socket, sink: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(65536):
                if b"SUBSCRIBE" in data:
                    self._subscribers.add(source)
                if sink not in self._deaf:
                    sink.sendall(data)
        sink.close()

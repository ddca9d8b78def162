"""A running Parley on either driver, and further realtime processes beside its own."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest
import requests

from deploy.local.programs import ROOT
from tests.support.cast import Person
from tests.support.ports import free_port
from tests.support.process import Process
from tests.support.proxy import Proxy
from tests.support.sockets import Tab
from tests.support.stack import Stack
from tests.support.waiting import wait_until

SERVICE = "realtime_service"
OpenTab = Callable[..., Tab]


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
    """He has a conversation with alice already; its message is published, so no tab receives it."""
    bob = parley.sign_up("bob")
    with parley.redis.client.pubsub(ignore_subscribe_messages=True) as published:
        published.psubscribe("parley:conversation:*")
        published.get_message(timeout=10)  # of the subscription
        message = alice.send("hello", to=bob)
        topic = f"parley:conversation:{message['conversation_id']}".encode()
        wait_until(lambda: published.get_message(timeout=1)["channel"] == topic)
    return bob


@pytest.fixture
def charlie(parley: Stack) -> Person:
    return parley.sign_up("charlie")


@pytest.fixture
def dana(parley: Stack) -> Person:
    return parley.sign_up("dana")


@pytest.fixture
def open_tab(url: str) -> Iterator[OpenTab]:
    """`open_tab(bob)`: a tab of bob's that is live; all are closed after the test."""
    tabs: list[Tab] = []

    def open_(person: Person, at: str = url, **options: object) -> Tab:
        tab = Tab.of(at, person, **options)
        tabs.append(tab)
        return tab

    yield open_
    for tab in tabs:
        tab.client.disconnect()


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
            wait_until(self.is_ready, 60, what="another realtime_service is ready")
        except TimeoutError as error:
            raise TimeoutError(self.process.logs[-3000:]) from error
        return self

    def is_ready(self) -> bool:
        return requests.get(self.url + "/readyz", timeout=20).status_code == 200


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


@pytest.fixture(scope="session")
def second_realtime(parley: Stack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Realtime]:
    """A process beside the stack's own that tests leave running, as it is."""
    realtime = Realtime(parley, tmp_path_factory.mktemp("second")).start()
    yield realtime
    realtime.process.kill()


@pytest.fixture
def redis_proxy(parley: Stack) -> Iterator[Proxy]:
    """A way to the stack's Redis that can break."""
    proxy = Proxy(parley.redis.port)
    yield proxy
    proxy.close()


@pytest.fixture
def behind_proxy(
    parley: Stack, redis_proxy: Proxy, start_realtime: Callable[..., Realtime]
) -> Realtime:
    """Another process, which reaches Redis through `redis_proxy`."""
    url = parley.redis.url.replace(f":{parley.redis.port}", f":{redis_proxy.port}")
    return start_realtime(REDIS_URL=url, CANARY_SECONDS="0.5")


def metric(url: str, name: str, labels: str = "") -> float:
    """A value from /metrics, summed over all labels other than `labels`."""
    text = requests.get(url + "/metrics", timeout=20).text
    pattern = rf"^parley_realtime_{name}(?:\{{[^}}]*{labels}[^}}]*\}})? ([0-9.e+-]+)$"
    return sum(map(float, re.findall(pattern, text, re.MULTILINE)))


def open_polling(url: str) -> str:
    """The address of a new Engine.IO session."""
    greeting = requests.get(url + "/socket.io/?EIO=4&transport=polling", timeout=20).text
    sid = json.loads(greeting[1:])["sid"]
    return f"{url}/socket.io/?EIO=4&transport=polling&sid={sid}"


def memory_of(process: Process) -> int:
    """Bytes of the process and its children."""
    parent = psutil.Process(process.pid)
    return sum(p.memory_info().rss for p in (parent, *parent.children(recursive=True)))

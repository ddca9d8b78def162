"""Descriptors and threads that run out: refusals are clear, and the service goes on."""

import os
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager

import psutil
import pytest
import requests

from servicekit.settings import DataServiceSettings
from tests.messages_service.attachments.files import picture
from tests.support.cast import Person
from tests.support.stack import Stack
from tests.support.waiting import wait_until

pytestmark = pytest.mark.slow

DATA_SERVICES = ("gateway_frontend", "users_service", "messages_service")


def worker_of(stack: Stack, name: str) -> psutil.Process:
    (worker,) = psutil.Process(stack.processes[name].pid).children()
    return worker


@contextmanager
def few_descriptors(worker: psutil.Process, free: int) -> Iterator[None]:
    """Leave the process that many descriptors besides those in use."""
    limit = len(os.listdir(f"/proc/{worker.pid}/fd")) + free
    before = worker.rlimit(psutil.RLIMIT_NOFILE)
    worker.rlimit(psutil.RLIMIT_NOFILE, (limit, before[1]))
    yield
    worker.rlimit(psutil.RLIMIT_NOFILE, before)


@pytest.mark.parametrize("name", DATA_SERVICES)
def test_no_thread_is_started_for_a_request(stack: Stack, name: str) -> None:
    """The system may refuse to start one, and then gunicorn's worker would end."""
    worker, url = worker_of(stack, name), stack.programs[name].ready_url
    assert url is not None
    before = {thread.id for thread in worker.threads()}
    assert len(before) > 2 * DataServiceSettings.model_fields["threads"].default
    with ThreadPoolExecutor(20) as pool:
        answers = pool.map(lambda _: requests.get(url, timeout=20).status_code, range(60))
        assert set(answers) == {200}
    assert {thread.id for thread in worker.threads()} <= before


def test_messages_service_goes_on_without_free_descriptors(
    stack: Stack, alice: Person, bob: Person
) -> None:
    """Idle connections make room for requests; a picture, which needs a process, is refused."""
    alice.send("before", to=bob)
    worker = worker_of(stack, "messages_service")

    def upload() -> requests.Response:
        content = {"file": ("picture.png", picture((300, 300)))}
        url = f"{stack.messages_url}/api/attachments"
        return requests.post(url, files=content, headers=alice.headers, timeout=20)

    def send(text: str) -> int:
        body = {"content": text, "recipient_id": bob.id}
        url = f"{stack.messages_url}/api/messages"
        return requests.post(url, json=body, headers=alice.headers, timeout=20).status_code

    with ExitStack() as crowd, few_descriptors(worker, free=10):
        address = ("127.0.0.1", stack.config.messages_port)
        for _ in range(40):
            crowd.enter_context(socket.create_connection(address))
        assert [send(f"during {number}") for number in range(5)] == [201] * 5
        refused = upload()
        assert refused.status_code == 503, refused.text
        assert refused.headers["Retry-After"]

    wait_until(lambda: upload().status_code == 201, 20)
    assert send("after") == 201
    assert worker.is_running()

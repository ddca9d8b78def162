"""A frozen service takes neither threads nor health from the others; dead ones are restarted."""

import os
import signal
import socket
import time
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import psutil
import pytest
import requests

from tests.support.cast import Person
from tests.support.stack import Stack
from tests.support.waiting import wait_until

pytestmark = pytest.mark.slow

PATIENCE_SECONDS = 5
BUSY_CLIENTS = 20


@pytest.fixture(scope="module")
def own_stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A stack whose services are stopped on purpose."""
    with Stack(tmp_path_factory.mktemp("frozen")) as running:
        yield running


@pytest.fixture(scope="module")
def alice(own_stack: Stack) -> Person:
    return own_stack.sign_up("alice")


def test_a_frozen_messages_service_does_not_block_other_gateway_routes(
    own_stack: Stack, alice: Person
) -> None:
    stack, path = own_stack, f"/api/users/{alice.id}"
    process = stack.processes["messages_service"]
    requests.get(stack.url + path, headers=alice.headers, timeout=10)
    process.freeze()
    try:
        with ThreadPoolExecutor(BUSY_CLIENTS) as clients:
            asking = [clients.submit(_ask_for_messages, stack, alice) for _ in range(BUSY_CLIENTS)]
            for _ in range(10):
                assert _get(stack, "/healthz").status_code == 200
                assert _get(stack, "/login").status_code == 200
                assert _get(stack, path, alice).status_code == 200
                time.sleep(0.2)
            statuses = {status for future in asking for status in future.result()}
        assert statuses == {503}
    finally:
        process.thaw()
    wait_until(lambda: _get(stack, "/api/conversations", alice).status_code == 200)


def test_unknown_keys_and_a_frozen_users_service_do_not_block_known_callers(
    own_stack: Stack, alice: Person
) -> None:
    stack = own_stack
    access = alice.api.post("/api/sessions/exchange").json()["access_token"]
    known = {"Authorization": f"Bearer {access}"}
    url = f"{stack.messages_url}/api/conversations"
    assert requests.get(url, headers=known, timeout=10).ok
    process = stack.processes["users_service"]
    process.freeze()
    try:
        with ThreadPoolExecutor(BUSY_CLIENTS) as strangers:
            for number in range(3 * BUSY_CLIENTS):
                strangers.submit(_show_made_up_token, url, number)
            for _ in range(10):
                assert requests.get(url, headers=known, timeout=PATIENCE_SECONDS).ok
    finally:
        process.thaw()
    wait_until(lambda: _get(stack, f"/api/users/{alice.id}", alice).status_code == 200)


@pytest.mark.parametrize("name", ["gateway_frontend", "users_service", "messages_service"])
def test_the_worker_of_a_killed_master_ends(own_stack: Stack, name: str) -> None:
    process = own_stack.processes[name]
    port = int(own_stack.programs[name].environ["PORT"])
    with socket.create_connection(("127.0.0.1", port)) as client:
        client.sendall(b"POST /api/messages HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Le")
        workers = psutil.Process(process.pid).children()
        os.kill(process.pid, signal.SIGKILL)
        gone, alive = psutil.wait_procs(workers, timeout=20)
        assert gone
        assert not alive
    process.kill()
    own_stack.start_service(name)


def _get(stack: Stack, path: str, person: Person | None = None) -> requests.Response:
    headers = person.headers if person else None
    return requests.get(stack.url + path, headers=headers, timeout=PATIENCE_SECONDS)


def _ask_for_messages(stack: Stack, person: Person) -> list[int]:
    statuses = []
    for _ in range(4):
        answer = requests.get(f"{stack.url}/api/conversations", headers=person.headers, timeout=30)
        statuses.append(answer.status_code)
    return statuses


def _show_made_up_token(url: str, number: int) -> None:
    header = f'{{"alg":"EdDSA","kid":"made-up-{number}"}}'
    token = ".".join(_base64(part) for part in (header, '{"sub":"1"}', "x"))
    headers = {"Authorization": f"Bearer {token}"}
    assert requests.get(url, headers=headers, timeout=30).status_code in (401, 503)


def _base64(text: str) -> str:
    return urlsafe_b64encode(text.encode()).decode().rstrip("=")

"""Requests on kept-alive connections, from their way between threads to the worker's end."""

import http.client
import signal
import socket
import sys
import threading
import time
from collections.abc import Iterator
from io import BufferedReader
from pathlib import Path

import pytest

from tests.support.ports import free_port
from tests.support.process import Process
from tests.support.waiting import wait_until

ROOT = Path(__file__).resolve().parents[3]
CONFIG = ("--config", "python:servicekit.serve.gunicorn_conf")
APP = """
import time
from flask import Flask, request
from servicekit.web.app_state import AppState

app = Flask(__name__)
app.extensions["parley"] = AppState("tested", None)

@app.post("/echo")
def echo():
    return request.get_data()

@app.post("/later")
def later():
    time.sleep(0.05)
    return request.get_data()
"""


@pytest.fixture
def server(tmp_path: Path) -> Iterator[tuple[Process, int]]:
    (tmp_path / "served.py").write_text(APP)
    port = free_port()
    process = Process(
        (sys.executable, "-m", "gunicorn", *CONFIG, "served:app"),
        log=tmp_path / "log",
        env={"PORT": str(port), "THREADS": "4", "PYTHONPATH": f"{ROOT}:{tmp_path}"},
        cwd=tmp_path,
    )
    process.start()
    wait_until(lambda: accepts(port), 20)
    yield process, port
    process.kill()


def accepts(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


class Client(threading.Thread):
    """Sends its next request as soon as it has the answer to its last, until it may not."""

    def __init__(self, port: int, path: str) -> None:
        super().__init__()
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        self._path = path
        self.answered = 0
        self.was_lost = True

    def run(self) -> None:
        while True:
            text = f"number {self.answered}".encode()
            self._connection.request("POST", self._path, text)
            answer = self._connection.getresponse()
            assert answer.read() == text
            self.answered += 1
            if answer.headers["Connection"] == "close":
                self.was_lost = False
                return


@pytest.mark.parametrize("path", ["/echo", "/later"])
def test_sigterm_loses_no_request(server: tuple[Process, int], path: str) -> None:
    process, port = server
    clients = [Client(port, path) for _ in range(8)]
    for client in clients:
        client.start()
    wait_until(lambda: all(client.answered >= 3 for client in clients), 20)
    assert process.stop(signal.SIGTERM) == 0
    for client in clients:
        client.join(20)
    assert not any(client.was_lost for client in clients)


def test_requests_in_any_pieces_are_answered_in_order(server: tuple[Process, int]) -> None:
    _, port = server
    with socket.create_connection(("127.0.0.1", port), timeout=20) as client:
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        answers = client.makefile("rb")
        for number in range(60):
            whole = request_of(number) + request_of(1000 + number)
            cut = number * 7 % len(whole)
            client.sendall(whole[:cut])
            if number % 3 == 0:
                time.sleep(0.001)  # the rest comes while a thread waits for it, or later
            client.sendall(whole[cut:])
            assert body_of_next(answers) == f"<{number}>"
            assert body_of_next(answers) == f"<{1000 + number}>"


def test_too_long_an_address_is_refused_as_a_problem(server: tuple[Process, int]) -> None:
    _, port = server
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    connection.request("POST", "/echo?q=" + 500 * "%E6%9D%B1", b"found")
    assert connection.getresponse().read() == b"found"

    connection.request("GET", "/echo?q=" + 10_000 * "x")
    answer = connection.getresponse()
    assert (answer.status, answer.headers["Content-Type"]) == (414, "application/problem+json")
    assert b"at most 8190 characters" in answer.read()


def request_of(number: int) -> bytes:
    text = f"<{number}>"
    return f"POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: {len(text)}\r\n\r\n{text}".encode()


def body_of_next(answers: BufferedReader) -> str:
    length = 0
    while (line := answers.readline().lower()) != b"\r\n":
        if line.startswith(b"content-length:"):
            length = int(line.partition(b":")[2])
    return answers.read(length).decode()

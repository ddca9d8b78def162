"""Programs on this machine that webhooks and commands call, and people who manage them."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from flask_openapi3.openapi import OpenAPI

from messages_service.integrations.context import EXTENSION
from messages_service.integrations.delivering import deliver_due
from messages_service.settings import MessagesSettings
from tests.messages_service.conftest import Person, UsersService, make_settings, parts_of


@dataclass
class Program:
    """Answers each request with the next of `answers`, then with an empty 200."""

    url: str = ""
    answers: list[tuple[int, dict[str, str], bytes]] = field(default_factory=list)
    received: list[tuple[dict[str, str], bytes]] = field(default_factory=list)

    def will_answer(self, body: Any = b"", status: int = 200, **headers: str) -> None:
        if not isinstance(body, bytes):
            body, headers = json.dumps(body).encode(), {"Content-Type": "application/json"}
        self.answers.append((status, headers, body))

    @property
    def payloads(self) -> list[dict[str, Any]]:
        return [json.loads(body) for _, body in self.received]


@contextmanager
def running_program() -> Iterator[Program]:
    made = Program()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            made.received.append(({n.lower(): v for n, v in self.headers.items()}, body))
            status, headers, answer = made.answers.pop(0) if made.answers else (200, {}, b"")
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, format: str, *args: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    made.url = f"http://127.0.0.1:{server.server_port}/run"
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield made
    server.shutdown()
    server.server_close()


@pytest.fixture
def program() -> Iterator[Program]:
    with running_program() as made:
        yield made


@pytest.fixture
def settings(database_url: str, redis_url: str, users_service: UsersService) -> MessagesSettings:
    return make_settings(database_url, redis_url, users_service.url, webhook_private_networks=True)


@pytest.fixture
def room(alice: Person, bob: Person) -> int:
    return alice.make_room(bob)


@pytest.fixture
def deliver(app: OpenAPI) -> Callable[[], None]:
    """One turn of the process that sends deliveries."""

    return partial(deliver_waiting, app)


def deliver_waiting(app: OpenAPI) -> None:
    with app.app_context():
        deliver_due(parts_of(app), app.extensions[EXTENSION])


def make_incoming(person: Person, room: int, **fields: Any) -> dict[str, Any]:
    body = {"conversation_id": room, "name": "Deploys", **fields}
    answer = person.post("/api/webhooks/incoming", body)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json
    return made


def make_outgoing(person: Person, room: int, program: Program, **fields: Any) -> dict[str, Any]:
    body = {"conversation_id": room, "name": "Builder", "url": program.url, **fields}
    answer = person.post("/api/webhooks/outgoing", body)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json
    return made


def messages_in(person: Person, room: int) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = person.get(f"/api/conversations/{room}/messages").json
    return found

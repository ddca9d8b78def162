"""The measured servers: the monolith and Parley, each started on the servers' core."""

import re
import shutil
import sys
import tempfile
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import requests

from benchmarks.cores import on_core, server_core
from benchmarks.http_load import Connection, Send
from benchmarks.listener import stamp
from tests.support.cast import Person
from tests.support.ports import free_port
from tests.support.process import Process
from tests.support.stack import Stack
from tests.support.waiting import wait_until

ROOT = Path(__file__).resolve().parent.parent
TEXTS = (
    "Shall we meet at the usual place on Thursday, or is Friday better for you?",
    "On my way, ten minutes.",
    "That sounds good to me. I will bring the tea and the small table, you the rest.",
    "No idea!",
    "The list is at https://example.org/list, and it is **long**.",
)
# So that the load is not taken for an attack; everything else is as it comes.
UNLIMITED = {"RATE_MESSAGES": "1000000000", "RATE_WRITES": "1000000000"}


@dataclass(frozen=True)
class Recipient:
    """How the other person listens: where, for which event, with which token."""

    url: str
    event: str
    token: str | None = None


@dataclass(frozen=True)
class Target:
    """One way to send messages, with the processes that work on it."""

    name: str
    url: str
    sender: Callable[[], Send]
    """Opens a connection of its own and returns how to send on it."""
    processes: Mapping[str, Sequence[int]]
    recipient: Recipient | None = None
    """None where the other person is not a Socket.IO client."""
    page: Callable[[], str] = lambda: "/"
    """The path of the conversation's page; asked for once there are messages."""
    cookie: str | None = None


@contextmanager
def running_monolith() -> Iterator[Target]:
    """The one-file app with alice and bob."""
    with folder_of_server() as folder:
        port = free_port()
        url = f"http://127.0.0.1:{port}"
        argv = (
            sys.executable,
            "-m",
            "benchmarks.monolith",
            str(port),
            str(folder / "chat.sqlite3"),
        )
        process = Process(argv, log=folder / "log", cwd=ROOT)
        with on_core(server_core()):
            process.start()
        try:
            wait_until(lambda: requests.get(url + "/api/users", timeout=5).ok, 20)
            alice, bob = (_add_person(url, name)["id"] for name in ("alice", "bob"))
            yield Target(
                name="monolith",
                url=url,
                sender=posting(url, {"author_id": alice, "recipient_id": bob}),
                recipient=Recipient(url, "bob"),
                processes={"monolith": [process.pid]},
                page=lambda: f"/front/messages/{alice}",
            )
        finally:
            process.stop()


@contextmanager
def running_parley() -> Iterator[tuple[Target, Target]]:
    """Parley as `make run` starts it, SQLite: straight to messages_service, and by the gateway."""
    with folder_of_server() as folder:
        with on_core(server_core()):
            stack = Stack(folder, environ=UNLIMITED)
            stack.start()
        try:
            yield _parley_targets(stack)
        finally:
            stack.stop()


def _parley_targets(stack: Stack) -> tuple[Target, Target]:
    alice, bob = stack.sign_up("alice"), stack.sign_up("bob")
    processes = {name: [process.pid] for name, process in stack.processes.items()}
    processes["redis"] = [stack.redis.process.pid]

    recipient = Recipient(stack.realtime_url, "event", bob.token)
    fields = {"recipient_id": bob.id}
    return (
        Target(
            "messages_service",
            stack.messages_url,
            posting(stack.messages_url, fields, alice.token),
            processes,
            recipient,
        ),
        Target(
            "gateway",
            stack.url,
            posting(stack.url, fields, alice.token),
            processes,
            recipient,
            page=lambda: _page_of_first_conversation(alice),
            cookie=_log_in(stack.url, alice),
        ),
    )


def posting(url: str, fields: Mapping[str, object], token: str | None = None) -> Callable[[], Send]:
    """Senders that POST messages with these fields to `/api/messages`."""

    def sender() -> Send:
        connection = Connection(url, token)

        def send(number: int) -> None:
            body = {**fields, "content": content(number), "client_id": str(uuid.uuid4())}
            status = connection.post("/api/messages", body)
            if status != 201:
                raise RuntimeError(f"POST /api/messages was answered with {status}")

        return send

    return sender


def _page_of_first_conversation(person: Person) -> str:
    return f"/app/c/{person.api.get('/api/conversations').json()[0]['id']}"


def _log_in(url: str, person: Person) -> str:
    """The cookies of a browser that has logged in by the form and has seen a page with forms."""
    session = requests.Session()
    form = session.get(url + "/login", timeout=10).text
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', form)
    fields = {"login": person.nickname, "password": person.password}
    if found:
        fields["csrf_token"] = found.group(1)
    session.post(url + "/login", data=fields, timeout=10, allow_redirects=False)
    session.get(url + "/app", timeout=10)
    return "; ".join(f"{cookie.name}={cookie.value}" for cookie in session.cookies)


def content(number: int) -> str:
    """As people write: mostly plain, now and then with a link or something to stress."""
    return stamp(number, TEXTS[number % len(TEXTS)])


def _add_person(url: str, name: str) -> dict[str, int]:
    details = {"name": name.title(), "email": f"{name}@example.com", "nickname": name}
    person: dict[str, int] = requests.post(url + "/api/users", json=details, timeout=10).json()
    return person


@contextmanager
def folder_of_server() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="parley-bench-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)

"""Many sockets that come back at once after realtime_service was killed, and catch up by the log.

python -m benchmarks.reconnect [--quick]
"""

import asyncio
import json
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import uniform
from statistics import median
from urllib.parse import urlsplit

import requests

from benchmarks.cores import client_core, cpu_seconds, on_core, server_core
from benchmarks.open_files import allow_files
from benchmarks.report import Table, spread
from benchmarks.socket_load import text_frame
from benchmarks.targets import UNLIMITED, folder_of_server
from tests.support.cast import Person
from tests.support.stack import Stack

PEOPLE = 50
MISSED = 20
"""Messages sent while realtime_service is away."""
WITHIN = 120.0
READY, ACK = b'"ready"', b"430["
CLIENTS = "CPU of the clients, on the other core"
Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@dataclass(frozen=True)
class Plan:
    sockets: int = 5000
    rounds: int = 5


QUICK = Plan(sockets=1000, rounds=2)


@dataclass(frozen=True)
class Room:
    """The conversation that all sockets follow."""

    realtime: str
    id: int
    last_seq: int


def run(plan: Plan) -> list[Table]:
    allow_files(plan.sockets)
    figures: dict[str, list[float]] = {}
    with folder_of_server() as folder:
        with on_core(server_core()):
            limits = {"MAX_SOCKETS_PER_USER": str(plan.sockets)}
            stack = Stack(folder, environ=UNLIMITED | limits)
            stack.start()
        try:
            people = [stack.sign_up("alice") for _ in range(PEOPLE)]
            room = _make_room(people)
            with on_core(client_core()):
                for number in range(plan.rounds):
                    print(f"reconnect: round {number + 1} of {plan.rounds}", flush=True)
                    for name, value in _measure(plan, stack, people, room).items():
                        figures.setdefault(name, []).append(value)
        finally:
            stack.stop()
    return [_table(plan, figures)]


def _measure(plan: Plan, stack: Stack, people: Sequence[Person], room: int) -> dict[str, float]:
    last_seq = people[0].api.get(f"/api/conversations/{room}").json()["last_seq"]
    stack.kill_service("realtime_service")
    for number in range(MISSED):
        people[0].api.post(
            "/api/messages", json={"conversation_id": room, "content": f"Message {number}"}
        )
    with on_core(server_core()):
        stack.start_service("realtime_service")
    held = [_access_token(stack, person) for person in people]
    tokens = [held[n % PEOPLE] for n in range(plan.sockets)]
    place = Room(stack.realtime_url, room, last_seq)
    before = _cpu(stack)
    coming_back = _come_back(tokens, place, people[0], lambda: _cpu(stack))
    seconds, readers, after = asyncio.run(asyncio.wait_for(coming_back, WITHIN))
    used = {name: after[name] - before[name] for name in after}
    level = {"until half are level": median(seconds), "until all are level": max(seconds)}
    return level | used | {"number of clients that read the log instead": readers}


def _cpu(stack: Stack) -> dict[str, float]:
    """Seconds that each service and the clients have used so far."""
    services = {f"CPU of {name}": process.pid for name, process in stack.processes.items()}
    used = {name: cpu_seconds([pid]) for name, pid in services.items()}
    return used | {"CPU of all services": sum(used.values()), CLIENTS: time.process_time()}


async def _come_back(
    tokens: Sequence[str], room: Room, person: Person, cpu: Callable[[], dict[str, float]]
) -> tuple[list[float], int, dict[str, float]]:
    """Seconds until each is connected and has read what it missed; how many had to read the log;
    and `cpu` at the end, while all are connected.
    """
    started = time.perf_counter()
    readers = 0
    writers: list[asyncio.StreamWriter] = []

    async def come_back(token: str) -> float:
        reader, writer = await _connect_patiently(room.realtime, token)
        writers.append(writer)
        events = await _resume(reader, writer, room)
        if events != MISSED:
            nonlocal readers
            readers += 1
            events = await asyncio.to_thread(_read_log, person, room)
        if events != MISSED:
            raise RuntimeError(f"{events} events of {MISSED}")
        return time.perf_counter() - started

    try:
        seconds = await asyncio.gather(*(come_back(token) for token in tokens))
        return seconds, readers, cpu()
    finally:
        for writer in writers:
            writer.close()


async def _connect_patiently(url: str, token: str) -> Streams:
    """Tries again as stock clients do: after a second, half a second more or less."""
    while True:
        try:
            return await _connect(url, token)
        except (ConnectionError, asyncio.IncompleteReadError):
            await asyncio.sleep(uniform(0.5, 1.5))


async def _connect(url: str, token: str) -> Streams:
    """A Socket.IO client that the service has welcomed."""
    parts = urlsplit(url)
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
    writer.write(
        "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\n"
        f"Host: {parts.netloc}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
        "Sec-WebSocket-Version: 13\r\n\r\n".encode()
    )
    await reader.readuntil(b"\r\n\r\n")
    writer.write(text_frame(b"40" + json.dumps({"token": token}).encode()))
    received = b""
    while READY not in received:
        data = await reader.read(65_536)
        if not data:
            raise ConnectionError(f"not let in: {received!r}")
        received += data
    return reader, writer


async def _resume(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, room: Room) -> int:
    """The number of events since `last_seq`, asked for as a browser does: on the socket."""
    cursors = {"cursors": {str(room.id): room.last_seq}}
    writer.write(text_frame(b"420" + json.dumps(["resume", cursors]).encode()))
    received = b""
    while ACK not in received or b'"epoch":' not in received.partition(ACK)[2][-60:]:
        data = await reader.read(65_536)
        if not data:
            raise ConnectionError("the service closed a socket")
        received += data
    answer = received.partition(ACK)[2]
    if not answer.startswith(b'{"ok":true'):
        raise RuntimeError(f"resume was answered with {answer[:200]!r}")
    return answer.count(b'"message.created"')


def _read_log(person: Person, room: Room) -> int:
    """The number of events since `last_seq`, as a browser asks when `resume` says `more`."""
    answer = person.api.post("/api/sync", json={"cursors": {str(room.id): room.last_seq}})
    answer.raise_for_status()
    return int(answer.text.count('"message.created"'))


def _access_token(stack: Stack, person: Person) -> str:
    """The token that a client holds for some minutes and connects with again."""
    headers = {"Authorization": f"Bearer {person.token}"}
    answer = requests.post(f"{stack.users_url}/api/sessions/exchange", headers=headers, timeout=30)
    answer.raise_for_status()
    token: str = answer.json()["access_token"]
    return token


def _make_room(people: Sequence[Person]) -> int:
    founder, *others = people
    fields = {"kind": "room", "name": "storm", "member_ids": [person.id for person in others]}
    made = founder.api.post("/api/conversations", json=fields)
    made.raise_for_status()
    room: int = made.json()["id"]
    return room


def _table(plan: Plan, figures: dict[str, list[float]]) -> Table:
    rows = [[name, spread(values, values)] for name, values in figures.items()]
    note = (
        f"realtime_service is killed, {MISSED} messages are sent, it is started again. From there"
        f" {plan.sockets:,} clients of {PEOPLE} people connect at once, and each asks for the"
        " events that it missed. All services share one core; seconds. CPU is read while all are"
        " connected."
    )
    return Table(f"{plan.sockets:,} sockets that come back at once", note, ("", "s"), rows)


if __name__ == "__main__":
    for table in run(QUICK if "--quick" in sys.argv else Plan()):
        print(table.as_markdown())

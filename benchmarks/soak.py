"""Steady traffic for a while; compares the resources of every process before and after.

    python -m benchmarks.soak [MINUTES]

People write, read, join and leave a room, and reconnect. Memory, descriptors, threads and green
threads are compared with those after a first minute of the same; the exit status is 1 if a process
keeps more threads than it had, more descriptors beyond pooled connections, or a quarter more
memory.
"""

import json
import os
import random
import re
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import count

import psutil
import requests

from benchmarks.report import Table, times
from benchmarks.targets import UNLIMITED, folder_of_server
from tests.support.cast import Person
from tests.support.raw_socket import RawSocket
from tests.support.stack import Stack

PEOPLE = 12
PAUSE = 0.1
"""Seconds between two actions of a person."""
WARM_UP_SECONDS = 60
SETTLE_SECONDS = 30
SAMPLE_SECONDS = 5
MEMORY_FACTOR = 1.25
POOLED = 8
"""Connections to other services that may stay open."""
MEGABYTE = 1_000_000


@dataclass(frozen=True)
class State:
    """Resources of a process and its children; only realtime_service has `tasks`."""

    memory: int
    descriptors: int
    threads: int
    tasks: int

    @property
    def cells(self) -> list[str]:
        return [times(self.memory / MEGABYTE), *map(str, (self.descriptors, self.threads))]


def run(minutes: float) -> tuple[Table, bool]:
    """The table, and whether all resources returned to their first values."""
    with folder_of_server() as folder, Stack(folder, environ=UNLIMITED) as stack:
        people = [stack.sign_up("alice") for _ in range(PEOPLE)]
        room = _make_room(people)
        _live(stack, people, room, WARM_UP_SECONDS)
        before = _states_of(stack)
        most = _live(stack, people, room, minutes * 60)
        after = _states_of(stack)
    kept = {name: _has_returned(before[name], after[name]) for name in before}
    rows = [
        [
            name,
            *(f"{b} / {m} / {a}" for b, m, a in zip(
                before[name].cells, most[name].cells, after[name].cells, strict=True)),
            f"{before[name].tasks} / {after[name].tasks}" if name == "realtime_service" else "–",
            "yes" if kept[name] else "no",
        ]
        for name in before
    ]  # fmt: skip
    note = (
        f"{PEOPLE} people for {minutes:g} minutes, each about {1 / PAUSE:.0f} actions a second:"
        " messages by HTTP and by socket, pages, the log, leaving and joining a room, reconnecting."
        f" Before / most / {SETTLE_SECONDS} s after."
    )
    header = ("process", "memory, MB", "descriptors", "threads", "green threads", "as before")
    return Table("Soak", note, header, rows), all(kept.values())


def _live(stack: Stack, people: Sequence[Person], room: int, seconds: float) -> Mapping[str, State]:
    """The peak of each process. Returns when all people have left and the queues are empty."""
    ends = time.monotonic() + seconds
    most = _states_of(stack)
    with ThreadPoolExecutor(len(people)) as pool:
        lives = [pool.submit(_Life(stack, person, room).run, ends) for person in people]
        while time.monotonic() < ends:
            time.sleep(SAMPLE_SECONDS)
            most = {name: _larger(most[name], state) for name, state in _states_of(stack).items()}
        for life in lives:
            life.result()
    time.sleep(SETTLE_SECONDS)
    return most


class _Life:
    """The actions of one person, in a random order."""

    def __init__(self, stack: Stack, person: Person, room: int) -> None:
        self._stack, self._person, self._room = stack, person, room
        self._numbers = count(1)
        self._socket = self._connect()
        self._actions = (self._send, self._say, self._read_log, self._read_messages, self._rejoin)

    def run(self, ends: float) -> None:
        chance = random.Random(self._person.id)
        while time.monotonic() < ends:
            if chance.random() < 0.05:
                self._socket.sock.close()
                self._socket = self._connect()
            chance.choice(self._actions)()
            time.sleep(PAUSE)
        self._socket.sock.close()

    def _connect(self) -> RawSocket:
        socket = RawSocket(self._stack.realtime_url).sign_in(self._person.token)
        threading.Thread(target=_read_on, args=(socket,), daemon=True).start()
        return socket

    def _send(self) -> None:
        body = {"conversation_id": self._room, "content": f"Message {next(self._numbers)}"}
        _check(self._person.api.post("/api/messages", json=body))

    def _say(self) -> None:
        text = {"room": self._room, "msg": f"Text {next(self._numbers)}"}
        self._socket.send("42" + json.dumps(["text", text]))

    def _read_log(self) -> None:
        _check(self._person.api.get(f"/api/conversations/{self._room}/events?after=0&limit=50"))

    def _read_messages(self) -> None:
        _check(self._person.api.get(f"/api/conversations/{self._room}/messages?limit=50"))

    def _rejoin(self) -> None:
        member = f"/api/conversations/{self._room}/members/{self._person.id}"
        _check(self._person.api.delete(member))
        _check(self._person.api.put(member, json={}))


def _read_on(socket: RawSocket) -> None:
    """Answers heartbeats and drops everything else, until the socket is closed."""
    while True:
        try:
            packet = socket.receive(3600)
            if packet is None:
                return
            if packet == "2":
                socket.send("3")
        except (OSError, ValueError, AssertionError):
            return


def _check(answer: requests.Response) -> None:
    if answer.status_code >= 400:
        raise RuntimeError(f"{answer.request.method} {answer.url}: {answer.text}")


def _make_room(people: Sequence[Person]) -> int:
    """A public room, made by a person who stays."""
    founder, *others = people
    fields = {"kind": "room", "name": "soak", "visibility": "public"}
    answer = founder.api.post("/api/conversations", json=fields)
    _check(answer)
    room: int = answer.json()["id"]
    for person in others:
        _check(person.api.put(f"/api/conversations/{room}/members/{person.id}", json={}))
    return room


def _states_of(stack: Stack) -> dict[str, State]:
    tasks = _tasks_of(stack.realtime_url)
    return {
        name: _state_of(process.pid, tasks if name == "realtime_service" else 0)
        for name, process in stack.processes.items()
    }


def _state_of(pid: int, tasks: int) -> State:
    parent = psutil.Process(pid)
    family = [parent, *parent.children(recursive=True)]
    return State(
        memory=sum(process.memory_info().rss for process in family),
        descriptors=sum(len(os.listdir(f"/proc/{process.pid}/fd")) for process in family),
        threads=sum(process.num_threads() for process in family),
        tasks=tasks,
    )


def _tasks_of(realtime_url: str) -> int:
    text = requests.get(realtime_url + "/metrics", timeout=30).text
    found = re.search(r"^parley_realtime_tasks ([0-9.]+)$", text, re.MULTILINE)
    return round(float(found.group(1))) if found else 0


def _larger(one: State, other: State) -> State:
    return State(
        max(one.memory, other.memory),
        max(one.descriptors, other.descriptors),
        max(one.threads, other.threads),
        max(one.tasks, other.tasks),
    )


def _has_returned(before: State, after: State) -> bool:
    return (
        after.memory <= before.memory * MEMORY_FACTOR
        and after.descriptors <= before.descriptors + POOLED
        and after.threads <= before.threads
        and after.tasks <= before.tasks
    )


if __name__ == "__main__":
    table, is_fine = run(float(sys.argv[1]) if len(sys.argv) > 1 else 10)
    print(table.as_markdown())
    sys.exit(not is_fine)

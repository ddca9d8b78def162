"""A room under load: people write and people read while something breaks; and the verdict."""

import time
from collections import Counter
from dataclasses import dataclass
from typing import Any, Self

import requests

from tests.chaos.clients import Event, Reader, Writer
from tests.support.stack import Stack
from tests.support.waiting import wait_until

LEVEL_WITHIN = 10.0
"""Seconds that the promise gives every reader after the fault has healed."""


@dataclass
class Verdict:
    """One line of the table."""

    fault: str
    acked: int
    retries: int
    lost: int
    doubled: int
    out_of_order: int
    level_after: float
    resyncs: int

    def __str__(self) -> str:
        return (
            f"{self.fault:46} {self.acked:6} {self.retries:7} {self.lost:5} {self.doubled:7}"
            f" {self.out_of_order:8} {self.level_after:8.1f} {self.resyncs:7}"
        )

    @staticmethod
    def header() -> str:
        return (
            f"{'fault':46} {'acked':>6} {'retries':>7} {'lost':>5} {'doubled':>7}"
            f" {'disorder':>8} {'level, s':>8} {'resyncs':>7}"
        )


VERDICTS: list[Verdict] = []


class Scene:
    """alice writes by the gateway, bob straight to messages_service; alice, bob, charlie read."""

    def __init__(self, stack: Stack, pause: float = 0.05) -> None:
        self.stack = stack
        self.alice, self.bob, self.charlie = (
            stack.sign_up(name) for name in ("alice", "bob", "charlie")
        )
        people = (self.alice, self.bob, self.charlie)
        # After an outage a service asks only now and then whether users_service is back.
        self.conversation_id = wait_until(self._make_group, what="people are known")
        self.writers = [
            Writer(self.alice, self.conversation_id, stack.url, pause),
            Writer(self.bob, self.conversation_id, stack.messages_url, pause),
        ]
        self.readers = [Reader(stack, person, self.conversation_id) for person in people]

    def _make_group(self) -> int:
        group = {"kind": "group", "member_ids": [self.bob.id, self.charlie.id]}
        made = self.alice.api.post("/api/conversations", json=group)
        assert made.status_code == 201, made.text
        conversation_id: int = made.json()["id"]
        return conversation_id

    def __enter__(self) -> Self:
        for reader in self.readers:
            reader.open()
        for reader in self.readers:
            wait_until(reader.is_ready.is_set, 60, what="a reader is ready")
        for writer in self.writers:
            writer.start()
        self.wait_for_traffic()
        return self

    def __exit__(self, *_: object) -> None:
        for writer in self.writers:
            writer.stop()
        for reader in self.readers:
            reader.close()

    @property
    def acked(self) -> int:
        return sum(len(writer.acked) for writer in self.writers)

    def wait_for_traffic(self, count: int = 10) -> None:
        """Returns when that many more messages have been accepted."""
        goal = self.acked + count
        wait_until(lambda: self.acked >= goal, 60, what="messages are accepted")

    def judge(self, fault: str) -> Verdict:
        """Called when the fault has healed: everybody is level in time, and nothing is wrong."""
        healed = time.monotonic()
        self.wait_for_traffic()
        for writer in self.writers:
            writer.stop()
        stored = self.stored_events()
        wait_until(
            lambda: all(reader.last_seq == len(stored) for reader in self.readers),
            LEVEL_WITHIN,
            what=f"all readers are level at {len(stored)}",
        )
        verdict = self._compare(fault, stored, time.monotonic() - healed)
        VERDICTS.append(verdict)
        return verdict

    def stored_events(self) -> list[Event]:
        """The whole log, as the database has it."""
        events: list[Event] = []
        path = f"{self.stack.messages_url}/api/conversations/{self.conversation_id}/events"
        while True:
            query = {"after": len(events), "limit": 200}
            answer = requests.get(path, params=query, headers=self.alice.headers, timeout=10)
            page: dict[str, Any] = answer.json()
            events += page["events"]
            if not page["more"]:
                return events

    def _compare(self, fault: str, stored: list[Event], level_after: float) -> Verdict:
        assert [event["seq"] for event in stored] == list(range(1, len(stored) + 1))
        refused = [text for writer in self.writers for text in writer.refused]
        assert refused == [], f"valid messages were refused: {refused[:3]}"
        acked = Counter(pair for writer in self.writers for pair in writer.acked)
        views = [stored, *(reader.applied for reader in self.readers)]
        return Verdict(
            fault=fault,
            acked=sum(acked.values()),
            retries=sum(writer.retries for writer in self.writers),
            lost=sum(len(acked.keys() - _messages(view).keys()) for view in views),
            doubled=sum(sum(n - 1 for n in _messages(view).values()) for view in views),
            out_of_order=sum(view != stored for view in views) + self._disorder(stored),
            level_after=level_after,
            resyncs=sum(reader.resyncs for reader in self.readers),
        )

    def _disorder(self, stored: list[Event]) -> int:
        """Writers whose messages are not stored in the order of sending."""
        positions = {client_id: index for index, (client_id, _) in enumerate(_messages(stored))}
        orders = [[positions[client_id] for client_id, _ in w.acked] for w in self.writers]
        return sum(order != sorted(order) for order in orders)


def assert_kept(verdict: Verdict) -> None:
    """The promise."""
    assert (verdict.lost, verdict.doubled, verdict.out_of_order) == (0, 0, 0), str(verdict)
    assert verdict.acked >= 20, "too little happened to prove anything"


def kill_and_start(scene: Scene, name: str, away: float = 0.5) -> None:
    """kill -9 in the middle of the traffic, then a new process."""
    pid = scene.stack.processes[name].pid
    scene.stack.kill_service(name)
    time.sleep(away)
    scene.stack.start_service(name)
    assert scene.stack.processes[name].pid != pid


def _messages(events: list[Event]) -> Counter[tuple[str, int]]:
    created = [event["data"] for event in events if event["type"] == "message.created"]
    return Counter((message["client_id"], message["id"]) for message in created)

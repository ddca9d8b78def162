"""People who write and read without a pause while containers fail."""

import threading
import time
import uuid
from collections.abc import Iterator
from typing import Any, Self

import requests
import socketio

from tests.support.cast import Person

PAUSE = 0.05


class Traffic:
    """One writer; a message counts as sent once its 201 (or the 200 of a retry) has come."""

    def __init__(self, author: Person, conversation_id: int) -> None:
        self._author, self._conversation_id = author, conversation_id
        self.accepted: list[str] = []
        self.refused: list[str] = []
        self.retries = 0
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._write, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join(60)

    def _write(self) -> None:
        number = 0
        while not self._stop.wait(PAUSE):
            number += 1
            self._send(f"message {number}")

    def _send(self, content: str) -> None:
        """Again and again with the same client_id, as the browser does."""
        message = {
            "conversation_id": self._conversation_id,
            "content": content,
            "client_id": str(uuid.uuid4()),
        }
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            try:
                answer = self._author.api.post("/api/messages", json=message, timeout=10)
            except requests.RequestException:
                self.retries += 1
                time.sleep(0.2)
                continue
            if answer.status_code in (200, 201):
                self.accepted.append(content)
                return
            if answer.status_code not in (429, 502, 503, 504):
                self.refused.append(f"{content}: {answer.status_code} {answer.text}")
                return
            self.retries += 1
            time.sleep(0.2)
        self.refused.append(f"{content}: not accepted within a minute")


class Follower:
    """A reader as the contract has it: applies the next seq, asks the log for what is missing."""

    def __init__(self, url: str, reader: Person, conversation_id: int) -> None:
        self.contents: list[str] = []
        self._reader, self._conversation_id = reader, conversation_id
        self._seq = 0
        self._lock = threading.Lock()
        self._client = socketio.Client(reconnection_delay=0.1, reconnection_delay_max=1)
        self._client.on("connect", self._catch_up)
        self._client.on("resync", lambda _: self._catch_up())
        self._client.on("event", self._receive)
        self._url = url

    def __enter__(self) -> Self:
        self._client.connect(
            self._url, transports=["websocket"], auth={"token": self._reader.token}, retry=True
        )
        return self

    def __exit__(self, *_: object) -> None:
        self._client.shutdown()

    def _receive(self, event: dict[str, Any]) -> None:
        if event["conversation_id"] != self._conversation_id:
            return
        if event["seq"] > self._seq + 1:
            self._catch_up()
        else:
            self._apply(event)

    def _catch_up(self) -> None:
        for _ in range(20):
            try:
                for event in read_log(self._reader, self._conversation_id, self._seq):
                    self._apply(event)
                return
            except (requests.RequestException, KeyError, ValueError):
                time.sleep(0.5)

    def _apply(self, event: dict[str, Any]) -> None:
        with self._lock:
            if event["seq"] != self._seq + 1:
                return
            self._seq += 1
            if event["type"] == "message.created":
                self.contents.append(event["data"]["content"])


def read_log(person: Person, conversation_id: int, after: int = 0) -> Iterator[dict[str, Any]]:
    """The events of a conversation after a seq, in order."""
    while True:
        page = person.api.get(
            f"/api/conversations/{conversation_id}/events", params={"after": after, "limit": 200}
        ).json()
        yield from page["events"]
        if not page["more"]:
            return
        after = page["events"][-1]["seq"]

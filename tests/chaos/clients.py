"""The load: writers that retry without end, readers that follow the protocol of the log."""

import queue
import threading
import time
import uuid
from typing import Any

import requests
import socketio

from tests.support.cast import Person
from tests.support.stack import Stack
from tests.support.waiting import wait_until

PAUSE = 0.1
RETRY_AFTER_SECONDS = 0.2
CATCH_UP = object()
Event = dict[str, Any]


class Writer(threading.Thread):
    """Sends one message after the other; each again, with its client_id, until it is answered."""

    def __init__(
        self, person: Person, conversation_id: int, url: str, pause: float = PAUSE
    ) -> None:
        super().__init__(name=f"writer {person.nickname}", daemon=True)
        self.acked: list[tuple[str, int]] = []
        """(client_id, message id) in the order of the answers."""
        self.retries = 0
        self.refused: list[str] = []
        self._person, self._conversation_id, self._url, self._pause = (
            person, conversation_id, url, pause,
        )  # fmt: skip
        self._stopping = threading.Event()

    def run(self) -> None:
        session = requests.Session()
        session.trust_env = False
        session.headers.update(self._person.headers)
        number = 0
        while not self._stopping.is_set():
            number += 1
            self._send(session, f"{self._person.nickname} {number}")
            self._stopping.wait(self._pause)

    def stop(self) -> None:
        """Returns when the message at hand is answered."""
        self._stopping.set()
        self.join(30)
        assert not self.is_alive(), "a message was not accepted in half a minute"

    def _send(self, session: requests.Session, content: str) -> None:
        client_id = str(uuid.uuid4())
        body = {
            "content": content, "conversation_id": self._conversation_id, "client_id": client_id
        }  # fmt: skip
        while True:
            try:
                answer = session.post(self._url + "/api/messages", json=body, timeout=10)
            except requests.RequestException:
                answer = None
            if answer is not None and answer.status_code in (200, 201):
                self.acked.append((client_id, answer.json()["id"]))
                return
            if answer is not None and answer.status_code not in (429, 502, 503, 504):
                self.refused.append(f"{answer.status_code} {answer.text}")
                return
            self.retries += 1
            time.sleep(RETRY_AFTER_SECONDS)


class Reader:
    """One tab: applies what comes next by seq, asks the log for the rest, trusts no socket."""

    def __init__(self, stack: Stack, person: Person, conversation_id: int) -> None:
        self.applied: list[Event] = []
        self.last_seq = 0
        self.epoch: str | None = None
        self.duplicates = self.gaps = self.resyncs = self.new_epochs = self.catch_ups = 0
        self._stack, self._person, self._conversation_id = stack, person, conversation_id
        self._todo: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self._is_closed = threading.Event()
        self.client = socketio.Client(
            reconnection_delay=0.1, reconnection_delay_max=1, randomization_factor=0.5
        )
        self.client.on("connect", lambda: self._todo.put(CATCH_UP))
        self.client.on("event", self._todo.put)
        self.client.on("notice", self._note)
        self.is_ready = threading.Event()
        """Set once events are delivered live."""
        self.client.on("resync", self._on_resync)
        self._worker = threading.Thread(target=self._work, daemon=True)

    def open(self) -> None:
        """Returns at once; connecting is tried until it works."""
        self._worker.start()
        threading.Thread(target=self._connect, daemon=True).start()

    def close(self) -> None:
        self._is_closed.set()
        self.client.shutdown()
        self._todo.put(None)
        self._worker.join(15)

    def wait_for(self, seq: int) -> None:
        wait_until(lambda: self.last_seq >= seq, 30, what=f"event {seq} is applied")

    def _connect(self) -> None:
        while not self._is_closed.is_set():
            try:
                self.client.connect(
                    self._stack.realtime_url,
                    transports=["websocket"],
                    auth={"token": self._person.token},
                )
                return
            except socketio.exceptions.ConnectionError:
                self._is_closed.wait(RETRY_AFTER_SECONDS)

    def _note(self, notice: dict[str, Any]) -> None:
        if notice["type"] == "ready":
            self.is_ready.set()

    def _on_resync(self, _: Any) -> None:
        self.resyncs += 1
        self._todo.put(CATCH_UP)

    def _work(self) -> None:
        while (item := self._todo.get()) is not None:
            if item is CATCH_UP:
                self._catch_up()
            elif item["conversation_id"] == self._conversation_id:
                self._take(item)

    def _take(self, event: Event) -> None:
        if self.epoch is None or event["epoch"] != self.epoch:
            self._catch_up()
        elif event["seq"] <= self.last_seq:
            self.duplicates += 1
        elif event["seq"] == self.last_seq + 1:
            self._apply(event)
        else:
            self.gaps += 1
            self._catch_up()

    def _catch_up(self) -> None:
        self.catch_ups += 1
        while not self._is_closed.is_set():
            page = self._page()
            if page is None:
                self._is_closed.wait(RETRY_AFTER_SECONDS)
            elif self.epoch not in (None, page["epoch"]) or page.get("reset"):
                self._reset(page["epoch"])
            else:
                self.epoch = page["epoch"]
                for event in page["events"]:
                    self._apply(event)
                if not page["more"]:
                    return

    def _page(self) -> dict[str, Any] | None:
        path = f"/api/conversations/{self._conversation_id}/events"
        query = {"after": self.last_seq, "limit": 200}
        try:
            answer = requests.get(
                self._stack.url + path, params=query, headers=self._person.headers, timeout=5
            )
        except requests.RequestException:
            return None
        page: dict[str, Any] | None = answer.json() if answer.status_code == 200 else None
        return page

    def _reset(self, epoch: str) -> None:
        self.new_epochs += 1
        self.applied, self.last_seq, self.epoch = [], 0, epoch

    def _apply(self, event: Event) -> None:
        assert event["seq"] == self.last_seq + 1, "the log has a hole"
        self.applied.append(event)
        self.last_seq = event["seq"]

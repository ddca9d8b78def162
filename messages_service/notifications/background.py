"""The threads that decide whom to notify, soon after each commit, and that send pushes."""

import logging
import threading
import time
from collections.abc import Callable, Iterable

from sqlalchemy import Engine

from messages_service.notifications.deciding import decide
from messages_service.notifications.positions import conversations_behind, skip_other_entries
from messages_service.notifications.push_sender import PushSender
from messages_service.notifications.pushing import send_due, withdraw_read
from messages_service.publish import Publisher
from servicekit.topics import conversation_id_of, user_id_of

GATHER_SECONDS = 0.2
"""What is published within this time is decided together."""
PERIOD_SECONDS = 0.6
"""The least time between two turns: while messages come all the time, more share one."""
PUSH_SECONDS = 1.0
SCAN_SECONDS = 20.0
WITHDRAW_EVERY = 15
"""Scans: reading is published and noted, so that few readers are left to find."""
log = logging.getLogger(__name__)


class Notifier:
    """Follows what the relay publishes. A slow scan finds what a process that died left behind."""

    def __init__(self, engine: Engine, publisher: Publisher, sender: PushSender) -> None:
        self._engine, self._publisher, self._sender = engine, publisher, sender
        self._lock = threading.Lock()
        self._has_news = threading.Event()
        self._stopping = threading.Event()
        self._conversation_ids: set[int] = set()
        self._reader_ids: set[int] = set()
        self._next_turn = self._next_scan = 0.0
        self._scans = 0
        self._threads = [
            threading.Thread(target=self._run, args=(turn,), name=name, daemon=True)
            for name, turn in (("notifier", self._decide_next), ("pushes", self._push_next))
        ]

    def start(self) -> None:
        self._next_scan = time.monotonic() + SCAN_SECONDS
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        self._stopping.set()
        self._has_news.set()
        for thread in self._threads:
            if thread.is_alive():
                thread.join(timeout=3)

    def note(self, topics: Iterable[str]) -> None:
        """Remember the conversations and people of topics that were published just now."""
        with self._lock:
            for topic in topics:
                if (conversation_id := conversation_id_of(topic)) is not None:
                    self._conversation_ids.add(conversation_id)
                elif (user_id := user_id_of(topic)) is not None:
                    self._reader_ids.add(user_id)
        self._has_news.set()

    def turn(self) -> None:
        """Decide about the conversations that were noted."""
        with self._lock:
            conversation_ids, self._conversation_ids = self._conversation_ids, set()
            reader_ids, self._reader_ids = self._reader_ids, set()
        while conversation_ids and decide(self._engine, self._publisher, conversation_ids):
            pass
        if reader_ids:
            withdraw_read(self._engine, reader_ids)

    def scan(self) -> None:
        """Decide about all messages that no process has decided about."""
        behind = conversations_behind(self._engine)
        while behind and decide(self._engine, self._publisher, behind):
            pass
        if behind:
            skip_other_entries(self._engine, behind)
        if self._scans % WITHDRAW_EVERY == 0:
            withdraw_read(self._engine, None)
        self._scans += 1

    def _decide_next(self) -> None:
        if self._has_news.wait(max(0.0, self._next_scan - time.monotonic())):
            self._stopping.wait(max(GATHER_SECONDS, self._next_turn - time.monotonic()))
            self._has_news.clear()
            self.turn()
            self._next_turn = time.monotonic() + PERIOD_SECONDS
        if time.monotonic() >= self._next_scan:
            self._next_scan = time.monotonic() + SCAN_SECONDS
            self.scan()

    def _push_next(self) -> None:
        if not send_due(self._engine, self._sender):
            self._stopping.wait(PUSH_SECONDS)

    def _run(self, turn: Callable[[], None]) -> None:
        while not self._stopping.is_set():
            try:
                turn()
            except Exception:  # a thread that ended would end all notifications
                log.exception("notifications: a turn failed")
                self._stopping.wait(PUSH_SECONDS)

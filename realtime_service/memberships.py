"""Memberships, fetched from messages_service. Requests that arrive during a call, or shortly
after it, share the next.

A thousand people who reconnect at once cost a few calls, not thousands.
"""

import threading
import time
from dataclasses import dataclass, field

from realtime_service.clients import Conversations, MessagesService
from realtime_service.transport.worker import Driver
from servicekit.web.errors import Problem, Unavailable

MOST_AT_ONCE = 200
LONGEST_WAIT = 30.0
PAUSE_SECONDS = 0.05
"""After each call: what is asked for meanwhile shares the next one."""


@dataclass(eq=False, slots=True)
class Request:
    """A request for one person's memberships, shared by all callers that wait for it."""

    is_done: threading.Event = field(default_factory=threading.Event)
    answer: Conversations | Problem | None = None


class Memberships:
    """Fetches people's conversations in batches."""

    def __init__(self, driver: Driver, messages: MessagesService) -> None:
        self._driver = driver
        self._messages = messages
        self._waiting: dict[int, Request] = {}
        self._is_fetching = False

    def fetch(self, user_id: int) -> Conversations:
        """The person's conversations as they are now or later, not earlier; raises Problem."""
        request = self._waiting.get(user_id)
        if request is None:
            request = self._waiting[user_id] = Request()
        if not self._is_fetching:
            self._is_fetching = True
            self._driver.spawn(self._fetch_all)
        request.is_done.wait(LONGEST_WAIT)
        if isinstance(request.answer, Conversations):
            return request.answer
        raise request.answer or Unavailable("messages_service does not answer.")

    def _fetch_all(self) -> None:
        try:
            while self._waiting:
                user_ids = list(self._waiting)[:MOST_AT_ONCE]
                self._fetch_together({id: self._waiting.pop(id) for id in user_ids})
                time.sleep(PAUSE_SECONDS)
        finally:
            self._is_fetching = False

    def _fetch_together(self, requests: dict[int, Request]) -> None:
        try:
            answers = self._messages.conversations_of(list(requests))
            for user_id, request in requests.items():
                request.answer = answers[user_id]
        except Problem as problem:
            for request in requests.values():
                request.answer = problem
        finally:
            for request in requests.values():
                request.is_done.set()

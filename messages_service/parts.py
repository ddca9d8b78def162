"""The parts of a running messages_service that its actions and queries work with."""

import math
import threading
import time
from collections import deque
from dataclasses import dataclass
from typing import Any, cast

from cachetools import LRUCache, TTLCache
from flask import current_app
from flask_sqlalchemy import SQLAlchemy
from limits import RateLimitItem

from messages_service.group_commit import GroupCommit
from messages_service.markdown import Markdown
from messages_service.profiles import Profiles
from messages_service.publish import Publisher
from servicekit.errors import TooMany

EXTENSION = "messages_service"
COUNTED_PEOPLE = 50_000
REMEMBERED_CONVERSATIONS = 50_000


@dataclass(frozen=True)
class Caller:
    """Who asks. In tutorial mode it may be anybody: `user_id` is None, and everything is open."""

    user_id: int | None
    role: str = "member"

    @property
    def is_anyone(self) -> bool:
        return self.user_id is None

    @property
    def is_admin(self) -> bool:
        return self.role == "admin"


class SendLimiter:
    """How many messages a person may send in a moving window.

    Counted in this process, so that no message waits for Redis. Of `limits` only the way of writing
    rates is used: its storage in memory starts a thread for every few requests.
    """

    def __init__(self, rate: RateLimitItem) -> None:
        self._amount, self._seconds = rate.amount, rate.get_expiry()
        self._sent: TTLCache[int, deque[float]] = TTLCache(COUNTED_PEOPLE, self._seconds)
        self._lock = threading.Lock()

    def count(self, user_id: int) -> None:
        """Raises TooMany when the person has sent enough for now."""
        now = time.monotonic()
        with self._lock:
            times = self._sent.get(user_id)
            if times is None:
                times = deque()
            while times and times[0] <= now - self._seconds:
                times.popleft()
            if len(times) >= self._amount:
                wait = math.ceil(times[0] + self._seconds - now)
                raise TooMany("You are sending too fast; wait a moment.", wait, "too-many-messages")
            times.append(now)
            self._sent[user_id] = times  # also says that it is in use


class DirectIds:
    """Ids of committed direct conversations by key.

    A hint only: who writes there checks the key of the row that they hold.
    """

    def __init__(self) -> None:
        self._known: LRUCache[str, int] = LRUCache(REMEMBERED_CONVERSATIONS)
        self._lock = threading.Lock()

    def get(self, key: str) -> int | None:
        with self._lock:
            return self._known.get(key)

    def remember(self, key: str, conversation_id: int) -> None:
        with self._lock:
            self._known[key] = conversation_id

    def forget(self, key: str) -> None:
        with self._lock:
            self._known.pop(key, None)


@dataclass(frozen=True)
class Parts:
    db: SQLAlchemy
    publisher: Publisher
    profiles: Profiles
    markdown: Markdown
    limiter: SendLimiter
    direct_ids: DirectIds
    group_commit: GroupCommit[Any, Any]
    is_tutorial: bool


def current_parts() -> Parts:
    """The parts of the app that handles this request."""
    return cast(Parts, current_app.extensions[EXTENSION])

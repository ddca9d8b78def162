"""The parts of a running messages_service that its actions and queries work with."""

import threading
from dataclasses import dataclass
from typing import Any, cast

from cachetools import LRUCache
from flask import current_app
from flask_sqlalchemy import SQLAlchemy

from messages_service.group_commit import GroupCommit
from messages_service.markdown import Markdown
from messages_service.profiles import Profiles
from messages_service.publish import Publisher
from messages_service.settings import MessagesSettings
from servicekit.rates import RateLimiter

EXTENSION = "messages_service"
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


@dataclass(frozen=True)
class Limits:
    """How often one person may do something."""

    messages: RateLimiter
    writes: RateLimiter
    new_conversations: RateLimiter
    new_members: RateLimiter

    @classmethod
    def of(cls, settings: MessagesSettings) -> "Limits":
        return cls(
            messages=RateLimiter(
                settings.rate_messages,
                "You are sending too fast; wait a moment.",
                "too-many-messages",
            ),
            writes=RateLimiter(
                settings.rate_writes, "You are changing too much at once; wait a moment."
            ),
            new_conversations=RateLimiter(
                settings.rate_new_conversations,
                "You have made many conversations; wait before you make more.",
                "too-many-conversations",
            ),
            new_members=RateLimiter(
                settings.rate_new_members,
                "You have added many members; wait before you add more.",
                "too-many-members",
            ),
        )


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
    limits: Limits
    direct_ids: DirectIds
    group_commit: GroupCommit[Any, Any]
    is_tutorial: bool


def current_parts() -> Parts:
    """The parts of the app that handles this request."""
    return cast(Parts, current_app.extensions[EXTENSION])

"""The parts of a running messages_service that its actions and queries work with."""

import math
import time
from dataclasses import dataclass
from typing import cast

from flask import current_app
from flask_sqlalchemy import SQLAlchemy
from limits import RateLimitItem
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from messages_service.markdown import Markdown
from messages_service.profiles import Profiles
from messages_service.publish import Publisher
from servicekit.errors import TooMany

EXTENSION = "messages_service"


@dataclass(frozen=True)
class Caller:
    """Who asks. In tutorial mode nobody need say who they are: then `user_id` is None, and everything is open."""

    user_id: int | None
    role: str = "member"

    @property
    def is_anyone(self) -> bool:
        return self.user_id is None

    @property
    def is_admin(self) -> bool:
        return self.role == "admin"


class SendLimiter:
    """How many messages a person may send; counted in this process, so that no message waits for Redis."""

    def __init__(self, rate: RateLimitItem) -> None:
        self._rate = rate
        self._window = MovingWindowRateLimiter(MemoryStorage())

    def count(self, user_id: int) -> None:
        """Raises TooMany when the person has sent enough for now."""
        key = str(user_id)
        if not self._window.hit(self._rate, key):
            reset = self._window.get_window_stats(self._rate, key).reset_time
            wait = math.ceil(reset - time.time())
            raise TooMany("You are sending faster than people can read; wait a moment.", wait, "too-many-messages")


@dataclass(frozen=True)
class Parts:
    db: SQLAlchemy
    publisher: Publisher
    profiles: Profiles
    markdown: Markdown
    limiter: SendLimiter
    is_tutorial: bool


def current_parts() -> Parts:
    """The parts of the app that handles this request."""
    return cast(Parts, current_app.extensions[EXTENSION])

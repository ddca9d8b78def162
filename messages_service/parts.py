"""The parts of a running messages_service that its actions and queries work with."""

from dataclasses import dataclass
from typing import cast

from flask import current_app
from flask_sqlalchemy import SQLAlchemy

from messages_service.drafts import Outcome, Pending
from messages_service.group_commit import GroupCommit
from messages_service.markdown import Markdown
from messages_service.profiles import Profiles
from messages_service.publish import Publisher
from messages_service.settings import MessagesSettings
from servicekit.rates import RateLimiter

EXTENSION = "messages_service"
GUEST = "guest"


@dataclass(frozen=True)
class Caller:
    """The person who calls. In tutorial mode `user_id` may be None: then everything is open."""

    user_id: int | None
    role: str = "member"

    @property
    def is_anyone(self) -> bool:
        return self.user_id is None

    @property
    def is_guest(self) -> bool:
        return self.role == GUEST

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


@dataclass(frozen=True)
class Parts:
    db: SQLAlchemy
    publisher: Publisher
    profiles: Profiles
    markdown: Markdown
    limits: Limits
    group_commit: GroupCommit[Pending, Outcome]
    is_tutorial: bool


def current_parts() -> Parts:
    """The parts of the app that handles this request."""
    return cast(Parts, current_app.extensions[EXTENSION])

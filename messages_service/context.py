"""The objects that actions and queries of a running messages_service use."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

from flask import current_app
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import Connection

from messages_service.group_commit import GroupCommit
from messages_service.limits import Limits
from messages_service.markdown import Markdown
from messages_service.people.profiles import Profiles
from messages_service.preview_links import PreviewLinks
from messages_service.publish import Publisher
from messages_service.shapes.conversations import Conversation
from servicekit.data.db import session_connection

EXTENSION = "messages_service"


@dataclass(frozen=True)
class Context:
    """`group_commit` holds `messages.outgoing.Pending`; each has an `Outcome`.

    `conversation_for` is the query of that name: `membership`, below `conversations`, calls it
    to tell new members of their conversation.
    """

    db: SQLAlchemy
    publisher: Publisher
    profiles: Profiles
    markdown: Markdown
    limits: Limits
    preview_links: PreviewLinks
    group_commit: GroupCommit[Any, Any]
    conversation_for: Callable[["Context", int | None, int], Conversation]
    is_tutorial: bool

    @property
    def connection(self) -> Connection:
        """The connection of the request's session."""
        return session_connection(self.db)


def current_context() -> Context:
    """The context of the app that handles this request."""
    return cast(Context, current_app.extensions[EXTENSION])

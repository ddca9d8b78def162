"""Threads that a person follows."""

from typing import Annotated

from pydantic import Field

from messages_service.shapes.messages import Message
from messages_service.shapes.notices import ThreadState


class FollowedThread(ThreadState):
    id: Annotated[int, Field(description="The first message, for `before` and `after`.")]
    message: Message
    last_reply: Message | None

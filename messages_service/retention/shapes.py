"""After how long messages are removed."""

from typing import Annotated

from pydantic import Field
from typing_extensions import TypedDict

from messages_service.shapes.values import Kind


class ConversationRetention(TypedDict):
    conversation_id: int
    kind: Kind
    name: str | None
    days: int | None


class Retention(TypedDict):
    """After how many days messages are removed; null keeps them for ever."""

    days: Annotated[int | None, Field(description="Everywhere, except in `conversations`.")]
    conversations: Annotated[
        list[ConversationRetention], Field(description="Those with a rule of their own.")
    ]

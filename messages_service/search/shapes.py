"""Messages that were found, with the places that match."""

from typing import Annotated, Literal

from pydantic import Field
from typing_extensions import TypedDict

from messages_service.shapes.messages import Message

ExcerptSource = Literal["content", "poll", "file", "forward"]


class ExcerptPart(TypedDict):
    text: str
    match: bool


class Excerpt(TypedDict):
    """A line of a message that was found, in parts, and where it is from."""

    source: ExcerptSource
    parts: list[ExcerptPart]


class FoundMessage(TypedDict):
    message: Message
    highlights: Annotated[
        list[tuple[int, int]],
        Field(description="Ranges of characters (code points) of `content`: start, end."),
    ]
    excerpts: list[Excerpt]

"""Read markers that moved."""

from typing_extensions import TypedDict

from messages_service.shapes.notices import ReadState


class AllRead(TypedDict):
    """The read markers that moved."""

    conversations: list[ReadState]

"""Read markers that moved."""

# Pydantic refuses `typing.TypedDict` before Python 3.12.
from typing_extensions import TypedDict

from messages_service.shapes.notices import ReadState


class AllRead(TypedDict):
    """The read markers that moved."""

    conversations: list[ReadState]

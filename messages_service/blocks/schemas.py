"""Lists of blocks."""

from pydantic import RootModel

from messages_service.shapes import BlockedPerson


class BlockedList(RootModel[list[BlockedPerson]]):
    """By id."""

"""Lists of blocks."""

from pydantic import RootModel

from messages_service.blocks.shapes import BlockedPerson


class BlockedList(RootModel[list[BlockedPerson]]):
    """By id."""

"""Rooms and usage, as administrators see them."""

from typing import Annotated

from pydantic import Field
from typing_extensions import TypedDict

from messages_service.shapes.people import Person
from messages_service.shapes.values import Visibility


class AdministeredRoom(TypedDict):
    """A room as administrators see it, also if they are no members."""

    id: int
    name: str
    topic: str
    visibility: Visibility
    archived: bool
    member_count: int
    message_count: int
    created_at: str
    active_at: str
    owners: Annotated[list[Person], Field(description="Those whose accounts are active.")]


class UsageDay(TypedDict):
    day: Annotated[str, Field(description="In UTC.")]
    messages: int
    people: Annotated[int, Field(description="People who wrote something.")]


class Usage(TypedDict):
    people: int
    messages: int
    file_bytes: Annotated[int, Field(description="Of all files, whenever they were sent.")]
    days: list[UsageDay]

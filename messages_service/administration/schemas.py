"""Requests and lists of the administration."""

from typing import Annotated

from pydantic import Field, RootModel

from messages_service.administration.shapes import AdministeredRoom
from messages_service.conversations.schemas import RoomName, Topic
from messages_service.models import MAX_SEARCH
from servicekit.web.paging import PageQuery
from servicekit.web.schemas import Body, Line, Path, Query


class RoomPath(Path):
    room_id: int


class RoomListQuery(PageQuery):
    q: Annotated[Line, Field(max_length=MAX_SEARCH)] | None = Field(
        None, description="Part of a name, in any case."
    )
    archived: bool = Field(False, description="Archived rooms, in place of the others.")


class RoomChanges(Body):
    """Absent fields stay unchanged."""

    name: RoomName | None = None
    topic: Topic | None = None
    archived: bool | None = None


class RoomList(RootModel[list[AdministeredRoom]]):
    """By id."""


class UsageQuery(Query):
    days: int = Field(30, ge=1, le=366, description="Days until today, which ends in UTC.")

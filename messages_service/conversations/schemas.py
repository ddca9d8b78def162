"""Request and response bodies of conversations, their members and their log."""

from typing import Annotated, Literal

from pydantic import (
    AfterValidator,
    AwareDatetime,
    ConfigDict,
    Field,
    RootModel,
    StringConstraints,
    model_validator,
)

from messages_service.conversations.names import is_invisible
from messages_service.models import MAX_GROUP, MAX_NAME, MAX_SEARCH, MAX_TOPIC
from messages_service.schemas import Seq
from messages_service.shapes.conversations import Conversation, Member
from messages_service.shapes.values import Role, Visibility
from servicekit.language import _
from servicekit.web.paging import DEFAULT_LIMIT, MAX_LIMIT, PageQuery
from servicekit.web.schemas import Body, Id, Line, Path, Query, is_id

MAX_CURSORS = 500


def _is_room_name(name: str) -> str:
    if len(name) > MAX_NAME:
        raise ValueError(_("must have at most %(limit)s characters", limit=MAX_NAME))
    if not any(char.isalnum() for char in name):
        raise ValueError(_("must hold a letter or a digit"))
    if any(is_invisible(char) and char not in "\u200c\u200d" for char in name):
        raise ValueError(_("must not hold invisible characters"))
    return name


def _is_topic(topic: str) -> str:
    if len(topic) > MAX_TOPIC:
        raise ValueError(_("must have at most %(limit)s characters", limit=MAX_TOPIC))
    return topic


RoomName = Annotated[
    Line,
    AfterValidator(_is_room_name),
    Field(json_schema_extra={"minLength": 1, "maxLength": MAX_NAME}),
]
Topic = Annotated[
    Line, AfterValidator(_is_topic), Field(json_schema_extra={"maxLength": MAX_TOPIC})
]
EPOCH_HEADER = {
    "description": "The log's epoch; a client that holds another one must reload.",
    "required": True,
    "schema": {"type": "string"},
}


class NewConversation(Body):
    """A room has name and visibility; a group has members; a direct conversation one other."""

    kind: Literal["room", "group", "direct"]
    name: RoomName | None = None
    visibility: Visibility | None = None
    topic: Topic = ""
    member_ids: list[Id] = Field(default_factory=list, max_length=MAX_GROUP)

    @model_validator(mode="after")
    def _fits_its_kind(self) -> "NewConversation":
        if self.kind == "room" and self.name is None:
            raise ValueError(_("a room needs a name"))
        if self.kind == "group" and not self.member_ids:
            raise ValueError(_("a group needs member_ids"))
        if self.kind == "group" and self.visibility == "public":
            raise ValueError(_("a group is private"))
        if self.kind == "direct" and len(self.member_ids) != 1:
            raise ValueError(_("a direct conversation needs one id in member_ids"))
        return self


class ConversationChanges(Body):
    name: RoomName | None = None
    topic: Topic | None = None
    visibility: Visibility | None = None
    archived: bool | None = None


class MemberChanges(Body):
    role: Role | None = Field(None, description="What the person may do here.")


class Cursors(Body):
    """For each conversation the last seq that the client has applied."""

    cursors: dict[str, Seq] = Field(max_length=MAX_CURSORS)
    limit: int = Field(
        200, ge=1, le=1000, description="Events at most, of all conversations together."
    )

    @model_validator(mode="after")
    def _has_ids_as_keys(self) -> "Cursors":
        for key in self.cursors:
            if not is_id(key):
                raise ValueError(_("the keys of cursors must be ids of conversations"))
        return self


class ConversationPath(Path):
    conversation_id: int


class MemberPath(Path):
    conversation_id: int
    user_id: int


class AroundQuery(PageQuery):
    around: Seq | None = Field(None, description="The page in whose middle this seq is.")
    since: AwareDatetime | None = Field(
        None, description="The page that begins with the first message at or after this time."
    )


class OpeningQuery(Query):
    limit: int = Field(DEFAULT_LIMIT, ge=1, le=MAX_LIMIT, description="Messages at most.")


class MemberListQuery(PageQuery):
    q: Annotated[str, StringConstraints(max_length=MAX_SEARCH)] = Field(
        "", description="Part of a name or nickname."
    )


class EventListQuery(Query):
    after: Seq = 0
    limit: int = Field(50, ge=1, le=200)


class ConversationListQuery(PageQuery):
    limit: int = Field(200, ge=1, le=200, description="Entries at most.")
    kind: Literal["direct", "group", "room"] | None = None
    browse: bool = Field(False, description="Public rooms, joined or not, instead of mine.")
    q: Annotated[str, StringConstraints(max_length=MAX_NAME)] | None = Field(
        None, description="Browsing: only rooms whose name contains this."
    )
    brief: bool = Field(False, description="Without last messages and without members of rooms.")


class ConversationList(RootModel[list[Conversation]]):
    """Latest activity first."""

    # `openapi_extra` is flask-openapi3's.
    model_config = ConfigDict(openapi_extra={"headers": {"X-Epoch": EPOCH_HEADER}})  # type: ignore[typeddict-unknown-key]


class MemberList(RootModel[list[Member]]):
    """By id."""

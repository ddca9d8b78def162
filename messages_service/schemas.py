"""What comes in and what goes out; the OpenAPI description is made from it."""

from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    RootModel,
    StringConstraints,
    ValidationInfo,
    field_validator,
    model_validator,
)

from messages_service.models import MAX_CONTENT, MAX_GROUP, MAX_NAME, MAX_TOPIC
from messages_service.models_attachments import MAX_ATTACHMENTS
from messages_service.names import is_invisible
from messages_service.schemas_attachments import Attachment
from servicekit.paging import PageQuery
from servicekit.schemas import MAX_ID, Body, Id, Line, Path, Query, Text

MAX_CURSORS = 500
MAX_BATCH = 500


def _is_content(text: str) -> str:
    if not text.strip():
        raise ValueError("must not be empty")
    return _is_short_content(text)


def _is_short_content(text: str) -> str:
    if len(text) > MAX_CONTENT:
        raise ValueError(f"must have at most {MAX_CONTENT} characters")
    return text


def _is_room_name(name: str) -> str:
    if len(name) > MAX_NAME:
        raise ValueError(f"must have at most {MAX_NAME} characters")
    if not any(char.isalnum() for char in name):
        raise ValueError("must hold a letter or a digit")
    if any(is_invisible(char) and char not in "\u200c\u200d" for char in name):
        raise ValueError("must not hold invisible characters")
    return name


def _is_topic(topic: str) -> str:
    if len(topic) > MAX_TOPIC:
        raise ValueError(f"must have at most {MAX_TOPIC} characters")
    return topic


def _are_distinct(ids: list[int]) -> list[int]:
    if len(set(ids)) < len(ids):
        raise ValueError("must name each file once")
    return ids


def _is_emoji(emoji: str) -> str:
    if not 1 <= len(emoji) <= 32 or any(char.isspace() or char in "<>&\"'" for char in emoji):
        raise ValueError("must be an emoji")
    return emoji


Content = Annotated[
    Text,
    AfterValidator(_is_content),
    Field(description="Markdown.", json_schema_extra={"minLength": 1, "maxLength": MAX_CONTENT}),
]
ContentOrNone = Annotated[
    Text,
    AfterValidator(_is_short_content),
    Field(
        description="Markdown; may be empty beside attachments.",
        json_schema_extra={"maxLength": MAX_CONTENT},
    ),
]
RoomName = Annotated[
    Line,
    AfterValidator(_is_room_name),
    Field(json_schema_extra={"minLength": 1, "maxLength": MAX_NAME}),
]
Topic = Annotated[
    Line, AfterValidator(_is_topic), Field(json_schema_extra={"maxLength": MAX_TOPIC})
]
ClientId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.:-]{1,64}$")]
AttachmentIds = Annotated[
    list[Id],
    Field(max_length=MAX_ATTACHMENTS, description="Files of mine that were not sent yet."),
    AfterValidator(_are_distinct),
]
Seq = Annotated[int, Field(ge=0, le=2**53)]
Visibility = Literal["public", "private"]
Role = Literal["owner", "moderator", "member"]


EPOCH_HEADER = {
    "description": "The log's epoch; a client that holds another one starts anew.",
    "required": True,
    "schema": {"type": "string"},
}


class NewMessage(Body):
    """To a person (`recipient_id`) or into a conversation (`conversation_id`)."""

    # Before the content, which may be empty beside them.
    attachments: AttachmentIds | None = None
    content: ContentOrNone = Field("", validate_default=True)
    recipient_id: Id | None = None
    conversation_id: Id | None = None
    author_id: Id | None = Field(None, description="The caller; anybody in tutorial mode.")
    client_id: ClientId | None = Field(
        None, description="A UUID by the sender; makes sending again harmless."
    )
    reply_to: Id | None = None

    @field_validator("content")
    @classmethod
    def _says_something(cls, content: str, info: ValidationInfo) -> str:
        return content if info.data.get("attachments") else _is_content(content)

    @model_validator(mode="after")
    def _has_one_place(self) -> "NewMessage":
        if (self.recipient_id is None) == (self.conversation_id is None):
            raise ValueError("give either recipient_id or conversation_id")
        return self


class EditedMessage(Body):
    content: Content


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
            raise ValueError("a room needs a name")
        if self.kind == "group" and not self.member_ids:
            raise ValueError("a group needs member_ids")
        if self.kind == "group" and self.visibility == "public":
            raise ValueError("a group is private")
        if self.kind == "direct" and len(self.member_ids) != 1:
            raise ValueError("a direct conversation needs one id in member_ids")
        return self


class ChangedConversation(Body):
    name: RoomName | None = None
    topic: Topic | None = None
    visibility: Visibility | None = None
    archived: bool | None = None


class ChangedMember(Body):
    role: Role | None = Field(None, description="What the person may do here.")


class ReadMarker(Body):
    seq: Seq


class Cursors(Body):
    """For each conversation the last seq that the client has applied."""

    cursors: dict[str, Seq] = Field(max_length=MAX_CURSORS)
    limit: int = Field(
        200, ge=1, le=1000, description="Events at most, of all conversations together."
    )

    @model_validator(mode="after")
    def _has_ids_as_keys(self) -> "Cursors":
        for key in self.cursors:
            if not (key.isascii() and key.isdigit() and 1 <= int(key[:11]) <= MAX_ID):
                raise ValueError("the keys of cursors must be ids of conversations")
        return self


class InternalMessage(Body):
    """One of a batch; `room` is a name or an id."""

    author_id: Id
    role: str = "member"
    content: Any
    conversation_id: Id | None = None
    room: str | int | None = None
    client_id: Any = None
    reply_to: Any = None


class InternalMessages(Body):
    messages: list[InternalMessage] = Field(max_length=MAX_BATCH)


class ConversationPath(Path):
    conversation_id: int


class MemberPath(Path):
    conversation_id: int
    user_id: int


class MessagePath(Path):
    message_id: int


class ReactionPath(Path):
    message_id: int
    emoji: Annotated[Line, AfterValidator(_is_emoji)]


class UserPath(Path):
    user_id: int


class AroundQuery(PageQuery):
    around: Seq | None = Field(None, description="The page in whose middle this seq is.")


class EventsQuery(Query):
    after: Seq = 0
    limit: int = Field(50, ge=1, le=200)


class ConversationsQuery(PageQuery):
    limit: int = Field(200, ge=1, le=200, description="Entries at most.")
    kind: Literal["direct", "group", "room"] | None = None
    browse: bool = Field(False, description="Public rooms, joined or not, instead of mine.")
    q: Annotated[str, StringConstraints(max_length=MAX_NAME)] | None = Field(
        None, description="Browsing: only rooms whose name contains this."
    )


class MembersQuery(Query):
    """Several people, as `user_ids=1,2,3`."""

    user_ids: Annotated[
        str, StringConstraints(pattern=r"^[1-9][0-9]{0,9}(,[1-9][0-9]{0,9}){0,199}$")
    ]

    @property
    def ids(self) -> list[int]:
        return [int(number) for number in self.user_ids.split(",")]


class ResolveQuery(Query):
    room: str
    user_id: Id


class Person(BaseModel):
    id: int
    name: str
    nickname: str
    avatar_url: str | None = None
    email: str | None = None


class Member(Person):
    role: Role
    joined_at: str


class Reaction(BaseModel):
    emoji: str
    count: int
    user_ids: list[int]


class Message(BaseModel):
    id: int
    conversation_id: int
    seq: int
    author_id: int
    recipient_id: int | None
    author: Person
    recipient: Person | None
    content: str
    html: str
    date: str
    client_id: str | None
    edited_at: str | None
    deleted_at: str | None
    reply_to: int | None
    reactions: list[Reaction]
    attachments: list[Attachment]
    poll: dict[str, Any] | None = Field(description="As `/api/polls/<id>` has it.")


class Version(BaseModel):
    content: str
    html: str
    date: str


class Conversation(BaseModel):
    id: int
    kind: Literal["direct", "group", "room"]
    name: str | None
    topic: str
    visibility: Visibility
    archived: bool
    created_by: int
    created_at: str
    member_count: int
    joined: bool
    role: Role | None
    members: list[Member]
    last_seq: int
    read_seq: int
    unread: int
    last_message: Message | None


class Event(BaseModel):
    conversation_id: int
    seq: int
    epoch: str
    type: str
    date: str
    data: dict[str, Any]


class EventPage(BaseModel):
    events: list[Event]
    last_seq: int
    more: bool
    epoch: str


class SyncPage(BaseModel):
    events: list[Event]
    last_seq: int
    more: bool


class Sync(BaseModel):
    conversations: dict[str, SyncPage]
    epoch: str


class ReadState(BaseModel):
    conversation_id: int
    read_seq: int
    unread: int


class Messages(RootModel[list[Message]]):
    """Oldest first."""


class Versions(RootModel[list[Version]]):
    """Earlier versions of a message, oldest first."""


class Conversations(RootModel[list[Conversation]]):
    """Latest activity first."""

    # `openapi_extra` is flask-openapi3's.
    model_config = ConfigDict(openapi_extra={"headers": {"X-Epoch": EPOCH_HEADER}})  # type: ignore[typeddict-unknown-key]


class Members(RootModel[list[Member]]):
    """By id."""

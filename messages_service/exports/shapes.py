"""The lines of an export, as docs/export.md explains them; empty fields are left out."""

from typing import Final, Literal, NotRequired

from typing_extensions import TypedDict

from messages_service.shapes.messages import Mentions
from messages_service.shapes.values import Kind, Role, Visibility

FORMAT: Final = "parley-export"
VERSION: Final = 1
MANIFEST: Final = "manifest.json"
PEOPLE: Final = "people.ndjson"
CONVERSATIONS: Final = "conversations.ndjson"

ScopeName = Literal["conversation", "person", "everything"]


class PersonLine(TypedDict):
    """`email` only where the exporting person may see it."""

    id: int
    nickname: str
    name: str
    role: str
    active: bool
    email: NotRequired[str]


class MemberLine(TypedDict):
    user_id: int
    role: Role
    joined_at: str


class ConversationLine(TypedDict):
    """`messages` names the entry with its messages."""

    id: int
    kind: Kind
    visibility: Visibility
    name: str | None
    topic: str
    created_by: int
    created_at: str
    archived_at: str | None
    members: list[MemberLine]
    messages: str


class FileLine(TypedDict):
    """`file` names the entry with its content."""

    file: str
    name: str
    content_type: str
    size: int
    sha256: str
    alt: NotRequired[str]


class ReactionLine(TypedDict):
    emoji: str
    user_id: int
    date: str


class VoteLine(TypedDict):
    user_id: int
    date: str


class ChoiceLine(TypedDict):
    """`votes` are left out of anonymous polls; `count` is their number."""

    choice: str
    count: int
    votes: NotRequired[list[VoteLine]]


class PollLine(TypedDict):
    question: str
    multiple: bool
    anonymous: bool
    closes_at: str | None
    closed_at: str | None
    voter_count: int
    choices: list[ChoiceLine]


class ForwardLine(TypedDict):
    message_id: int
    conversation_id: int
    seq: int
    kind: Kind
    name: str | None
    author_id: int
    content: str
    date: str


class PinLine(TypedDict):
    user_id: int
    date: str


class VersionLine(TypedDict):
    """An earlier text, and since when the message had it."""

    content: str
    date: str


class MessageLine(TypedDict):
    id: int
    seq: int
    date: str
    author_id: int
    content: str
    edited_at: NotRequired[str]
    deleted_at: NotRequired[str]
    reply_to: NotRequired[int]
    thread_id: NotRequired[int]
    also_in_conversation: NotRequired[bool]
    mentions: NotRequired[Mentions]
    reactions: NotRequired[list[ReactionLine]]
    files: NotRequired[list[FileLine]]
    poll: NotRequired[PollLine]
    forwarded_from: NotRequired[ForwardLine]
    pinned: NotRequired[PinLine]
    versions: NotRequired[list[VersionLine]]


class EntryDigest(TypedDict):
    bytes: int
    sha256: str


class Counts(TypedDict):
    people: int
    conversations: int
    messages: int
    files: int


class Place(TypedDict):
    """`id` stays the same for all exports of one Parley."""

    id: str
    url: str


class Manifest(TypedDict):
    """`missing` names files whose content was deleted while the export was made."""

    format: str
    version: int
    scope: ScopeName
    place: Place
    made_at: str
    made_by: int
    parley: str
    counts: Counts
    entries: dict[str, EntryDigest]
    missing: list[str]

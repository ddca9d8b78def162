"""Messages with their parts: attachments, previews, polls, threads, mentions."""

from typing import Annotated, NotRequired

from pydantic import Field
from typing_extensions import TypedDict

from messages_service.shapes.people import Person
from messages_service.shapes.values import Everyone, Kind


class Reaction(TypedDict):
    """`user_ids` are the first fifty people, and the caller; `count` counts everybody."""

    emoji: str
    count: int
    user_ids: list[int]


class Attachment(TypedDict):
    """`width`, `height` and the URLs of smaller versions are only for pictures."""

    id: int
    name: str
    content_type: str
    size: int
    url: str
    alt: str | None
    width: NotRequired[int]
    height: NotRequired[int]
    thumbnail_url: NotRequired[str]
    medium_url: NotRequired[str]


class Preview(TypedDict):
    """A linked page's description of itself; `url` is the link as it stands in the message."""

    id: int
    url: str
    site_name: str
    title: str
    description: str
    picture_url: NotRequired[
        Annotated[str, Field(description="A small copy on this server; absent without one.")]
    ]
    picture_width: NotRequired[int]
    picture_height: NotRequired[int]


class PollChoice(TypedDict):
    """`voters` are the first fifty ids; missing when the poll is anonymous."""

    id: int
    choice: str
    votes: int
    voters: NotRequired[list[int]]


class Poll(TypedDict):
    id: int
    conversation_id: int
    message_id: int
    author_id: int
    question: str
    published_at: str
    multiple: bool
    anonymous: bool
    closes_at: str | None
    closed_at: str | None
    closed: bool
    voter_count: int
    choices: list[PollChoice]
    my_choice_ids: NotRequired[
        Annotated[list[int], Field(description="The caller's; events do not have them.")]
    ]


class ForwardedFrom(TypedDict):
    """A message that was forwarded, as it was then; `name` is that of a public room."""

    message_id: int
    conversation_id: int
    seq: int
    kind: Kind
    name: str | None
    author_id: int
    author: Person
    content: str
    html: str
    date: str


class Thread(TypedDict):
    """The replies to a message; `participant_ids` are the first fifty people who wrote one, and
    `participants` the first five of them.
    """

    reply_count: int
    last_reply_at: str
    participant_ids: list[int]
    participants: list[Person]


class Mentions(TypedDict):
    """People whom a message mentions; `everyone`: all members, or those who are here."""

    user_ids: list[int]
    everyone: Everyone | None


class PostedAs(TypedDict):
    """The name and emoji of a message of a webhook or command, in place of its author's."""

    name: str
    emoji: str | None


class Message(TypedDict):
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
    thread_id: Annotated[
        int | None,
        Field(description="Of a reply: the first message of its thread."),
    ]
    also_in_conversation: Annotated[
        bool, Field(description="Of a reply: whether it is shown outside of its thread, too.")
    ]
    thread: Annotated[
        Thread | None, Field(description="Of a message with replies; otherwise null.")
    ]
    reactions: list[Reaction]
    attachments: list[Attachment]
    previews: Annotated[
        list[Preview], Field(description="Of links, where the server fetches them.")
    ]
    poll: Poll | None
    forwarded_from: ForwardedFrom | None
    pinned: bool
    mentions: Mentions
    posted_as: NotRequired[
        Annotated[PostedAs, Field(description="Only of webhooks and commands; `author` has it.")]
    ]
    saved: NotRequired[
        Annotated[bool, Field(description="Whether the caller saved it; left out when false.")]
    ]


class Extras(TypedDict, total=False):
    """The parts of a message that few messages have."""

    attachments: list[Attachment]
    previews: list[Preview]
    poll: Poll
    forwarded_from: ForwardedFrom
    pinned: bool
    mentions: Mentions

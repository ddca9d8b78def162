"""Messages with their parts."""

from typing import NotRequired, TypedDict

from gateway_frontend.shapes.people import Author


class Attachment(TypedDict):
    id: int
    name: str
    content_type: str
    size: int
    url: str
    alt: str | None
    width: NotRequired[int]
    height: NotRequired[int]
    thumbnail_url: NotRequired[str]


class PollChoice(TypedDict):
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
    multiple: bool
    anonymous: bool
    closes_at: str | None
    closed: bool
    voter_count: int
    choices: list[PollChoice]
    my_choice_ids: NotRequired[list[int]]


class Reaction(TypedDict):
    emoji: str
    count: int
    user_ids: list[int]


class ForwardedFrom(TypedDict):
    conversation_id: int
    seq: int
    kind: str
    name: str | None
    author: Author
    html: str
    date: str


class Thread(TypedDict):
    reply_count: int
    last_reply_at: str
    participant_ids: list[int]
    participants: list[Author]


class Mentions(TypedDict):
    user_ids: list[int]
    everyone: str | None


class Preview(TypedDict):
    id: int
    url: str
    site_name: str
    title: str
    description: str
    picture_url: NotRequired[str]
    picture_width: NotRequired[int]
    picture_height: NotRequired[int]


class Message(TypedDict):
    id: int
    conversation_id: int
    seq: int
    author_id: int
    author: Author
    recipient: Author | None
    content: str
    html: str
    date: str
    client_id: str | None
    edited_at: str | None
    deleted_at: str | None
    thread_id: int | None
    also_in_conversation: bool
    thread: Thread | None
    reactions: list[Reaction]
    attachments: list[Attachment]
    previews: list[Preview]
    poll: Poll | None
    forwarded_from: ForwardedFrom | None
    pinned: bool
    mentions: Mentions
    saved: NotRequired[bool]


class ExcerptPart(TypedDict):
    text: str
    match: bool


class Excerpt(TypedDict):
    source: str
    parts: list[ExcerptPart]


class FoundMessage(TypedDict):
    message: Message
    excerpts: list[Excerpt]


class PinnedMessage(Message):
    pinned_by: Author
    pinned_at: str

"""The JSON of messages, polls, members, conversations and events, each written down once.

Answers, log and notices are built from these types, and OpenAPI is generated from them.
"""

from typing import Annotated, Literal, NotRequired

from pydantic import Field, WithJsonSchema

# Pydantic refuses `typing.TypedDict` before Python 3.12.
from typing_extensions import TypedDict

Role = Literal["owner", "moderator", "member"]
Visibility = Literal["public", "private"]
Kind = Literal["direct", "group", "room"]
Notify = Literal["all", "mentions", "nothing"]
Everyone = Literal["room", "here"]
ExcerptSource = Literal["content", "poll", "file", "forward"]
Reason = Literal["direct", "mention", "everyone", "here", "reply", "message"]
"""Why a message notifies a person."""


class Person(TypedDict):
    id: int
    name: str
    nickname: str
    avatar_url: str | None
    bot: NotRequired[
        Annotated[bool, Field(description="Whether a program writes from this account.")]
    ]
    status_emoji: NotRequired[
        Annotated[str, Field(description="Absent without a status that has one.")]
    ]
    icon_emoji: NotRequired[
        Annotated[str, Field(description="In place of a picture; of webhooks and commands.")]
    ]
    email: NotRequired[Annotated[str | None, Field(description="In tutorial mode only.")]]


class BlockedPerson(Person):
    blocked_at: str


class PublishedStatus(TypedDict):
    emoji: str | None


class PublishedProfile(TypedDict):
    """A person as users_service publishes them."""

    id: int
    name: str
    nickname: str
    email: NotRequired[str]
    role: NotRequired[str]
    active: NotRequired[bool]
    avatar_url: NotRequired[str | None]
    status: NotRequired[PublishedStatus | None]
    dnd_until: NotRequired[str | None]
    language: NotRequired[str | None]
    time_zone: NotRequired[str | None]
    updated_at: NotRequired[str]


class Member(Person):
    role: Role
    joined_at: str


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
    """What a linked page says of itself; `url` is the link as it stands in the message."""

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
    """What a message of a webhook or command is shown as, in place of its author's name."""

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


class PinnedMessage(Message):
    pinned_by: Person
    pinned_at: str


class SavedMessage(Message):
    saved_at: str


class ExcerptPart(TypedDict):
    text: str
    match: bool


class Excerpt(TypedDict):
    """A line of a message that was found, in parts, and where it is from."""

    source: ExcerptSource
    parts: list[ExcerptPart]


class FoundMessage(TypedDict):
    message: Message
    highlights: Annotated[
        list[tuple[int, int]],
        Field(description="Ranges of characters (code points) of `content`: start, end."),
    ]
    excerpts: list[Excerpt]


class ImportCounts(TypedDict):
    """`already`: messages that an earlier import had stored; the others are new ones."""

    people: int
    conversations: int
    messages: int
    files: int
    already: int


class Import(TypedDict):
    """`step` says what it is doing, `done` and `total` how far it is; `problem` why it failed."""

    id: int
    format: Literal["parley", "slack", "mattermost"]
    state: Literal["running", "done", "failed"]
    step: str
    done: int
    total: int
    made_by: int
    started_at: str
    finished_at: str | None
    counts: ImportCounts | None
    problem: str | None


class ConversationRetention(TypedDict):
    conversation_id: int
    kind: Kind
    name: str | None
    days: int | None


class Retention(TypedDict):
    """After how many days messages are removed; null keeps them for ever."""

    days: Annotated[int | None, Field(description="Everywhere, except in `conversations`.")]
    conversations: Annotated[
        list[ConversationRetention], Field(description="Those with a rule of their own.")
    ]


class ReactedMessage(Message):
    message_id: int


class Extras(TypedDict, total=False):
    """The parts of a message that few messages have."""

    attachments: list[Attachment]
    previews: list[Preview]
    poll: Poll
    forwarded_from: ForwardedFrom
    pinned: bool
    mentions: Mentions


class Version(TypedDict):
    content: str
    html: str
    date: str


class WrittenDraft(TypedDict):
    """The data of the notice `draft`; `content` is empty when the draft is gone."""

    conversation_id: int
    reply_to: Annotated[
        int | None, Field(description="The first message of the thread it is written in.")
    ]
    content: str
    updated_at: str


class Draft(WrittenDraft):
    id: int


class ScheduledMessage(TypedDict):
    """A message that its author wants to be sent at `send_at`."""

    id: int
    conversation_id: int | None
    recipient_id: int | None
    client_id: str
    content: str
    send_at: str
    created_at: str
    refused_at: Annotated[
        str | None, Field(description="When sending it failed; it now waits for me.")
    ]
    refusal: Annotated[str | None, Field(description="Why, in words.")]


ScheduledState = Literal["waiting", "sent", "refused", "deleted"]


class ScheduledChange(ScheduledMessage):
    """The data of the notice `scheduled`."""

    state: ScheduledState


class ConversationCore(TypedDict):
    """The fields of a conversation that are the same for all who see it."""

    id: int
    kind: Kind
    name: str | None
    topic: str
    visibility: Visibility
    archived: bool
    created_by: int
    created_at: str
    member_count: int
    pin_count: int


class Marks(TypedDict):
    """The fields of a membership that only the person themselves sees."""

    notify: Notify
    starred: bool
    muted_until: Annotated[str | None, Field(description="Null when the time has passed.")]
    unread_from: Annotated[
        int | None,
        Field(description="Marked as unread from this seq on; `read_seq` stays where it was."),
    ]


class Conversation(ConversationCore, Marks):
    active_at: Annotated[str, Field(description="When something last happened in it.")]
    joined: bool
    role: Role | None
    members: Annotated[
        list[Member], Field(description="The first ones; in a list with very many, only a few.")
    ]
    last_seq: int
    read_seq: int
    unread: int
    scheduled_count: Annotated[
        int, Field(description="Messages of mine that wait here to be sent.")
    ]
    has_draft: Annotated[bool, Field(description="Whether I have a draft outside of threads.")]
    unread_mentions: Annotated[
        int, Field(description="Unread messages that mention me or all members.")
    ]
    unread_threads: Annotated[
        list[int],
        Field(description="First messages of threads that I follow and that have unread replies."),
    ]
    last_message: Annotated[
        Message | None,
        Field(description="In a list with very much text, `content` and `html` may be cut."),
    ]


class OpenedConversation(TypedDict):
    epoch: str
    blocked_ids: Annotated[list[int], Field(description="People whom I have blocked.")]
    conversations: Annotated[list[Conversation], Field(description="Mine, as in a brief list.")]
    conversation: Conversation
    messages: Annotated[
        list[Message], Field(description="The newest page, oldest first; empty until I join.")
    ]
    more: Annotated[bool, Field(description="Whether there are older messages.")]
    draft: Annotated[Draft | None, Field(description="Mine, outside of threads.")]


class ReadState(TypedDict):
    conversation_id: int
    read_seq: int
    unread: int


class AllRead(TypedDict):
    """The read markers that moved."""

    conversations: list[ReadState]


class Membership(ReadState, Marks):
    """My marks on a conversation, also the data of the notice `membership`.

    `unread` was counted when `last_seq` was the last entry.
    """

    last_seq: int


class ThreadState(TypedDict):
    """One person's own fields of a thread; also the data of the notice `thread`."""

    message_id: Annotated[int, Field(description="The first message.")]
    conversation_id: int
    following: bool
    read_seq: int
    last_reply_seq: Annotated[int, Field(description="0 without replies.")]
    unread: Annotated[int, Field(description="Others' replies after `read_seq`; at most 100.")]


class FollowedThread(ThreadState):
    id: Annotated[int, Field(description="The first message, for `before` and `after`.")]
    message: Message
    last_reply: Message | None


class Cursor(TypedDict):
    """A conversation and its last seq."""

    id: int
    last_seq: int


class FoundRoom(TypedDict):
    id: int
    name: str | None
    kind: Kind


class Event(TypedDict):
    """An entry of the log; `data` is one of `EventData`, as JSON that is already encoded."""

    conversation_id: int
    seq: int
    epoch: str
    type: str
    date: str
    data: Annotated[object, WithJsonSchema({"type": "object", "additionalProperties": True})]


class SyncPage(TypedDict):
    events: list[Event]
    last_seq: int
    more: bool
    reset: NotRequired[
        Annotated[
            bool,
            Field(
                description="`after` is beyond the log, which was restored from a backup: start"
                " over, as with a new epoch. Left out when false."
            ),
        ]
    ]


class EventPage(SyncPage):
    epoch: str


class Sync(TypedDict):
    conversations: dict[str, SyncPage]
    epoch: str


class PinData(Message):
    """The data of `message.pinned` and `message.unpinned`: the message, and who did it."""

    by_id: int | None
    pin_count: Annotated[
        int, Field(description="Pinned messages of the conversation, from now on.")
    ]


class MemberData(TypedDict):
    """The data of `member.joined` and `member.left`."""

    user: Person
    user_id: int
    by_id: int | None


class RoleData(MemberData):
    """The data of `member.changed`."""

    role: str


class ConversationData(TypedDict):
    """The data of `conversation.updated`."""

    conversation: ConversationCore
    by_id: int | None


class ReactionData(TypedDict):
    """The data of `reaction.added` and `reaction.removed`."""

    message_id: int
    emoji: str
    user_id: int | None
    reactions: list[Reaction]


class ThreadData(TypedDict):
    """The data of `thread.updated`: a first message has a reply more, or one less."""

    message_id: int
    thread: Thread | None


class VoteData(TypedDict):
    """The data of `poll.voted`; an anonymous poll does not say who voted."""

    poll: Poll
    user_id: NotRequired[int]


class ClosedPollData(TypedDict):
    """The data of `poll.closed`."""

    poll: Poll
    by_id: int | None


EventData = (
    Message
    | PinData
    | MemberData
    | RoleData
    | ConversationData
    | ReactionData
    | ThreadData
    | VoteData
    | ClosedPollData
)


class AddedConversation(TypedDict):
    """The data of the notice `conversation.added`."""

    conversation_id: int
    conversation: Conversation


class RemovedConversation(TypedDict):
    """The data of the notice `conversation.removed`."""

    conversation_id: int


class SavedState(TypedDict):
    """The data of the notice `saved`."""

    message_id: int
    conversation_id: int
    saved: bool


class MyVote(TypedDict):
    """The data of the notice `poll.mine`."""

    poll_id: int
    conversation_id: int
    message_id: int
    my_choice_ids: list[int]


class BlockData(TypedDict):
    """The data of the notice `block`: whether I have blocked that person."""

    user_id: int
    blocked: bool


class QuietHours(TypedDict):
    """Do not disturb every day; `end` may be earlier than `start`: the next morning."""

    start: Annotated[str, Field(description="A time of day, like 22:00.")]
    end: str
    time_zone: str


class NotificationSettings(TypedDict):
    """How a person wants to be notified; also the data of the notice `notifications`."""

    sound: Annotated[bool, Field(description="Whether open pages play a sound.")]
    push: Annotated[bool, Field(description="Whether subscribed devices get Web Push.")]
    preview: Annotated[
        bool, Field(description="Whether notifications show the beginning of the message.")
    ]
    email_digest: Annotated[
        bool, Field(description="Whether missed mentions and direct messages come by e-mail.")
    ]
    dnd_hours: QuietHours | None


class ReportedMessage(TypedDict):
    message_id: int
    author: Person
    content: str
    date: str


class Report(TypedDict):
    id: int
    message_id: int
    conversation_id: int
    conversation_kind: Kind
    conversation_name: str | None
    author: Person
    reporter: Annotated[
        Person | None, Field(description="Null for an administrator whose message it is.")
    ]
    reason: str
    excerpt: Annotated[
        list[ReportedMessage],
        Field(description="The message between its neighbours, as they were; empty when closed."),
    ]
    deleted: Annotated[bool, Field(description="Whether the message has been deleted since.")]
    created_at: str
    closed_at: str | None
    closed_by: int | None


class ReportCount(TypedDict):
    open: int


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


class PushKey(TypedDict):
    key: Annotated[str, Field(description="The public VAPID key, for `PushManager.subscribe`.")]


class PushSubscription(TypedDict):
    """A browser or installed app that gets Web Push; its endpoint and keys stay here."""

    id: int
    device: str
    created_at: str


class Notification(TypedDict):
    """A message that notifies a person: the data of the notice `notification`.

    One with the same `tag` replaces it. The notices `read` and `thread` withdraw it.
    """

    tag: str
    conversation_id: int
    message_id: int
    seq: int
    thread_id: int | None
    reason: Reason
    title: str
    body: Annotated[str, Field(description="Empty for people who want no text.")]
    icon: Annotated[str | None, Field(description="The author's picture.")]
    url: str
    sound: bool


NoticeData = (
    AddedConversation
    | RemovedConversation
    | MyVote
    | ReadState
    | SavedState
    | WrittenDraft
    | ScheduledChange
    | BlockData
    | Membership
    | ThreadState
    | Notification
    | NotificationSettings
)


Stopped = Literal["disabled", "archived", "owner-deactivated", "owner-left"]
DeliveryState = Literal["waiting", "delivered", "failed"]
ResponseType = Literal["ephemeral", "in_channel"]


class Webhook(TypedDict):
    id: int
    conversation_id: int
    conversation_name: str | None
    name: str
    emoji: str | None
    enabled: bool
    stopped: Annotated[Stopped | None, Field(description="Why it does not work now.")]
    owner_id: Annotated[
        int, Field(description="Who answers for it: it stops when they leave the conversation.")
    ]
    created_by: int
    created_at: str


class IncomingWebhook(Webhook):
    last_used_at: str | None


class CreatedIncomingWebhook(IncomingWebhook):
    token: Annotated[str, Field(description="Shown this once.")]
    url: Annotated[str, Field(description="Where programs post messages. Shown this once.")]


class OutgoingWebhook(Webhook):
    url: str
    trigger_words: Annotated[
        list[str], Field(description="Messages that begin with one; empty: all messages.")
    ]


class CreatedOutgoingWebhook(OutgoingWebhook):
    secret: Annotated[str, Field(description="Signs each delivery. Shown this once.")]


class Delivery(TypedDict):
    """A message for an outgoing webhook; `status`, `answer` and `error` are of the last attempt."""

    id: int
    webhook_id: int
    message_id: int
    trigger_word: str | None
    state: DeliveryState
    attempts: int
    created_at: str
    attempted_at: str | None
    next_attempt_at: str | None
    status: int | None
    answer: Annotated[str | None, Field(description="Its beginning.")]
    error: str | None
    milliseconds: int | None


class Command(TypedDict):
    id: int
    name: Annotated[str, Field(description="Without the slash.")]
    description: str
    usage: Annotated[str, Field(description="What may follow the name, in words.")]
    emoji: str | None
    created_at: str
    url: NotRequired[Annotated[str, Field(description="For administrators.")]]


class CreatedCommand(Command):
    secret: Annotated[str, Field(description="Signs each request. Shown this once.")]


class CommandAnswer(TypedDict):
    """What a command answered: to the person alone, or as a message to the conversation."""

    response_type: ResponseType
    text: str
    html: str
    message: Message | None

"""The JSON that the gateway reads from the other services: the fields that it uses, no others.

The services' answers are trusted to have these shapes; more fields reach the templates.
"""

from typing import Any, NotRequired, TypedDict


class Person(TypedDict):
    """The fields of a person that both data services have."""

    id: int
    name: str
    nickname: str
    avatar_url: str | None


class Author(Person):
    """A person as messages_service describes them."""

    bot: NotRequired[bool]
    status_emoji: NotRequired[str]


class BlockedPerson(Author):
    blocked_at: str


class Status(TypedDict):
    emoji: str | None
    text: str
    until: str | None


class User(Person):
    """A person as users_service describes them.

    `theme` and `language` are the caller's own; administrators see the two fields after these.
    """

    role: str
    active: bool
    title: str | None
    time_zone: str | None
    status: Status | None
    dnd_until: str | None
    email: NotRequired[str]
    theme: NotRequired[str]
    language: NotRequired[str | None]
    two_step: NotRequired[bool]
    passkeys: NotRequired[int]


class Reader(Person):
    """The person for whom a page is drawn."""

    blocked_ids: NotRequired[list[int]]


class RefreshedSession(TypedDict):
    """A new access token for a session."""

    access_token: str
    expires_in: int
    user: User


class CreatedSession(RefreshedSession):
    session_token: str


class Ticket(TypedDict):
    token: str
    expires_in: int


class Session(TypedDict):
    id: int
    current: bool
    user_agent: str
    address: str
    created_at: str
    last_used_at: str


class Token(TypedDict):
    id: int
    name: str
    scopes: list[str]
    created_at: str
    last_used_at: str | None
    expires_at: str | None


class CreatedToken(Token):
    token: str


class Invite(TypedDict):
    id: int
    role: str
    uses: int
    used: int
    user_ids: list[int]
    open: bool
    created_by: int
    created_at: str
    expires_at: str


class CreatedInvite(Invite):
    url: str


class PasswordReset(TypedDict):
    name: str
    nickname: str
    expires_at: str


class CreatedPasswordReset(PasswordReset):
    url: str


class TwoStep(TypedDict):
    since: str
    recovery_codes_left: int


class Identity(TypedDict):
    """A login of the OpenID Connect provider."""

    id: int
    email: str | None
    created_at: str


class OpenIdStart(TypedDict):
    challenge: str
    url: str


class OpenIdEnd(TypedDict):
    url: str | None


class SignIn(TypedDict):
    """How a person logs in."""

    has_password: bool
    confirmed_until: str | None
    two_step: TwoStep | None
    passkey_origin: str | None
    provider: str | None
    identities: list[Identity]


class Passkey(TypedDict):
    id: int
    name: str
    created_at: str
    last_used_at: str | None


class PasskeyChallenge(TypedDict):
    """`options` are for the browser; `challenge` goes with its answer."""

    challenge: str
    options: dict[str, Any]


class NewAuthenticatorApp(TypedDict):
    secret: str
    uri: str
    qr_svg: str


class RecoveryCodes(TypedDict):
    recovery_codes: list[str]


class RequestedPasswordReset(TypedDict):
    by_email: bool
    detail: str


class Registration(TypedDict):
    """The rule for sign-up, and whether the first account is missing."""

    registration: str
    is_first: bool
    resets_by_email: bool
    passkey_origin: str | None
    provider: str | None


class Place(TypedDict):
    place_name: str
    registration: str
    icon_url: str | None
    next_steps_dismissed: bool


class AuditEntry(TypedDict):
    id: int
    date: str
    action: str
    actor_id: int | None
    user_id: int | None
    address: str
    detail: dict[str, str | int | None]


class InviteCheck(TypedDict):
    open: bool


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


class Member(Author):
    role: str


class ConversationCore(TypedDict):
    """The part of a conversation that events have, too."""

    id: int
    kind: str
    name: str | None
    topic: str
    visibility: str
    archived: bool


class Conversation(ConversationCore):
    member_count: int
    pin_count: int
    active_at: str
    joined: bool
    role: str | None
    members: list[Member]
    last_seq: int
    read_seq: int
    unread: int
    notify: str
    starred: bool
    muted_until: str | None
    unread_from: int | None
    unread_mentions: int
    has_draft: bool
    scheduled_count: int
    unread_threads: list[int]
    last_message: Message | None


class Draft(TypedDict):
    id: int
    conversation_id: int
    reply_to: int | None
    content: str
    updated_at: str


class ScheduledMessage(TypedDict):
    id: int
    conversation_id: int | None
    recipient_id: int | None
    content: str
    send_at: str
    refused_at: str | None
    refusal: str | None


class ThreadState(TypedDict):
    """The caller's own fields of a thread."""

    message_id: int
    conversation_id: int
    following: bool
    read_seq: int
    last_reply_seq: int
    unread: int


class FollowedThread(ThreadState):
    id: int
    message: Message
    last_reply: Message | None


class EventData(TypedDict, total=False):
    """The data of `member.joined`, `member.left`, `conversation.updated` and of a message."""

    id: int
    thread_id: int | None
    also_in_conversation: bool
    by_id: int | None
    user_id: int
    user: Person
    conversation: ConversationCore


class Event(TypedDict):
    """An entry of the log; `data` is described for the types that become notes."""

    seq: int
    type: str
    date: str
    data: EventData


class OpenedConversation(TypedDict):
    epoch: str
    blocked_ids: list[int]
    conversations: list[Conversation]
    conversation: Conversation
    messages: list[Message]
    more: bool
    draft: Draft | None


class EventPage(TypedDict):
    events: list[Event]


class QuietHours(TypedDict):
    start: str
    end: str
    time_zone: str


class NotificationSettings(TypedDict):
    sound: bool
    push: bool
    preview: bool
    email_digest: bool
    dnd_hours: QuietHours | None


class ImportCounts(TypedDict):
    people: int
    conversations: int
    messages: int
    files: int
    already: int


class Import(TypedDict):
    id: int
    format: str
    state: str
    step: str
    done: int
    total: int
    started_at: str
    counts: ImportCounts | None
    problem: str | None


class ConversationRetention(TypedDict):
    conversation_id: int
    kind: str
    name: str | None
    days: int | None


class Retention(TypedDict):
    days: int | None
    conversations: list[ConversationRetention]


class ReportedPerson(TypedDict):
    id: int
    name: str
    nickname: str


class ReportedMessage(TypedDict):
    message_id: int
    author: ReportedPerson
    content: str
    date: str


class Report(TypedDict):
    id: int
    message_id: int
    conversation_name: str | None
    author: ReportedPerson
    reporter: ReportedPerson | None
    reason: str
    excerpt: list[ReportedMessage]
    deleted: bool
    created_at: str


class ReportCount(TypedDict):
    open: int


class AdministeredRoom(TypedDict):
    id: int
    name: str
    topic: str
    visibility: str
    archived: bool
    member_count: int
    message_count: int
    active_at: str
    owners: list[ReportedPerson]


class UsageDay(TypedDict):
    day: str
    messages: int
    people: int


class Usage(TypedDict):
    people: int
    messages: int
    file_bytes: int
    days: list[UsageDay]


class CreatedBot(User):
    token: str


class Webhook(TypedDict):
    """`url` and `trigger_words` are those of an outgoing one, `last_used_at` of an incoming one."""

    id: int
    conversation_id: int
    conversation_name: str | None
    name: str
    emoji: str | None
    enabled: bool
    stopped: str | None
    url: NotRequired[str]
    trigger_words: NotRequired[list[str]]
    last_used_at: NotRequired[str | None]


class CreatedWebhook(Webhook):
    """The secret of an outgoing one; the address of an incoming one is its `url`."""

    secret: NotRequired[str]


class Delivery(TypedDict):
    id: int
    message_id: int
    state: str
    attempts: int
    created_at: str
    next_attempt_at: str | None
    status: int | None
    answer: str | None
    error: str | None
    milliseconds: int | None


class Command(TypedDict):
    id: int
    name: str
    description: str
    usage: str
    emoji: str | None
    url: NotRequired[str]


class CreatedCommand(Command):
    secret: str


class RanCommand(TypedDict):
    response_type: str
    text: str
    html: str

"""Records, which every format is read into before it is stored; ids are those of the other place.

In texts a person may stand as `person_mark(id)`: their nickname here is known later.
"""

import re
import unicodedata
from datetime import UTC, datetime
from typing import Annotated, Any, Final, Literal

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
)

from messages_service.attachments.models import MAX_ALT, MAX_ATTACHMENTS
from messages_service.models import MAX_NAME, MAX_TOPIC
from messages_service.polls.models import MAX_CHOICES, MIN_CHOICES
from messages_service.shapes.messages import Mentions
from messages_service.shapes.values import Kind, Role, Visibility
from servicekit.emoji import clean_emoji
from servicekit.web.schemas import is_control

MAX_TEXT: Final = 50_000
"""Characters; longer than what people send here, as other places allow more."""
MARK: Final = re.compile("\ue000([^\ue000\ue001]{1,200})\ue001")


def person_mark(person_id: str) -> str:
    return f"\ue000{person_id}\ue001"


def _as_text(value: Any) -> Any:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _readable(text: str) -> str:
    """Without control characters, which nothing here may contain."""
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    if text.isprintable():
        return text
    return "".join(char for char in text if not is_control(char)).encode(errors="ignore").decode()


def _line(text: str) -> str:
    return " ".join(_readable(text).split())


ExternalId = Annotated[
    str, BeforeValidator(_as_text), StringConstraints(min_length=1, max_length=200)
]
LongText = Annotated[str, Field(max_length=MAX_TEXT), AfterValidator(_readable)]
OneLine = Annotated[str, Field(max_length=2000), AfterValidator(_line)]


class Record(BaseModel):
    """Unknown fields are ignored: later versions may add some."""

    model_config = ConfigDict(extra="ignore")


class PersonRecord(Record):
    id: ExternalId
    nickname: Annotated[OneLine, StringConstraints(min_length=1, max_length=200)]
    name: OneLine
    email: str | None = None
    role: str = "member"


class MemberRecord(Record):
    user_id: ExternalId
    role: Role = "member"
    joined_at: AwareDatetime


class ConversationRecord(Record):
    id: ExternalId
    kind: Kind
    visibility: Visibility
    name: Annotated[str, Field(max_length=MAX_NAME), AfterValidator(_line)] | None = None
    topic: Annotated[str, Field(max_length=MAX_TOPIC), AfterValidator(_line)] = ""
    created_by: ExternalId | None = None
    created_at: AwareDatetime
    archived_at: AwareDatetime | None = None
    members: list[MemberRecord]


class GivenRecord(Record):
    """Something that a person did at a time."""

    user_id: ExternalId
    date: AwareDatetime


class ReactionRecord(GivenRecord):
    emoji: Annotated[str, AfterValidator(clean_emoji)]


class FileRecord(Record):
    """`file` is an entry of the archive."""

    file: str
    name: OneLine
    alt: Annotated[str, Field(max_length=MAX_ALT), AfterValidator(_line)] | None = None


class ChoiceRecord(Record):
    choice: OneLine
    count: Annotated[int, Field(ge=0, le=1_000_000)] = 0
    votes: list[GivenRecord] = []


class PollRecord(Record):
    question: OneLine
    multiple: bool = False
    anonymous: bool = False
    closes_at: AwareDatetime | None = None
    closed_at: AwareDatetime | None = None
    voter_count: Annotated[int, Field(ge=0, le=1_000_000)] = 0
    choices: Annotated[list[ChoiceRecord], Field(min_length=MIN_CHOICES, max_length=MAX_CHOICES)]


class ForwardRecord(Record):
    message_id: ExternalId
    kind: Kind
    name: str | None = None
    author_id: ExternalId
    content: LongText
    date: AwareDatetime


class VersionRecord(Record):
    content: LongText
    date: AwareDatetime


class MessageRecord(Record):
    """`thread_id` is the first message of a reply's thread."""

    id: ExternalId
    date: AwareDatetime
    author_id: ExternalId
    content: LongText
    edited_at: AwareDatetime | None = None
    deleted_at: AwareDatetime | None = None
    reply_to: ExternalId | None = None
    thread_id: ExternalId | None = None
    also_in_conversation: bool = False
    mentions: Mentions | None = None
    reactions: list[ReactionRecord] = []
    files: Annotated[list[FileRecord], Field(max_length=MAX_ATTACHMENTS)] = []
    poll: PollRecord | None = None
    forwarded_from: ForwardRecord | None = None
    pinned: GivenRecord | None = None
    versions: list[VersionRecord] = []

    def person_ids(self) -> set[str]:
        """The ids of all people in the record."""
        given = [*self.reactions, *([self.pinned] if self.pinned else [])]
        if self.poll:
            given += [vote for choice in self.poll.choices for vote in choice.votes]
        found = {self.author_id, *(each.user_id for each in given)}
        if self.forwarded_from:
            found.add(self.forwarded_from.author_id)
        if self.mentions:
            found.update(str(user_id) for user_id in self.mentions["user_ids"])
        return found | set(MARK.findall(self.content))


Format = Literal["parley", "slack", "mattermost"]


def at(seconds: float) -> datetime:
    """A moment by Unix time; raises ValueError for an invalid number."""
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, OSError) as error:
        raise ValueError("must be a time") from error

"""A message before it is stored, and its outcome."""

from collections.abc import Sequence
from dataclasses import dataclass

from messages_service.forwards.models import OutgoingForward
from messages_service.markdown import Rendered
from messages_service.models import direct_key
from messages_service.people.profiles import Profile
from messages_service.polls.models import OutgoingPoll
from messages_service.shapes.messages import PostedAs
from servicekit.web.errors import Problem

Address = int | str
"""The id of a conversation, or the `direct_key` of a direct conversation."""
RepeatKey = tuple[int, str | None]
"""Author and `client_id`: those of a message and its repeats. Nothing repeats one without."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message to send, addressed by either `recipient_id` or `conversation_id`."""

    author_id: int
    content: str
    recipient_id: int | None = None
    conversation_id: int | None = None
    client_id: str | None = None
    reply_to: int | None = None
    also_in_conversation: bool = False
    attachments: Sequence[int] = ()
    poll: OutgoingPoll | None = None
    deletes_draft: bool = False
    """Whether the author's draft in this place has become this message."""
    forward: OutgoingForward | None = None
    posted_as: PostedAs | None = None
    """Of a webhook or command, which needs no membership and starts no webhook."""


@dataclass(frozen=True, slots=True, eq=False)
class Pending:
    """An outgoing whose author and recipient exist, and whose text is rendered."""

    outgoing: Outgoing
    author: Profile
    recipient: Profile | None
    rendered: Rendered

    @property
    def address(self) -> Address:
        if self.recipient is not None:
            return direct_key(self.author.id, self.recipient.id)
        assert self.outgoing.conversation_id is not None
        return self.outgoing.conversation_id

    @property
    def repeat_key(self) -> RepeatKey:
        return self.author.id, self.outgoing.client_id


@dataclass(frozen=True, slots=True)
class Sent:
    """A stored message as JSON; `is_new` is False for the repeat of an earlier one."""

    id: int
    data: bytes
    is_new: bool


Outcome = Sent | Problem

"""Request and response bodies of messages."""

from typing import Annotated

from pydantic import (
    AfterValidator,
    Field,
    RootModel,
    ValidationInfo,
    field_validator,
    model_validator,
)

from messages_service.attachments.models import MAX_ATTACHMENTS
from messages_service.messages.shapes import PinnedMessage, SavedMessage, Version
from messages_service.models import MAX_CONTENT
from messages_service.schemas import ClientId
from messages_service.shapes.messages import Message
from servicekit.emoji import clean_emoji
from servicekit.language import _
from servicekit.web.schemas import Body, Id, Line, Path, Text


def _is_content(text: str) -> str:
    if not text.strip():
        raise ValueError(_("must not be empty"))
    return _is_short_content(text)


def _is_short_content(text: str) -> str:
    if len(text) > MAX_CONTENT:
        raise ValueError(_("must have at most %(limit)s characters", limit=MAX_CONTENT))
    return text


def _are_distinct(ids: list[int]) -> list[int]:
    if len(set(ids)) < len(ids):
        raise ValueError(_("must name each file once"))
    return ids


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
AttachmentIds = Annotated[
    list[Id],
    Field(max_length=MAX_ATTACHMENTS, description="Files of mine that were not sent yet."),
    AfterValidator(_are_distinct),
]


class NewMessage(Body):
    """To a person (`recipient_id`) or into a conversation (`conversation_id`)."""

    # Before the content, which may be empty beside them.
    attachments: AttachmentIds | None = None
    forwarded_from: Id | None = Field(
        None, description="A message to forward, with its files; `content` may comment on it."
    )
    content: ContentOrNone = Field("", validate_default=True)
    recipient_id: Id | None = None
    conversation_id: Id | None = None
    author_id: Id | None = Field(None, description="The caller; anybody in tutorial mode.")
    client_id: ClientId | None = Field(
        None, description="A UUID by the sender; makes sending again harmless."
    )
    keep_draft: bool = Field(
        False, description="Leave my draft there; otherwise it has become this message."
    )
    reply_to: Id | None = Field(None, description="Makes it a reply in the thread of that message.")
    also_in_conversation: bool = Field(False, description="Shows a reply in the conversation, too.")

    @field_validator("content")
    @classmethod
    def _says_something(cls, content: str, info: ValidationInfo) -> str:
        has_more = info.data.get("attachments") or info.data.get("forwarded_from")
        return content if has_more else _is_content(content)

    @model_validator(mode="after")
    def _has_one_place(self) -> "NewMessage":
        if (self.recipient_id is None) == (self.conversation_id is None):
            raise ValueError(_("give either recipient_id or conversation_id"))
        if self.attachments and self.forwarded_from:
            raise ValueError(_("give either attachments or forwarded_from"))
        return self


class MessageChanges(Body):
    content: Content


class MessagePath(Path):
    message_id: int


class PreviewPath(Path):
    preview_id: int


class MessagePreviewPath(MessagePath):
    preview_id: int


class ReactionPath(Path):
    message_id: int
    emoji: Annotated[Line, AfterValidator(clean_emoji)]


class MessageList(RootModel[list[Message]]):
    """Oldest first."""


class PinsPath(Path):
    conversation_id: int


class PinnedMessageList(RootModel[list[PinnedMessage]]):
    """Newest pin first."""


class SavedMessageList(RootModel[list[SavedMessage]]):
    """Last saved first."""


class VersionList(RootModel[list[Version]]):
    """Earlier versions of a message, oldest first; of many the last hundred."""

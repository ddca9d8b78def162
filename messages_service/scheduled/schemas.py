"""Request and response bodies of scheduled messages."""

from pydantic import Field, RootModel, model_validator

from messages_service.messages.schemas import Content
from messages_service.schemas import ClientId
from messages_service.shapes.notices import ScheduledMessage
from servicekit.language import _
from servicekit.web.paging import PageQuery
from servicekit.web.schemas import Body, Id, Path, WithinAYear


class NewScheduledMessage(Body):
    """To a person (`recipient_id`) or into a conversation (`conversation_id`)."""

    content: Content
    send_at: WithinAYear
    recipient_id: Id | None = None
    conversation_id: Id | None = None
    client_id: ClientId | None = Field(
        None, description="A UUID by the author; makes scheduling again harmless."
    )

    @model_validator(mode="after")
    def _has_one_place(self) -> "NewScheduledMessage":
        if (self.recipient_id is None) == (self.conversation_id is None):
            raise ValueError(_("give either recipient_id or conversation_id"))
        return self


class ScheduledMessageChanges(Body):
    """A new time makes a refused message wait again."""

    content: Content | None = None
    send_at: WithinAYear | None = None


class ScheduledMessagePath(Path):
    scheduled_id: int


class ScheduledMessageListQuery(PageQuery):
    conversation_id: Id | None = Field(None, description="Only those for this conversation.")


class ScheduledMessageList(RootModel[list[ScheduledMessage]]):
    """Newest first."""

"""Messages as some answers extend them."""

from typing_extensions import TypedDict

from messages_service.shapes.messages import Message
from messages_service.shapes.people import Person


class PinnedMessage(Message):
    pinned_by: Person
    pinned_at: str


class SavedMessage(Message):
    saved_at: str


class ReactedMessage(Message):
    message_id: int


class Version(TypedDict):
    content: str
    html: str
    date: str

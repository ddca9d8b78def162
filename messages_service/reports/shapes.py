"""Reported messages."""

from typing import Annotated

from pydantic import Field
from typing_extensions import TypedDict

from messages_service.shapes.people import Person
from messages_service.shapes.values import Kind


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

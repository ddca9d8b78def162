"""Request and response bodies of drafts."""

from typing import Annotated

from pydantic import Field, RootModel

from messages_service.drafts.shapes import Draft
from messages_service.models import MAX_CONTENT
from servicekit.web.paging import PageQuery
from servicekit.web.schemas import Body, Id, Path, Query, Text


class NewDraft(Body):
    content: Annotated[
        Text, Field(max_length=MAX_CONTENT, description="Markdown; no text deletes the draft.")
    ]
    reply_to: Id | None = Field(None, description="A message of the thread it is written in.")


class DraftQuery(Query):
    reply_to: Id | None = Field(None, description="A message of the thread it is written in.")


class DraftListQuery(PageQuery):
    conversation_id: Id | None = Field(None, description="Only drafts of this conversation.")


class DraftPath(Path):
    conversation_id: int


class DraftList(RootModel[list[Draft]]):
    """Newest first."""

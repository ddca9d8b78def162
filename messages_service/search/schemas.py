"""Request and response bodies of search."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, RootModel

from messages_service.search.parsing import MAX_QUERY
from messages_service.search.shapes import FoundMessage
from servicekit.language import _
from servicekit.web.schemas import MAX_ID, Id, Line, Query, TimeZone


def _is_short_query(text: str) -> str:
    if len(text) > MAX_QUERY:
        raise ValueError(_("use at most %(max_length)s characters", max_length=MAX_QUERY))
    return text


class SearchQuery(Query):
    q: Annotated[
        Line,
        AfterValidator(_is_short_query),
        Field(
            description='Words, parts of words and "quoted phrases", which must all be there, and'
            " filters: from:alice in:general before:2026-01-31 after:2026-01-01"
            " has:file|link|poll|reaction is:pinned|saved|thread.",
            json_schema_extra={"maxLength": MAX_QUERY},
        ),
    ]
    conversation_id: Id | None = Field(None, description="Only this conversation.")
    order: Literal["new", "best"] = Field(
        "new", description="Newest first, or the best of the newest 300 that match."
    )
    limit: int = Field(20, ge=1, le=100, description="Messages at most.")
    before: int | None = Field(
        None, ge=0, le=MAX_ID, description="The id of the last message of the page before."
    )
    time_zone: TimeZone = Field(
        "UTC", max_length=64, description="In which the days of before: and after: begin."
    )


class FoundMessageList(RootModel[list[FoundMessage]]):
    """Newest or best first."""

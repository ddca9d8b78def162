"""Request bodies of a person's marks."""

from typing import Annotated

from pydantic import Field, Strict

from messages_service.schemas import Seq
from messages_service.shapes.values import Notify
from servicekit.web.schemas import Body, WithinTenYears


class MarkChanges(Body):
    """Fields that are left out stay as they are."""

    notify: Notify = Field("all", description="Which messages notify me.")
    starred: Annotated[bool, Strict()] = False
    muted_until: WithinTenYears | None = Field(
        None, description="Until then it has no badge and notifies of nothing; null ends this."
    )
    unread_from: Annotated[int, Strict(), Field(ge=1, le=2**53)] | None = Field(
        None,
        description="Mark the messages from this seq on as unread, and those before it as read;"
        " null takes this back.",
    )


class ReadMarker(Body):
    seq: Seq

"""Changes of retention."""

from typing import Annotated, Literal

from pydantic import Field

from messages_service.retention.models import MAX_DAYS
from servicekit.web.schemas import Body, Id

Days = Annotated[int, Field(ge=1, le=MAX_DAYS)]


class RetentionChanges(Body):
    days: Days | None = Field(None, description="Everywhere; null keeps messages for ever.")
    conversations: dict[Id, Days | Literal["place"] | None] = Field(
        {},
        max_length=1000,
        description="By id: days, null for ever, or `place` to follow the place's rule again.",
    )

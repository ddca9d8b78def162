"""Requests for the place's settings and its audit log."""

from typing import Annotated

from pydantic import AwareDatetime, Field, RootModel

from servicekit.web.schemas import Body, Line
from users_service.schemas.fields import MAX_INT, ListQuery
from users_service.shapes.place import AuditEntry
from users_service.shapes.values import Registration

MAX_PLACE_NAME = 80


class LimitChanges(Body):
    """Within the bounds of GET; null brings back the greatest value."""

    content: int | None = None
    upload_bytes: int | None = None
    stored_bytes: int | None = None
    messages: int | None = None
    new_conversations: int | None = None
    new_members: int | None = None


class SettingsChanges(Body):
    """Absent fields stay unchanged; null brings back the value of the environment."""

    place_name: Annotated[Line, Field(min_length=1, max_length=MAX_PLACE_NAME)] | None = None
    registration: Registration | None = None
    limits: LimitChanges | None = None
    next_steps_dismissed: bool | None = None


class AuditListQuery(ListQuery):
    actor_id: int | None = Field(None, ge=1, le=MAX_INT, description="Only acts of this person.")
    person_id: int | None = Field(
        None, ge=1, le=MAX_INT, description="Only acts of this person, or that concern them."
    )
    action: str | None = Field(None, max_length=40, description="Such as `role.changed`.")
    since: AwareDatetime | None = Field(None, description="Only acts at this time or later.")
    until: AwareDatetime | None = Field(None, description="Only acts before this time.")


class AuditList(RootModel[list[AuditEntry]]):
    """Latest first."""

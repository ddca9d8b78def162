"""Requests about attachments."""

from pydantic import Field

from messages_service.attachments.models import MAX_ALT
from servicekit.web.schemas import Body, Path


class AttachmentPath(Path):
    attachment_id: int


class AttachmentChanges(Body):
    alt: str | None = Field(max_length=MAX_ALT, description="What the picture shows, in words.")

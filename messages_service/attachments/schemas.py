"""Request and response bodies of attachments."""

from pydantic import BaseModel, Field

from messages_service.attachments.models import MAX_ALT
from servicekit.web.schemas import Body, Path


class AttachmentPath(Path):
    attachment_id: int


class ChangedAttachment(Body):
    alt: str | None = Field(max_length=MAX_ALT, description="What the picture shows, in words.")


class Attachment(BaseModel):
    """`width`, `height` and `thumbnail_url` are only for pictures."""

    id: int
    name: str
    content_type: str
    size: int
    url: str
    alt: str | None
    width: int | None = None
    height: int | None = None
    thumbnail_url: str | None = None

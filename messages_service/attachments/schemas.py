"""What comes in and goes out about files."""

from pydantic import BaseModel, Field

from messages_service.attachments.models import MAX_ALT
from servicekit.web.schemas import Body, Path


class AttachmentPath(Path):
    attachment_id: int


class ChangedAttachment(Body):
    alt: str | None = Field(max_length=MAX_ALT, description="What the picture shows, in words.")


class Attachment(BaseModel):
    """`width`, `height` and `thumbnail_url` are given for pictures alone."""

    id: int
    name: str
    content_type: str
    size: int
    url: str
    alt: str | None
    width: int | None = None
    height: int | None = None
    thumbnail_url: str | None = None

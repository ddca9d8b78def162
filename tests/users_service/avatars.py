"""Pictures of people, and how they upload them."""

import io
from typing import Any

from PIL import Image

from tests.support.in_process import Answer
from tests.users_service.conftest import Person


def picture(kind: str = "PNG", size: tuple[int, int] = (400, 200), **options: Any) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", size, "teal").save(buffer, kind, **options)
    return buffer.getvalue()


def put_avatar(
    person: Person, content: bytes, content_type: str = "image/png", of: int = 0
) -> Answer:
    path = f"/api/users/{of or person.id}/avatar"
    return person.put(path, data=content, content_type=content_type)

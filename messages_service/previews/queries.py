"""Previews as clients see them, and their pictures."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, bindparam, select

from messages_service.previews.models import preview_pictures, previews
from messages_service.shapes.messages import Preview

_previews = (
    select(previews)
    .where(
        previews.c.message_id.in_(bindparam("message_ids", expanding=True)),
        ~previews.c.is_removed,
    )
    .order_by(previews.c.message_id, previews.c.position)
)


def previews_of(connection: Connection, message_ids: Sequence[int]) -> dict[int, list[Preview]]:
    """The previews of these messages, in the order of their links."""
    found: dict[int, list[Preview]] = {}
    for row in connection.execute(_previews, {"message_ids": message_ids}):
        found.setdefault(row.message_id, []).append(_describe(row))
    return found


def preview_row(connection: Connection, preview_id: int) -> Row[Any] | None:
    """Also a removed one."""
    return connection.execute(select(previews).where(previews.c.id == preview_id)).one_or_none()


def picture_of(connection: Connection, preview_id: int) -> Row[Any] | None:
    """`content_type` and `data`."""
    query = select(preview_pictures).where(preview_pictures.c.preview_id == preview_id)
    return connection.execute(query).one_or_none()


def _describe(row: Row[Any]) -> Preview:
    described: Preview = {
        "id": row.id,
        "url": row.url,
        "site_name": row.site_name,
        "title": row.title,
        "description": row.description,
    }
    if row.picture_width is not None:
        described["picture_url"] = f"/api/previews/{row.id}/picture"
        described["picture_width"] = row.picture_width
        described["picture_height"] = row.picture_height
    return described

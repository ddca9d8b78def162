"""Ask for previews, store and remove them, inside of a change of their conversation."""

from collections.abc import Sequence
from datetime import datetime
from types import SimpleNamespace
from typing import Any

import orjson
from sqlalchemy import Connection, Row, delete, insert, select, update

from messages_service.previews.fetching import FetchedPreview
from messages_service.previews.models import preview_jobs, preview_pictures, previews


def ask_for_previews(
    connection: Connection,
    message: Row[Any] | SimpleNamespace,
    links: Sequence[str],
    date: datetime,
) -> None:
    """Have the links of a message fetched after the commit; replaces what was asked for before."""
    job = {
        "message_id": message.id,
        "conversation_id": message.conversation_id,
        "author_id": message.author_id,
        "links": orjson.dumps(links).decode(),
        "due_at": date,
        "created_at": date,
    }
    connection.execute(insert(preview_jobs), job)


def renew_previews(
    connection: Connection, message: Row[Any], links: Sequence[str], date: datetime
) -> None:
    """After an edit: previews of links that are gone go, new links get theirs."""
    forget_job(connection, message.id)
    known = links_of(connection, message.id)
    _delete(connection, message.id, [url for url in known if url not in links])
    for position, url in enumerate(links):
        of_link = (previews.c.message_id == message.id) & (previews.c.url == url)
        if url in known:
            connection.execute(update(previews).where(of_link).values(position=position))
    if any(url not in known for url in links):
        ask_for_previews(connection, message, links, date)


def store_previews(
    connection: Connection,
    message_id: int,
    links: Sequence[str],
    found: dict[str, FetchedPreview],
) -> None:
    """Store those that were found, in the order of the message's links."""
    for position, url in enumerate(links):
        if url in found:
            _store(connection, message_id, position, found[url])


def links_of(connection: Connection, message_id: int) -> set[str]:
    """The links that have a preview, or had one that was removed."""
    query = select(previews.c.url).where(previews.c.message_id == message_id)
    return set(connection.execute(query).scalars())


def hide_preview(connection: Connection, preview_id: int) -> None:
    """Hide a preview for good."""
    _delete_pictures(connection, [preview_id])
    emptied = {"title": "", "description": "", "picture_width": None, "picture_height": None}
    of_preview = previews.c.id == preview_id
    connection.execute(update(previews).where(of_preview).values(is_removed=True, **emptied))


def remove_previews(connection: Connection, message_id: int) -> None:
    """Remove all of a deleted message."""
    forget_job(connection, message_id)
    _delete(connection, message_id, list(links_of(connection, message_id)))


def forget_job(connection: Connection, message_id: int) -> None:
    connection.execute(delete(preview_jobs).where(preview_jobs.c.message_id == message_id))


def _store(connection: Connection, message_id: int, position: int, preview: FetchedPreview) -> None:
    picture = preview.picture
    row = {
        "message_id": message_id,
        "position": position,
        "url": preview.url,
        "site_name": preview.site_name,
        "title": preview.title,
        "description": preview.description,
        "picture_width": picture and picture.width,
        "picture_height": picture and picture.height,
    }
    stored = connection.execute(insert(previews).returning(previews.c.id), row)
    preview_id = stored.scalar_one()
    if picture:
        shown = {"content_type": picture.content_type, "data": picture.data}
        connection.execute(insert(preview_pictures), {"preview_id": preview_id, **shown})


def _delete(connection: Connection, message_id: int, urls: Sequence[str]) -> None:
    if not urls:
        return
    gone = (previews.c.message_id == message_id) & previews.c.url.in_(urls)
    ids = list(connection.execute(select(previews.c.id).where(gone)).scalars())
    _delete_pictures(connection, ids)
    connection.execute(delete(previews).where(gone))


def _delete_pictures(connection: Connection, ids: Sequence[int]) -> None:
    of_previews = preview_pictures.c.preview_id.in_(ids)
    connection.execute(delete(preview_pictures).where(of_previews))

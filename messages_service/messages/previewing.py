"""Fetch previews beside the requests, and show them as a change of their message."""

import logging
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any, Final

import orjson
from sqlalchemy import Connection, Row, delete, func, select

from messages_service import errors
from messages_service.caller import Caller
from messages_service.context import Context
from messages_service.log import MESSAGE_PREVIEWED, changing
from messages_service.membership.access import readable_message
from messages_service.membership.roles import is_author, moderates
from messages_service.messages.queries import describe_one
from messages_service.models import messages
from messages_service.previews.actions import hide_preview, links_of, store_previews
from messages_service.previews.fetching import FetchedPreview, Fetcher
from messages_service.previews.models import preview_jobs
from messages_service.previews.queries import picture_of, preview_row
from servicekit.data.db import core_transaction, problem_of
from servicekit.data.leases import claim_row, is_held
from servicekit.times import utcnow

AT_ONCE: Final = 4
"""Messages whose links a process fetches at the same time."""
LEASE: Final = timedelta(minutes=1)
"""After this time without a result, the process that fetched counts as ended."""
MAX_ATTEMPTS: Final = 3
MAX_AGE: Final = timedelta(minutes=10)
"""Older messages have been read without previews; their links are not fetched any more."""
log = logging.getLogger(__name__)


def fetch_due(context: Context, fetcher: Fetcher) -> None:
    """Fetch the previews that are due; any number of processes may do this at once."""
    jobs = _claim_jobs(context)
    if not jobs:
        return
    with ThreadPoolExecutor(max_workers=AT_ONCE, thread_name_prefix="previews") as pool:
        known = [_known_links(context, job) for job in jobs]
        wanted = [
            [link for link in orjson.loads(job.links) if link not in links]
            for job, links in zip(jobs, known, strict=True)
        ]
        for job, found in zip(jobs, pool.map(fetcher.fetch_all, wanted), strict=True):
            try:
                _finish(context, job, found)
            except Exception as error:  # one that fails must not stop the others
                log.warning("previews of message %s: %s", job.message_id, problem_of(error).detail)


def remove_preview(context: Context, caller: Caller, message_id: int, preview_id: int) -> None:
    """Hide a preview for everybody, if it is there; the author may, and moderators."""
    message = _changeable(context, caller, message_id)
    with changing(context, message.conversation_id) as change:
        _changeable(context, caller, message_id)
        row = preview_row(change.connection, preview_id)
        if row is not None and row.message_id == message_id and not row.is_removed:
            hide_preview(change.connection, preview_id)
            shown = describe_one(context, message_id)
            change.record(MESSAGE_PREVIEWED, shown, message_id=message_id)


def preview_picture(context: Context, caller: Caller, preview_id: int) -> Row[Any]:
    """`content_type` and `data`, for those who may read the message."""
    connection = context.connection
    row = preview_row(connection, preview_id)
    if row is None:
        raise errors.no_such_preview()
    message = readable_message(context, caller, row.message_id)
    picture = picture_of(connection, preview_id)
    if picture is None or message.deleted_at is not None:
        raise errors.no_such_preview()
    return picture


def _claim_jobs(context: Context) -> list[Row[Any]]:
    """The oldest job of each of a few authors, so that one with many does not delay the others."""
    now = utcnow()
    is_due = preview_jobs.c.due_at <= now
    oldest = func.min(preview_jobs.c.message_id)
    chosen = select(oldest).where(is_due).group_by(preview_jobs.c.author_id)
    chosen = chosen.order_by(oldest).limit(AT_ONCE)
    with context.db.engine.connect() as connection:
        due = select(preview_jobs).where(preview_jobs.c.message_id.in_(chosen))
        seen = connection.execute(due).all()
    if not seen:
        return []
    with core_transaction(context.db.engine) as running:
        claimed = [_claim(running.connection, job, now) for job in seen]
    return [job for job in claimed if job is not None]


def _claim(connection: Connection, job: Row[Any], now: datetime) -> Row[Any] | None:
    """None as well for one that it is too late for, which is deleted."""
    if job.attempts >= MAX_ATTEMPTS or job.created_at < now - MAX_AGE:
        connection.execute(delete(preview_jobs).where(is_held(_lease, job)))
        return None
    return claim_row(connection, _lease, job, now + LEASE, attempts=job.attempts + 1)


def _known_links(context: Context, job: Row[Any]) -> set[str]:
    with context.db.engine.connect() as connection:
        return links_of(connection, job.message_id)


def _finish(context: Context, job: Row[Any], found: dict[str, FetchedPreview]) -> None:
    """Show what was found, unless the message was edited or deleted in between."""
    if found:
        with changing(context, job.conversation_id) as change:
            held = change.connection.execute(delete(preview_jobs).where(is_held(_lease, job)))
            of_message = select(messages.c.deleted_at).where(messages.c.id == job.message_id)
            is_deleted = change.connection.execute(of_message).scalar_one() is not None
            if held.rowcount == 1 and not (is_deleted or change.is_archived):
                links = orjson.loads(job.links)
                store_previews(change.connection, job.message_id, links, found)
                shown = describe_one(context, job.message_id)
                change.record(MESSAGE_PREVIEWED, shown, message_id=job.message_id)
    with core_transaction(context.db.engine) as running:
        running.connection.execute(delete(preview_jobs).where(is_held(_lease, job)))


def _changeable(context: Context, caller: Caller, message_id: int) -> Row[Any]:
    """Called before the conversation is locked and again afterwards, as for edits."""
    message = readable_message(context, caller, message_id)
    if not (is_author(caller, message) or moderates(caller, message)):
        raise errors.not_your_message()
    if message.deleted_at is not None:
        raise errors.deleted_message()
    if message.archived_at is not None:
        raise errors.archived_conversation()
    return message


_lease = preview_jobs.c.due_at

"""Unread counts: others' messages, mentions, and threads with others' replies."""

from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    CompoundSelect,
    ScalarSelect,
    bindparam,
    case,
    func,
    null,
    select,
    union_all,
)

from messages_service.context import Context
from messages_service.lists import is_in_list, prepared_with_lists
from messages_service.mentions.queries import count_unread_mentions
from messages_service.models import READ_MARKER, conversations, memberships, messages
from messages_service.threads.models import IS_FOLLOWED, thread_follows

UNREAD_WINDOW = 10_000
"""Unread messages are counted among a conversation's last entries: older ones are left out."""


def count_unread() -> ScalarSelect[int]:
    """Others' messages after the read marker, for a row of conversation and membership."""
    oldest = conversations.c.last_seq - UNREAD_WINDOW
    start = case((oldest < READ_MARKER, READ_MARKER), else_=oldest)
    return (
        select(func.count())
        .select_from(messages)
        .where(
            messages.c.conversation_id == conversations.c.id,
            messages.c.seq > start,
            messages.c.author_id != memberships.c.user_id,
            messages.c.deleted_at.is_(None),
            messages.c.in_conversation,
        )
        .correlate(conversations, memberships)
        .scalar_subquery()
    )


def unread_by_conversation(
    context: Context, user_id: int | None, conversation_ids: list[int]
) -> tuple[dict[int, int], dict[int, int], dict[int, list[int]]]:
    """Unread messages, those of them that mention the person, and threads with unread replies.

    Counted only for the conversations of a page: this is the most expensive part of it.
    """
    unread: dict[int, int] = {}
    mentions: dict[int, int] = {}
    threads: dict[int, list[int]] = {}
    values = {"user_id": user_id, "conversation_ids": conversation_ids}
    if not conversation_ids:
        return unread, mentions, threads
    rows = _unread_of_many.rows(context.connection, values)
    for conversation_id, count, mention_count, thread_id in rows:
        if thread_id is None:
            unread[conversation_id], mentions[conversation_id] = count, mention_count
        else:
            threads.setdefault(conversation_id, []).append(thread_id)
    return unread, mentions, threads


def _select_unread(dialect: str) -> CompoundSelect[Any]:
    """Rows of a conversation and its two counts; then of a conversation, two Nones and a thread."""

    def is_listed(column: ColumnElement[int]) -> ColumnElement[bool]:
        return is_in_list(dialect, column, "conversation_ids", BigInteger())

    counts = (
        select(conversations.c.id, count_unread(), count_unread_mentions(), null())
        .join(memberships)
        .where(memberships.c.user_id == bindparam("user_id"), is_listed(conversations.c.id))
    )
    threads = (
        select(messages.c.conversation_id, null(), null(), messages.c.id)
        .join(thread_follows)
        .where(
            thread_follows.c.user_id == bindparam("user_id"),
            IS_FOLLOWED,
            messages.c.last_reply_seq > thread_follows.c.read_seq,
            # "+ 0": else SQLite may read a whole conversation instead of the person's threads.
            is_listed(messages.c.conversation_id + 0),
        )
    )
    return union_all(counts, threads)


_unread_of_many = prepared_with_lists(_select_unread)

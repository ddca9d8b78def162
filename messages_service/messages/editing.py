"""Change a message: edit, react."""

from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from messages_service import errors
from messages_service.caller import Caller
from messages_service.context import Context
from messages_service.indexing.entries import refresh_entries
from messages_service.log import (
    MESSAGE_EDITED,
    REACTION_ADDED,
    REACTION_REMOVED,
    Change,
    changing,
)
from messages_service.membership.access import readable_message, refuse_blocked_at
from messages_service.membership.roles import is_author
from messages_service.mentions.actions import replace_mentions
from messages_service.messages.queries import describe_one
from messages_service.messages.reaction_limits import GivenReaction, refuse_too_many
from messages_service.messages.schemas import MessageChanges
from messages_service.models import message_edits, messages, reactions
from messages_service.polls.models import polls
from messages_service.previews.actions import renew_previews
from messages_service.shapes.messages import Message, Reaction


def edit_message(
    context: Context, caller: Caller, message_id: int, changes: MessageChanges
) -> Message:
    """Replace the text, and keep the previous version; only the author may."""
    message = _editable(context, caller, message_id)
    content = changes.content
    context.limits.check_content(content)
    rendered = context.markdown.render(content)
    with changing(context, message.conversation_id) as change:
        before = _editable(context, caller, message_id)
        _check_is_no_poll(change.connection, message_id)
        if before.content == content:
            return describe_one(context, message_id)
        _keep_version(change, before)
        _update(change, message_id, content=content, html=rendered.html, edited_at=change.date)
        replace_mentions(change.connection, before, rendered.mentions)
        links = context.preview_links.of(rendered.html)
        renew_previews(change.connection, before, links, change.date)
        refresh_entries(change.connection, [message_id])
        edited = describe_one(context, message_id)
        change.record(MESSAGE_EDITED, edited)
    return edited


def add_reaction(context: Context, caller: Caller, message_id: int, emoji: str) -> Message:
    """React, once per person and emoji."""
    message = _changeable(context, caller, message_id)
    mine: GivenReaction = {
        "message_id": message_id,
        "emoji": emoji,
        "user_id": caller.user_id,
    }
    with changing(context, message.conversation_id) as change:
        refuse_blocked_at(context, caller, _changeable(context, caller, message_id))
        if not _has_reacted(change.connection, mine):
            refuse_too_many(change.connection, mine)
            change.connection.execute(insert(reactions), {**mine, "created_at": change.date})
            change.record(REACTION_ADDED, {**mine, "reactions": _reactions(context, message_id)})
    return describe_one(context, message_id)


def remove_reaction(context: Context, caller: Caller, message_id: int, emoji: str) -> None:
    """Remove the caller's reaction, if there is one."""
    message = _changeable(context, caller, message_id)
    mine: GivenReaction = {
        "message_id": message_id,
        "emoji": emoji,
        "user_id": caller.user_id,
    }
    with changing(context, message.conversation_id) as change:
        _changeable(context, caller, message_id)
        if _has_reacted(change.connection, mine):
            change.connection.execute(delete(reactions).filter_by(**mine))
            change.record(REACTION_REMOVED, {**mine, "reactions": _reactions(context, message_id)})


# These are called twice: before the conversation is locked, so that a refusal costs no lock, and
# then again, because the caller may have been removed or lost a role in between.


def _editable(context: Context, caller: Caller, message_id: int) -> Row[Any]:
    message = _changeable(context, caller, message_id)
    if not is_author(caller, message):
        raise errors.not_your_message()
    refuse_blocked_at(context, caller, message)
    return message


def _changeable(context: Context, caller: Caller, message_id: int) -> Row[Any]:
    message = readable_message(context, caller, message_id)
    if message.deleted_at is not None:
        raise errors.deleted_message()
    if message.archived_at is not None:
        raise errors.archived_conversation()
    return message


def _check_is_no_poll(connection: Connection, message_id: int) -> None:
    if connection.execute(select(polls.c.id).where(polls.c.message_id == message_id)).first():
        raise errors.fixed_poll()


def _keep_version(change: Change, before: Row[Any]) -> None:
    version = {
        "message_id": before.id,
        "seq": change.next_seq,
        "content": before.content,
        "html": before.html,
        "written_at": before.edited_at or before.created_at,
    }
    change.connection.execute(insert(message_edits), version)


def _update(change: Change, message_id: int, **values: object) -> None:
    change.connection.execute(update(messages).where(messages.c.id == message_id).values(values))


def _has_reacted(connection: Connection, reaction: GivenReaction) -> bool:
    return connection.execute(select(reactions).filter_by(**reaction)).first() is not None


def _reactions(context: Context, message_id: int) -> list[Reaction]:
    return describe_one(context, message_id)["reactions"]

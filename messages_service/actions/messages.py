"""What is done with a message once it is there: edit, delete, react."""

from typing import Any

import orjson
from sqlalchemy import Connection, Row, delete, insert, select, update

from messages_service import errors
from messages_service.actions.extras import remove_extras
from messages_service.actions.reaction_limits import refuse_too_many
from messages_service.actions.roles import moderates
from messages_service.log import (
    MESSAGE_DELETED,
    MESSAGE_EDITED,
    REACTION_ADDED,
    REACTION_REMOVED,
    Head,
    append,
)
from messages_service.models import events, message_edits, messages, reactions
from messages_service.models_polls import polls
from messages_service.parts import Caller, Parts
from messages_service.payloads import Json
from messages_service.queries.access import readable_message
from messages_service.queries.messages import describe
from servicekit.db import Transaction, transaction


class _NothingToDo(Exception):
    """What was asked for is so already; the transaction is undone."""


def edit_message(parts: Parts, caller: Caller, message_id: int, content: str) -> Json:
    """Replace the text, and keep the one before; only its author may."""
    message = _editable(parts, caller, message_id)
    html = parts.markdown.render(content)

    def change(running: Transaction, head: Head) -> Json:
        before = _editable(parts, caller, message_id)
        connection = running.connection
        _refuse_poll(connection, message_id)
        if before.content == content:
            raise _NothingToDo
        _keep_version(connection, before, head)
        values = {"content": content, "html": html, "edited_at": head.date}
        connection.execute(update(messages).where(messages.c.id == message_id).values(values))
        return _described(parts, message_id)

    return _changed(parts, message, MESSAGE_EDITED, change)


def delete_message(parts: Parts, caller: Caller, message_id: int) -> Json:
    """Take the text out of the message, its earlier versions and the log. A mark stays."""
    message = _deletable(parts, caller, message_id)
    if message.deleted_at is not None:
        return describe(parts, [message])[0]

    def change(running: Transaction, head: Head) -> Json:
        before = _deletable(parts, caller, message_id)
        if before.deleted_at is not None:
            raise _NothingToDo
        connection = running.connection
        values = {"content": "", "html": "", "deleted_at": head.date}
        connection.execute(update(messages).where(messages.c.id == message_id).values(values))
        connection.execute(delete(reactions).where(reactions.c.message_id == message_id))
        remove_extras(connection, before)
        mark = _described(parts, message_id)
        _scrub_log(connection, before, mark)
        return mark

    return _changed(parts, message, MESSAGE_DELETED, change)


def add_reaction(parts: Parts, caller: Caller, message_id: int, emoji: str) -> Json:
    """React as oneself, once per emoji."""
    return _react(parts, caller, message_id, emoji, REACTION_ADDED)


def remove_reaction(parts: Parts, caller: Caller, message_id: int, emoji: str) -> Json:
    return _react(parts, caller, message_id, emoji, REACTION_REMOVED)


def _react(parts: Parts, caller: Caller, message_id: int, emoji: str, type_: str) -> Json:
    message = _changeable(parts, caller, message_id)
    mine = {"message_id": message_id, "emoji": emoji, "user_id": caller.user_id}
    is_mine = (
        (reactions.c.message_id == message_id)
        & (reactions.c.emoji == emoji)
        & (reactions.c.user_id == caller.user_id)
    )

    def change(running: Transaction, head: Head) -> Json:
        _changeable(parts, caller, message_id)
        connection = running.connection
        is_there = (
            connection.execute(select(reactions.c.user_id).where(is_mine)).first() is not None
        )
        if is_there == (type_ == REACTION_ADDED):
            raise _NothingToDo
        if is_there:
            connection.execute(delete(reactions).where(is_mine))
        else:
            refuse_too_many(connection, mine)
            connection.execute(insert(reactions), mine | {"created_at": head.date})
        return mine | {"reactions": _described(parts, message_id)["reactions"]}

    _changed(parts, message, type_, change)
    return _described(parts, message_id)


# What the caller may do is asked twice: before the write lock, so that a refusal takes none, and
# with the conversation's row held, because they may have been removed in between.


def _editable(parts: Parts, caller: Caller, message_id: int) -> Row[Any]:
    message = _changeable(parts, caller, message_id)
    if not _is_author(caller, message):
        raise errors.not_your_message()
    return message


def _deletable(parts: Parts, caller: Caller, message_id: int) -> Row[Any]:
    message = readable_message(parts, caller, message_id)
    if not (_is_author(caller, message) or moderates(caller, message)):
        raise errors.not_your_message()
    return message


def _changeable(parts: Parts, caller: Caller, message_id: int) -> Row[Any]:
    message = readable_message(parts, caller, message_id)
    if message.deleted_at is not None:
        raise errors.deleted_message()
    if message.archived_at is not None:
        raise errors.archived_conversation()
    return message


def _is_author(caller: Caller, message: Row[Any]) -> bool:
    return caller.is_anyone or message.author_id == caller.user_id


def _changed(parts: Parts, message: Row[Any], type_: str, change: Any) -> Json:
    try:
        with transaction(parts.db) as running:
            data = append(
                running,
                parts.publisher,
                message.conversation_id,
                type_,
                lambda head: change(running, head),
            )
    except _NothingToDo:
        return _described(parts, message.id)
    made: Json = orjson.loads(data)
    return made


def _refuse_poll(connection: Connection, message_id: int) -> None:
    if connection.execute(select(polls.c.id).where(polls.c.message_id == message_id)).first():
        raise errors.fixed_poll()


def _keep_version(connection: Connection, before: Row[Any], head: Head) -> None:
    version = {
        "message_id": before.id,
        "seq": head.seq,
        "content": before.content,
        "html": before.html,
        "written_at": before.edited_at or before.created_at,
    }
    connection.execute(insert(message_edits), version)


def _scrub_log(connection: Connection, message: Row[Any], mark: Json) -> None:
    of_message = message_edits.c.message_id == message.id
    seqs = list(connection.execute(select(message_edits.c.seq).where(of_message)).scalars())
    connection.execute(delete(message_edits).where(of_message))
    connection.execute(
        update(events)
        .where(
            events.c.conversation_id == message.conversation_id,
            events.c.seq.in_([message.seq, *seqs]),
        )
        .values(data=orjson.dumps(mark).decode())
    )


def _described(parts: Parts, message_id: int) -> Json:
    row = parts.db.session.execute(select(messages).where(messages.c.id == message_id)).one()
    return describe(parts, [row])[0]

"""Access checks: a hidden conversation gives the same 404 as a missing one."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import BigInteger, Connection, Row, Select, and_, bindparam, select

from messages_service import errors
from messages_service.caller import Caller
from messages_service.context import Context
from messages_service.lists import bound_pairs, listed_pairs, prepared_with_lists
from messages_service.models import (
    DIRECT,
    MY_COLUMNS,
    PUBLIC,
    blocks,
    conversations,
    memberships,
    messages,
    other_of_direct,
)
from messages_service.prepared import Prepared


def visible_conversation(context: Context, caller: Caller, conversation_id: int) -> Row[Any]:
    """The conversation with the caller's `MY_COLUMNS` (None: a public room not joined)."""
    values = {"user_id": caller.user_id, "conversation_id": conversation_id}
    rows = _conversation.records(context.connection, values)
    row: Row[Any] | None = rows[0] if rows else None
    is_open = row is not None and row.visibility == PUBLIC and not caller.is_guest
    if row is None or not (row.role or is_open or caller.is_anonymous):
        raise errors.no_such_conversation()
    return row


def readable_conversation(context: Context, caller: Caller, conversation_id: int) -> Row[Any]:
    """The same, but only for members (in tutorial mode for everybody)."""
    row = visible_conversation(context, caller, conversation_id)
    if row.role is None and not caller.is_anonymous:
        raise errors.not_a_member()
    return row


def readable_message(context: Context, caller: Caller, message_id: int) -> Row[Any]:
    """A message of the caller's conversations, with `kind`, `archived_at` and their `role`."""
    values = {"user_id": caller.user_id, "message_id": message_id}
    rows = _message.records(context.connection, values)
    row: Row[Any] | None = rows[0] if rows else None
    if row is None or not (row.role or caller.is_anonymous):
        raise errors.no_such_message()
    return row


def refuse_blocked(connection: Connection, direct_key: str | None, author_id: int) -> None:
    """Raises Forbidden if the other person of a direct conversation has blocked the author.

    Only direct conversations have a key; in the others a block changes nothing.
    """
    if direct_key is not None:
        _refuse_blocked_by(connection, other_of_direct(direct_key, author_id), author_id)


def refuse_blocked_at(context: Context, caller: Caller, message: Row[Any]) -> None:
    """The same for a change of a `readable_message`."""
    if message.kind == DIRECT and caller.user_id is not None:
        is_mine = message.author_id == caller.user_id
        other_id = message.recipient_id if is_mine else message.author_id
        _refuse_blocked_by(context.connection, other_id, caller.user_id)


def members_among(
    connection: Connection, pairs: Collection[tuple[int, int]]
) -> set[tuple[int, int]]:
    """Those of the (conversation_id, user_id) that are memberships."""
    if not pairs:
        return set()
    values = bound_pairs(pairs, "conversation_ids", "user_ids")
    return {tuple(row) for row in _members_among.rows(connection, values)}


def _refuse_blocked_by(connection: Connection, blocker_id: int, author_id: int) -> None:
    if _block.rows(connection, {"blocker_id": blocker_id, "blocked_id": author_id}):
        raise errors.blocked()


def _memberships_among(dialect: str) -> Select[Any]:
    pairs = listed_pairs(dialect, ("conversation_ids", BigInteger()), ("user_ids", BigInteger()))
    is_listed = and_(
        memberships.c.conversation_id == pairs.c.conversation_ids,
        memberships.c.user_id == pairs.c.user_ids,
    )
    return select(memberships.c.conversation_id, memberships.c.user_id).select_from(
        pairs.join(memberships, is_listed)
    )


_block = Prepared(
    default=select(blocks.c.blocked_id).where(
        blocks.c.blocker_id == bindparam("blocker_id"),
        blocks.c.blocked_id == bindparam("blocked_id"),
    )
)
_members_among = prepared_with_lists(_memberships_among)
_is_caller = memberships.c.user_id == bindparam("user_id")
_conversation = Prepared(
    default=select(conversations, *MY_COLUMNS)
    .select_from(
        conversations.outerjoin(
            memberships, and_(memberships.c.conversation_id == conversations.c.id, _is_caller)
        )
    )
    .where(conversations.c.id == bindparam("conversation_id"))
)
_message = Prepared(
    default=select(messages, conversations.c.kind, conversations.c.archived_at, memberships.c.role)
    .select_from(
        messages.join(conversations).outerjoin(
            memberships,
            and_(memberships.c.conversation_id == messages.c.conversation_id, _is_caller),
        )
    )
    .where(messages.c.id == bindparam("message_id"))
)

"""Access checks: a hidden conversation gives the same 404 as a missing one."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import BigInteger, Connection, Row, Select, and_, bindparam, select

from messages_service import errors
from messages_service.caller import Caller
from messages_service.context import Context
from messages_service.lists import bound_pairs, listed_pairs, prepared_with_lists
from messages_service.models import PUBLIC, conversations, memberships, messages


def visible_conversation(context: Context, caller: Caller, conversation_id: int) -> Row[Any]:
    """The conversation with the caller's `role` and `read_seq` (None: a public room not joined)."""
    values = {"user_id": caller.user_id, "conversation_id": conversation_id}
    row = context.db.session.execute(_conversation, values).one_or_none()
    is_open = row is not None and row.visibility == PUBLIC and not caller.is_guest
    if row is None or not (row.role or is_open or caller.is_anyone):
        raise errors.no_such_conversation()
    return row


def readable_conversation(context: Context, caller: Caller, conversation_id: int) -> Row[Any]:
    """The same, but only for members (in tutorial mode for everybody)."""
    row = visible_conversation(context, caller, conversation_id)
    if row.role is None and not caller.is_anyone:
        raise errors.not_a_member()
    return row


def readable_message(context: Context, caller: Caller, message_id: int) -> Row[Any]:
    """A message of the caller's conversations, with `kind`, `archived_at` and their `role`."""
    values = {"user_id": caller.user_id, "message_id": message_id}
    row = context.db.session.execute(_message, values).one_or_none()
    if row is None or not (row.role or caller.is_anyone):
        raise errors.no_such_message()
    return row


def members_among(
    connection: Connection, pairs: Collection[tuple[int, int]]
) -> set[tuple[int, int]]:
    """Those of the (conversation_id, user_id) that are memberships."""
    if not pairs:
        return set()
    values = bound_pairs(pairs, "conversation_ids", "user_ids")
    return {tuple(row) for row in _members_among.rows(connection, values)}


def _memberships_among(dialect: str) -> Select[Any]:
    pairs = listed_pairs(dialect, ("conversation_ids", BigInteger()), ("user_ids", BigInteger()))
    is_listed = and_(
        memberships.c.conversation_id == pairs.c.conversation_ids,
        memberships.c.user_id == pairs.c.user_ids,
    )
    return select(memberships.c.conversation_id, memberships.c.user_id).select_from(
        pairs.join(memberships, is_listed)
    )


_members_among = prepared_with_lists(_memberships_among)
_is_caller = memberships.c.user_id == bindparam("user_id")
_conversation = (
    select(conversations, memberships.c.role, memberships.c.read_seq)
    .select_from(
        conversations.outerjoin(
            memberships, and_(memberships.c.conversation_id == conversations.c.id, _is_caller)
        )
    )
    .where(conversations.c.id == bindparam("conversation_id"))
)
_message = (
    select(messages, conversations.c.kind, conversations.c.archived_at, memberships.c.role)
    .select_from(
        messages.join(conversations).outerjoin(
            memberships,
            and_(memberships.c.conversation_id == messages.c.conversation_id, _is_caller),
        )
    )
    .where(messages.c.id == bindparam("message_id"))
)

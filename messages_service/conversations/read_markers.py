"""The read marker: how far a person has read; it only moves forward."""

from sqlalchemy import update

from messages_service import errors
from messages_service.caller import Caller
from messages_service.context import Context
from messages_service.conversations.queries import unread_of
from messages_service.conversations.schemas import ReadMarker
from messages_service.membership.access import readable_conversation
from messages_service.models import memberships
from messages_service.publish import READ, notice
from messages_service.shapes import ReadState
from servicekit.data.db import transaction
from servicekit.topics import user_topic


def mark_read(
    context: Context, caller: Caller, conversation_id: int, marker: ReadMarker
) -> ReadState:
    """Mark everything up to the marker as read; the person's other tabs get a notice."""
    row = readable_conversation(context, caller, conversation_id)
    if caller.user_id is None or row.role is None:
        raise errors.not_a_member()
    seq = min(marker.seq, row.last_seq)
    if seq <= row.read_seq:
        return _state(context, caller.user_id, conversation_id, row.read_seq)
    moved = (
        update(memberships)
        .where(
            memberships.c.conversation_id == conversation_id,
            memberships.c.user_id == caller.user_id,
            memberships.c.read_seq < seq,
        )
        .values(read_seq=seq)
    )
    with transaction(context.db) as running:
        has_moved = running.connection.execute(moved).rowcount
        state = _state(context, caller.user_id, conversation_id, seq)
        if has_moved:
            context.publisher.announce(running, [(user_topic(caller.user_id), notice(READ, state))])
    return state


def _state(context: Context, user_id: int, conversation_id: int, read_seq: int) -> ReadState:
    unread = unread_of(context, user_id, conversation_id)
    return {"conversation_id": conversation_id, "read_seq": read_seq, "unread": unread}

"""The read marker: how far a person has read.

`read_seq` only moves forward. Marking messages as unread sets `unread_from_seq`, which is at most
`read_seq` + 1 and holds the marker back; reading moves it on, and past `read_seq` it is cleared.
"""

from functools import cache

from sqlalchemy import BigInteger, Update, bindparam, case, null, select, update

from messages_service.caller import Caller
from messages_service.context import Context
from messages_service.marks.queries import marks_of, my_conversation
from messages_service.marks.schemas import ReadMarker
from messages_service.marks.shapes import AllRead
from messages_service.models import conversations, memberships
from messages_service.publish import MEMBERSHIP, READ, notice
from messages_service.shapes.notices import Membership, ReadState
from servicekit.data.db import transaction
from servicekit.topics import user_topic


def mark_read(
    context: Context, caller: Caller, conversation_id: int, marker: ReadMarker
) -> ReadState:
    """Mark everything up to the marker as read; the person's other tabs get a notice."""
    user_id, row = my_conversation(context, caller, conversation_id)
    seq = min(marker.seq, row.last_seq)
    if seq <= row.read_seq and (row.unread_from_seq is None or seq < row.unread_from_seq):
        return _read_state(marks_of(context, user_id, conversation_id))
    values = {"reader": user_id, "conversation": conversation_id, "seq": seq}
    with transaction(context.db) as running:
        has_moved = running.connection.execute(_move_marker(), values).rowcount
        marks = marks_of(context, user_id, conversation_id)
        notices = [notice(READ, _read_state(marks))] if row.read_seq < seq else []
        if row.unread_from_seq is not None:
            notices.append(notice(MEMBERSHIP, marks))
        if has_moved:
            topic = user_topic(user_id)
            context.publisher.announce(running, [(topic, text) for text in notices])
    return _read_state(marks)


def mark_all_read(context: Context, user_id: int) -> AllRead:
    """Mark all conversations as read; returns those that were not."""
    with transaction(context.db) as running:
        rows = running.connection.execute(_move_all_markers(), {"reader": user_id}).all()
        states: list[ReadState] = [
            {"conversation_id": row.conversation_id, "read_seq": row.read_seq, "unread": 0}
            for row in sorted(rows)
        ]
        announced = [(user_topic(user_id), notice(READ, state)) for state in states]
        if announced:
            context.publisher.announce(running, announced)
    return {"conversations": states}


def _read_state(marks: Membership) -> ReadState:
    return {
        "conversation_id": marks["conversation_id"],
        "read_seq": marks["read_seq"],
        "unread": marks["unread"],
    }


@cache
def _move_marker() -> Update:
    seq = bindparam("seq", type_=BigInteger)
    is_before = memberships.c.read_seq < seq
    return (
        update(memberships)
        .where(
            memberships.c.conversation_id == bindparam("conversation"),
            memberships.c.user_id == bindparam("reader"),
            is_before | (memberships.c.unread_from_seq <= seq),
        )
        .values(
            read_seq=case((is_before, seq), else_=memberships.c.read_seq),
            unread_from_seq=case((memberships.c.read_seq > seq, seq + 1), else_=null()),
        )
    )


@cache
def _move_all_markers() -> Update:
    last_seq = select(conversations.c.last_seq).where(
        conversations.c.id == memberships.c.conversation_id
    )
    end = last_seq.correlate(memberships).scalar_subquery()
    return (
        update(memberships)
        .where(
            memberships.c.user_id == bindparam("reader"),
            (memberships.c.read_seq < end) | memberships.c.unread_from_seq.is_not(None),
        )
        .values(read_seq=end, unread_from_seq=null())
        .returning(memberships.c.conversation_id, memberships.c.read_seq)
    )

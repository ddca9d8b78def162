"""The conversations of an import: earlier ones, or new ones."""

from dataclasses import dataclass, field
from itertools import count

from sqlalchemy import Connection, insert, or_, select, update

from messages_service.conversations.names import look_key, name_key
from messages_service.imports.known import find_known, remember
from messages_service.imports.people import People
from messages_service.imports.records import ConversationRecord, GivenRecord
from messages_service.log import Change, lock_conversations
from messages_service.membership.direct import find_direct
from messages_service.models import (
    DIRECT,
    MAX_NAME,
    OWNER,
    ROOM,
    conversations,
    direct_key,
    memberships,
)


@dataclass
class Target:
    """A conversation that messages are imported into, and that the transaction holds.

    `first_seq` is the end of its log before the import.
    """

    record: ConversationRecord
    change: Change
    is_new: bool
    first_seq: int
    seq: int
    """Of the last entry that is planned."""
    pins: list[tuple[int, GivenRecord]] = field(default_factory=list)
    thread_ids: set[int] = field(default_factory=set)


def open_target(
    connection: Connection, source: str, record: ConversationRecord, people: People, user_id: int
) -> Target:
    """Lock the conversation; `user_id` stands for a creator that the export does not name."""
    known = find_known(connection, source, "conversation", [record.id]).get(record.id)
    key = _direct_key(record, people)
    is_new = False
    if known is None:
        known = find_direct(connection, key) if key else None
        if known is None:
            known, is_new = _make(connection, record, people, key, user_id), True
        remember(connection, source, "conversation", {record.id: known})
    (change,) = lock_conversations(connection, ids={known})
    return Target(record, change, is_new, change.last_seq, change.last_seq)


def add_members(connection: Connection, target: Target, people: People) -> list[int]:
    """Add the members of a new conversation, whose messages count as read; returns their ids."""
    rows = {}
    for member in target.record.members:
        user_id = people.ids[member.user_id]
        rows[user_id] = {
            "conversation_id": target.change.conversation_id,
            "user_id": user_id,
            "role": member.role,
            "read_seq": target.change.last_seq,
            "joined_at": member.joined_at,
        }
    if rows:
        longest = min(rows.values(), key=lambda row: (row["joined_at"], row["user_id"]))
        is_owned = any(row["role"] == OWNER for row in rows.values())
        if target.record.kind != DIRECT and not is_owned:
            longest["role"] = OWNER
        connection.execute(insert(memberships), list(rows.values()))
    return list(rows)


def keep_read(connection: Connection, target: Target) -> None:
    """Keep imported messages read for members who had read everything in an older conversation."""
    had_read = (memberships.c.conversation_id == target.change.conversation_id) & (
        memberships.c.read_seq >= target.first_seq
    )
    read = update(memberships).where(had_read).values(read_seq=target.change.last_seq)
    connection.execute(read)


def _direct_key(record: ConversationRecord, people: People) -> str | None:
    if record.kind != DIRECT:
        return None
    ids = [people.ids[member.user_id] for member in record.members]
    return direct_key(ids[0], ids[-1])


def _make(
    connection: Connection,
    record: ConversationRecord,
    people: People,
    key: str | None,
    user_id: int,
) -> int:
    name = _free_name(connection, record.name) if record.kind == ROOM and record.name else None
    made: int = connection.execute(
        insert(conversations)
        .values(
            kind=record.kind,
            visibility=record.visibility if record.kind == ROOM else "private",
            name=name or (record.name if record.kind != DIRECT else None),
            name_key=name_key(name) if name else None,
            look_key=look_key(name) if name else None,
            direct_key=key,
            topic=record.topic,
            member_count=len({people.ids[member.user_id] for member in record.members}),
            created_by=people.ids[record.created_by] if record.created_by else user_id,
            created_at=record.created_at,
            active_at=record.created_at,
            archived_at=record.archived_at,
        )
        .returning(conversations.c.id)
    ).scalar_one()
    return made


def _free_name(connection: Connection, name: str) -> str:
    """The name, or one with a number if a room here is called so."""
    for number in count(1):
        end = "" if number == 1 else f" ({number})"
        free = name[: MAX_NAME - len(end)] + end
        is_taken = or_(
            conversations.c.name_key == name_key(free), conversations.c.look_key == look_key(free)
        )
        if connection.execute(select(conversations.c.id).where(is_taken)).first() is None:
            break
    return free

"""Who is in a conversation: join, invite, leave, remove, roles."""

from typing import Any

from sqlalchemy import Connection, Row, and_, delete, insert, select, update

from messages_service import errors, payloads
from messages_service.actions.direct import announce_added
from messages_service.actions.roles import role_here
from messages_service.log import MEMBER_CHANGED, MEMBER_JOINED, MEMBER_LEFT, Head, append
from messages_service.models import (
    DIRECT,
    GROUP,
    MAX_GROUP,
    MEMBER,
    OWNER,
    PUBLIC,
    conversations,
    heir,
    memberships,
    outranks,
)
from messages_service.parts import Caller, Parts
from messages_service.payloads import Json
from messages_service.publish import notice, user_topic
from messages_service.queries.access import visible_conversation
from servicekit.db import Transaction, transaction
from servicekit.errors import Conflict, NotFound


class _NothingToDo(Exception):
    """It is so already; the transaction is undone."""


def add_member(parts: Parts, caller: Caller, conversation_id: int, user_id: int) -> bool:
    """Join, or bring somebody in; whether the person is new here."""
    row = visible_conversation(parts, caller, conversation_id)
    if user_id != caller.user_id and row.role is None:
        raise errors.not_a_member()
    if row.kind == DIRECT:
        raise errors.fixed_conversation()
    person = parts.profiles.find(user_id)
    if person is None:
        raise no_such_person()
    if not person.active:
        raise errors.deactivated_person("user_id")

    def change(head: Head) -> Json:
        connection = running.connection
        if _member(connection, conversation_id, user_id) is not None:
            raise _NothingToDo
        if head.is_archived:
            raise errors.archived_conversation()
        _check_entrance(connection, caller, head, user_id)
        members = _count(connection, conversation_id)
        if head.kind == GROUP and members >= MAX_GROUP:
            raise Conflict(f"A group has at most {MAX_GROUP} people; make a room.", "group-full")
        values = {
            "conversation_id": conversation_id,
            "user_id": user_id,
            "role": MEMBER if members else OWNER,
            "read_seq": head.seq,
            "joined_at": head.date,
        }
        connection.execute(insert(memberships), values)
        _set_count(connection, conversation_id, members + 1)
        announce_added(parts, running, user_id, conversation_id)
        return {"user": person.shown(), "user_id": user_id, "by_id": caller.user_id}

    try:
        with transaction(parts.db) as running:
            append(running, parts.publisher, conversation_id, MEMBER_JOINED, change)
    except _NothingToDo:
        return False
    return True


def remove_member(parts: Parts, caller: Caller, conversation_id: int, user_id: int) -> None:
    """Leave, or remove somebody of a lower role. The last owner is followed by the next in rank."""
    _, row = role_here(parts, caller, conversation_id)
    if row.kind == DIRECT:
        raise errors.fixed_conversation()
    profiles = parts.profiles.find_many([user_id])

    def change(head: Head) -> Json:
        connection = running.connection
        role, _ = role_here(parts, caller, conversation_id)
        member = _member(connection, conversation_id, user_id)
        if member is None:
            raise no_such_person()
        if user_id != caller.user_id and not (outranks(role, member.role) or role == OWNER):
            raise errors.not_allowed_here()
        connection.execute(delete(memberships).where(_is(conversation_id, user_id)))
        _set_count(connection, conversation_id, _count(connection, conversation_id))
        return {
            "user": payloads.person(profiles, user_id),
            "user_id": user_id,
            "by_id": caller.user_id,
        }

    with transaction(parts.db) as running:
        append(running, parts.publisher, conversation_id, MEMBER_LEFT, change)
        text = notice("conversation.removed", {"conversation_id": conversation_id})
        parts.publisher.announce(running, [(user_topic(user_id), text)])
        _pass_on(parts, running, conversation_id)


def change_role(
    parts: Parts, caller: Caller, conversation_id: int, user_id: int, new_role: str | None
) -> None:
    """Make somebody owner, moderator or member; the last owner stays one."""
    _refuse_but_owners(parts, caller, conversation_id)
    profiles = parts.profiles.find_many([user_id])

    def change(head: Head) -> Json:
        _refuse_but_owners(parts, caller, conversation_id)
        connection = running.connection
        member = _member(connection, conversation_id, user_id)
        if member is None:
            raise no_such_person()
        if new_role is None or member.role == new_role:
            raise _NothingToDo
        if member.role == OWNER and _owners(connection, conversation_id) == [user_id]:
            raise Conflict(
                "A conversation needs an owner; make somebody else one first.", "last-owner"
            )
        _set_role(connection, conversation_id, user_id, new_role)
        person = payloads.person(profiles, user_id)
        return {"user": person, "user_id": user_id, "role": new_role, "by_id": caller.user_id}

    try:
        with transaction(parts.db) as running:
            append(running, parts.publisher, conversation_id, MEMBER_CHANGED, change)
    except _NothingToDo:
        return


def no_such_person() -> NotFound:
    return NotFound("There is no such person here.", "no-such-person")


def _refuse_but_owners(parts: Parts, caller: Caller, conversation_id: int) -> None:
    role, row = role_here(parts, caller, conversation_id)
    if row.kind == DIRECT:
        raise errors.fixed_conversation()
    if role != OWNER:
        raise errors.not_allowed_here()


def _check_entrance(connection: Connection, caller: Caller, head: Head, user_id: int) -> None:
    """Again, while the conversation's row is held: who invites must still be a member."""
    if user_id == caller.user_id:
        if head.visibility != PUBLIC:
            raise errors.no_such_conversation()
    elif caller.user_id is None or _member(connection, head.id, caller.user_id) is None:
        raise errors.no_such_conversation()


def _pass_on(parts: Parts, running: Transaction, conversation_id: int) -> None:
    connection = running.connection
    if _owners(connection, conversation_id):
        return
    query = (
        select(memberships.c.user_id, memberships.c.role)
        .where(memberships.c.conversation_id == conversation_id)
        .order_by(memberships.c.joined_at, memberships.c.user_id)
    )
    user_id = heir((row.user_id, row.role) for row in connection.execute(query))
    if user_id is None:
        return
    person = payloads.person(parts.profiles.find_many([user_id]), user_id)

    def change(head: Head) -> Json:
        _set_role(connection, conversation_id, user_id, OWNER)
        return {"user": person, "user_id": user_id, "role": OWNER, "by_id": None}

    append(running, parts.publisher, conversation_id, MEMBER_CHANGED, change)


def _is(conversation_id: int, user_id: int) -> Any:
    return and_(memberships.c.conversation_id == conversation_id, memberships.c.user_id == user_id)


def _member(connection: Connection, conversation_id: int, user_id: int) -> Row[Any] | None:
    return connection.execute(
        select(memberships).where(_is(conversation_id, user_id))
    ).one_or_none()


def _owners(connection: Connection, conversation_id: int) -> list[int]:
    query = select(memberships.c.user_id).where(
        memberships.c.conversation_id == conversation_id, memberships.c.role == OWNER
    )
    return list(connection.execute(query).scalars())


def _count(connection: Connection, conversation_id: int) -> int:
    query = select(memberships.c.user_id).where(memberships.c.conversation_id == conversation_id)
    return len(connection.execute(query).scalars().all())


def _set_count(connection: Connection, conversation_id: int, count: int) -> None:
    connection.execute(
        update(conversations)
        .where(conversations.c.id == conversation_id)
        .values(member_count=count)
    )


def _set_role(connection: Connection, conversation_id: int, user_id: int, role: str) -> None:
    connection.execute(update(memberships).where(_is(conversation_id, user_id)).values(role=role))

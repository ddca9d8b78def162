"""Members of a conversation: join, invite, leave, remove, roles."""

from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, delete, func, insert, select, update

from messages_service import errors, payloads
from messages_service.audit import actions as audit
from messages_service.caller import Caller
from messages_service.context import Context
from messages_service.conversations.schemas import MemberChanges
from messages_service.log import MEMBER_CHANGED, MEMBER_JOINED, MEMBER_LEFT, Change, changing
from messages_service.membership.access import visible_conversation
from messages_service.membership.direct import conversation_added
from messages_service.membership.roles import role_here
from messages_service.models import (
    DIRECT,
    GROUP,
    MAX_GROUP,
    MEMBER,
    OWNER,
    PUBLIC,
    conversations,
    memberships,
    next_owner,
    notify_at_first,
    outranks,
)
from messages_service.people.profiles import Profile
from messages_service.publish import CONVERSATION_ADDED, CONVERSATION_REMOVED
from messages_service.shapes.events import RoleData
from messages_service.shapes.people import Person
from servicekit.times import isoformat


def add_member(context: Context, caller: Caller, conversation_id: int, user_id: int) -> bool:
    """Join, or add somebody else; returns whether the person is a new member."""
    person = _addable(context, caller, conversation_id, user_id)
    with changing(context, conversation_id) as change:
        if find_member(change.connection, conversation_id, user_id) is not None:
            return False
        _check_entrance(change, caller, user_id)
        join(context, change, person, by_id=caller.user_id)
    return True


def remove_member(context: Context, caller: Caller, conversation_id: int, user_id: int) -> None:
    """Leave, or remove somebody of a lower role; the last owner's role goes to the next in rank."""
    _, row = role_here(context, caller, conversation_id)
    if row.kind == DIRECT:
        raise errors.fixed_conversation()
    profiles = context.profiles.find_many([user_id])
    with changing(context, conversation_id) as change:
        role, _ = role_here(context, caller, conversation_id)
        member = _require_member(change.connection, conversation_id, user_id)
        if user_id != caller.user_id and not (outranks(role, member.role) or role == OWNER):
            raise errors.not_allowed_here()
        change.connection.execute(delete(memberships).where(_is(conversation_id, user_id)))
        _update_count(change)
        person = payloads.person(profiles, user_id)
        if user_id != caller.user_id:
            place = {"conversation": conversation_id, "room": row.name}
            audit.record(change.connection, "member.removed", caller.user_id, user_id, **place)
        change.record(MEMBER_LEFT, {"user": person, "user_id": user_id, "by_id": caller.user_id})
        change.notify(user_id, CONVERSATION_REMOVED, {"conversation_id": conversation_id})
        _appoint_owner(context, change)


def change_member(
    context: Context, caller: Caller, conversation_id: int, user_id: int, changes: MemberChanges
) -> None:
    """Make somebody owner, moderator or member; the last owner cannot be changed."""
    new_role = changes.role
    _require_owner(context, caller, conversation_id)
    profiles = context.profiles.find_many([user_id])
    with changing(context, conversation_id) as change:
        _require_owner(context, caller, conversation_id)
        member = _require_member(change.connection, conversation_id, user_id)
        if new_role is None or member.role == new_role:
            return
        if member.role == OWNER and _owners(change) == [user_id]:
            raise errors.last_owner()
        give_role(change, payloads.person(profiles, user_id), new_role, by_id=caller.user_id)


def join(context: Context, change: Change, person: Profile, *, by_id: int | None) -> None:
    """Make a person a member, as a part of this change of the conversation."""
    _insert_member(change, person.id)
    added = conversation_added(context, person.id, change.conversation_id)
    # As they will be after the event below.
    added["conversation"] |= {"last_seq": change.next_seq, "active_at": isoformat(change.date)}
    change.notify(person.id, CONVERSATION_ADDED, added)
    change.record(MEMBER_JOINED, {"user": person.shown(), "user_id": person.id, "by_id": by_id})


def give_role(change: Change, person: Person, role: str, *, by_id: int | None) -> None:
    """Make a member owner, moderator or member, as a part of this change."""
    is_member = _is(change.conversation_id, person["id"])
    change.connection.execute(update(memberships).where(is_member).values(role=role))
    data: RoleData = {"user": person, "user_id": person["id"], "role": role, "by_id": by_id}
    change.record(MEMBER_CHANGED, data)


def find_member(connection: Connection, conversation_id: int, user_id: int) -> Row[Any] | None:
    """The membership, a row of `memberships`."""
    return connection.execute(
        select(memberships).where(_is(conversation_id, user_id))
    ).one_or_none()


def _addable(context: Context, caller: Caller, conversation_id: int, user_id: int) -> Profile:
    """The person, if they exist and the caller may know of the conversation."""
    row = visible_conversation(context, caller, conversation_id)
    if user_id != caller.user_id and row.role is None:
        raise errors.not_a_member()
    if row.kind == DIRECT:
        raise errors.fixed_conversation()
    person = context.profiles.find(user_id)
    if person is None:
        raise errors.no_such_person()
    if not person.active:
        raise errors.deactivated_person("user_id")
    return person


def _check_entrance(change: Change, caller: Caller, user_id: int) -> None:
    """Check, with the conversation locked, that it is open to the person."""
    connection, conversation_id = change.connection, change.conversation_id
    if change.is_archived:
        raise errors.archived_conversation()
    if user_id == caller.user_id:
        if change.visibility != PUBLIC:
            raise errors.no_such_conversation()
    elif caller.user_id is None or find_member(connection, conversation_id, caller.user_id) is None:
        raise errors.no_such_conversation()
    if change.kind == GROUP and _count(change) >= MAX_GROUP:
        raise errors.group_full(MAX_GROUP)


def _insert_member(change: Change, user_id: int) -> None:
    values = {
        "conversation_id": change.conversation_id,
        "user_id": user_id,
        "role": MEMBER if _count(change) else OWNER,
        "read_seq": change.next_seq,
        "joined_at": change.date,
        "notify": notify_at_first(change.kind),
    }
    change.connection.execute(insert(memberships), values)
    _update_count(change)


def _require_member(connection: Connection, conversation_id: int, user_id: int) -> Row[Any]:
    member = find_member(connection, conversation_id, user_id)
    if member is None:
        raise errors.no_such_person()
    return member


def _require_owner(context: Context, caller: Caller, conversation_id: int) -> None:
    role, row = role_here(context, caller, conversation_id)
    if row.kind == DIRECT:
        raise errors.fixed_conversation()
    if role != OWNER:
        raise errors.not_allowed_here()


def _appoint_owner(context: Context, change: Change) -> None:
    """Make the next in rank the owner, if nobody else is."""
    if _owners(change):
        return
    query = (
        select(memberships.c.user_id, memberships.c.role)
        .where(memberships.c.conversation_id == change.conversation_id)
        .order_by(memberships.c.joined_at, memberships.c.user_id)
    )
    user_id = next_owner((row.user_id, row.role) for row in change.connection.execute(query))
    if user_id is None:
        return
    person = payloads.person(context.profiles.find_many([user_id]), user_id)
    give_role(change, person, OWNER, by_id=None)


def _is(conversation_id: int, user_id: int) -> ColumnElement[bool]:
    return and_(memberships.c.conversation_id == conversation_id, memberships.c.user_id == user_id)


def _owners(change: Change) -> list[int]:
    query = select(memberships.c.user_id).where(
        memberships.c.conversation_id == change.conversation_id, memberships.c.role == OWNER
    )
    return list(change.connection.execute(query).scalars())


def _count(change: Change) -> int:
    query = select(func.count()).where(memberships.c.conversation_id == change.conversation_id)
    return change.connection.execute(query).scalar_one()


def _update_count(change: Change) -> None:
    change.connection.execute(
        update(conversations)
        .where(conversations.c.id == change.conversation_id)
        .values(member_count=_count(change))
    )

"""All rooms, private ones included, without their messages; and rooms without an owner."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, Select, and_, func, select

from messages_service import errors, payloads
from messages_service.administration.schemas import RoomChanges, RoomListQuery
from messages_service.administration.shapes import AdministeredRoom
from messages_service.audit import actions as audit
from messages_service.caller import Caller
from messages_service.context import Context
from messages_service.conversations.actions import change_room
from messages_service.conversations.members import find_member, give_role, join
from messages_service.conversations.names import name_key
from messages_service.conversations.schemas import ConversationChanges
from messages_service.log import changing
from messages_service.models import (
    OWNER,
    ROOM,
    conversations,
    memberships,
    messages,
    profiles,
)
from servicekit.data.pages import page_of, without_surplus
from servicekit.times import isoformat


def list_rooms(context: Context, query: RoomListQuery) -> tuple[list[AdministeredRoom], bool]:
    """A page of rooms by id, and whether there are more."""
    is_archived = conversations.c.archived_at.is_not(None)
    rooms = _rooms().where(is_archived if query.archived else ~is_archived)
    if query.q:
        rooms = rooms.where(conversations.c.name_key.contains(name_key(query.q), autoescape=True))
    wanted = page_of(rooms.order_by(conversations.c.id), conversations.c.id, query)
    rows, has_more = without_surplus(context.connection.execute(wanted).all(), query)
    return _shown(context, rows), has_more


def get_room(context: Context, room_id: int) -> AdministeredRoom:
    """Raises NotFound."""
    query = _rooms().where(conversations.c.id == room_id)
    row = context.connection.execute(query).one_or_none()
    if row is None:
        raise errors.no_such_conversation()
    return _shown(context, [row])[0]


def update_room(context: Context, caller: Caller, room_id: int, changes: RoomChanges) -> None:
    """Rename, set the topic, archive, restore. For admins; raises NotFound, Conflict."""
    given = changes.model_dump(exclude_none=True)
    if given:
        change_room(context, caller, room_id, ConversationChanges(**given))


def take_ownership(context: Context, caller: Caller, room_id: int) -> None:
    """Make the administrator an owner of a room without an active one; raises Conflict."""
    caller.require_admin()
    room = get_room(context, room_id)
    person = None if caller.user_id is None else context.profiles.find(caller.user_id)
    if person is None:
        raise errors.no_such_person()
    with changing(context, room_id) as change:
        owner_ids = change.connection.execute(_active_owners([room_id])).scalars().all()
        if person.id in owner_ids:
            return
        if owner_ids:
            raise errors.room_has_owner()
        if find_member(change.connection, room_id, person.id) is None:
            join(context, change, person, by_id=person.id)
        give_role(change, person.shown(), OWNER, by_id=person.id)
        audit.record(
            change.connection, "room.owned", person.id, conversation=room_id, room=room["name"]
        )


def _rooms() -> Select[Any]:
    count = (
        select(func.count())
        .where(messages.c.conversation_id == conversations.c.id, messages.c.deleted_at.is_(None))
        .scalar_subquery()
    )
    return select(conversations, count.label("message_count")).where(conversations.c.kind == ROOM)


def _active_owners(room_ids: Sequence[int], *also: Any) -> Select[Any]:
    is_active = and_(profiles.c.id == memberships.c.user_id, profiles.c.active)
    return (
        select(memberships.c.user_id, *also)
        .select_from(memberships.join(profiles, is_active))
        .where(memberships.c.conversation_id.in_(room_ids), memberships.c.role == OWNER)
        .order_by(memberships.c.joined_at, memberships.c.user_id)
    )


def _shown(context: Context, rows: Sequence[Row[Any]]) -> list[AdministeredRoom]:
    wanted = _active_owners([row.id for row in rows], memberships.c.conversation_id)
    owners: dict[int, list[int]] = {row.id: [] for row in rows}
    for user_id, room_id in context.connection.execute(wanted):
        owners[room_id].append(user_id)
    people = context.profiles.find_many({id_ for ids in owners.values() for id_ in ids})
    return [
        {
            "id": row.id,
            "name": row.name,
            "topic": row.topic,
            "visibility": row.visibility,
            "archived": row.archived_at is not None,
            "member_count": row.member_count,
            "message_count": row.message_count,
            "created_at": isoformat(row.created_at),
            "active_at": isoformat(row.active_at),
            "owners": [payloads.person(people, user_id) for user_id in owners[row.id]],
        }
        for row in rows
    ]

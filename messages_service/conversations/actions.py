"""Make and change conversations."""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import Row, and_, insert, select, update
from sqlalchemy.exc import IntegrityError

from messages_service import errors, payloads
from messages_service.audit import actions as audit
from messages_service.caller import Caller
from messages_service.context import Context
from messages_service.conversations.names import look_key, name_key
from messages_service.conversations.schemas import ConversationChanges, NewConversation
from messages_service.log import CONVERSATION_UPDATED, Change, changing
from messages_service.membership.direct import announce_added, open_direct
from messages_service.membership.roles import role_here
from messages_service.models import (
    DIRECT,
    GROUP,
    MAX_GROUP,
    MEMBER,
    MODERATOR,
    OWNER,
    PRIVATE,
    RANKS,
    ROOM,
    conversations,
    memberships,
    notify_at_first,
)
from messages_service.people.profiles import Profile
from servicekit.data.db import transaction
from servicekit.language import _
from servicekit.times import utcnow
from servicekit.web.errors import Invalid

Check = Callable[[Context, Caller, int, ConversationChanges], None]
"""Raises a Problem if the caller may not change the conversation so."""
_LEAST_ROLE = {"topic": MEMBER, "name": MODERATOR, "visibility": OWNER, "archived": OWNER}


def create_conversation(
    context: Context, caller: Caller, wanted: NewConversation
) -> tuple[int, bool]:
    """Make a room, a group or a direct conversation; returns its id, and whether it is new."""
    me = context.profiles.find_active(caller.user_id, "author_id")
    others = [
        context.profiles.find_active(user_id, "member_ids")
        for user_id in dict.fromkeys(wanted.member_ids)
    ]
    if wanted.kind == DIRECT:
        with transaction(context.db) as running:
            return open_direct(context, running, me, others[0])
    others = [other for other in others if other.id != me.id]
    if wanted.kind == GROUP and not others:
        raise Invalid.field("member_ids", _("must name somebody else"))
    if wanted.kind == GROUP and len(others) >= MAX_GROUP:
        raise Invalid.field(
            "member_ids", _("must leave a group of at most %(limit)s", limit=MAX_GROUP)
        )
    try:
        return _make(context, me, others, wanted), True
    except IntegrityError as error:
        raise errors.name_taken() from error


def change_conversation(
    context: Context, caller: Caller, conversation_id: int, changes: ConversationChanges
) -> None:
    """Rename, set the topic, open, close, archive, restore; unchanged values record no event."""
    _change(context, caller, conversation_id, changes, _check_change)


def change_room(
    context: Context, caller: Caller, conversation_id: int, changes: ConversationChanges
) -> None:
    """The same for an administrator who need not be a member."""
    caller.require_admin()
    _change(context, caller, conversation_id, changes, _check_room)


def _change(
    context: Context,
    caller: Caller,
    conversation_id: int,
    changes: ConversationChanges,
    check: Check,
) -> None:
    check(context, caller, conversation_id, changes)
    try:
        with changing(context, conversation_id) as change:
            check(context, caller, conversation_id, changes)
            values = _new_values(change, changes)
            if not values:
                return
            if change.is_archived and changes.archived is not False:
                raise errors.archived_conversation()
            after = change.connection.execute(
                update(conversations)
                .where(conversations.c.id == conversation_id)
                .values(values)
                .returning(*conversations.c)
            ).one()
            _record(change, caller, after, values)
            core = payloads.conversation_core(after, after.name)
            change.record(CONVERSATION_UPDATED, {"conversation": core, "by_id": caller.user_id})
    except IntegrityError as error:
        raise errors.name_taken() from error


def _record(change: Change, caller: Caller, after: Row[Any], values: Mapping[str, object]) -> None:
    """Archiving goes to the audit log, and what administrators change in rooms of others."""
    place: dict[str, int | str | None] = {"conversation": after.id, "room": after.name}
    if "archived_at" in values:
        action = "room.archived" if values["archived_at"] else "room.unarchived"
        audit.record(change.connection, action, caller.user_id, **place)
    elif caller.is_admin and after.kind == ROOM:
        fields = " ".join(sorted(values.keys() - {"name_key", "look_key"}))
        audit.record(change.connection, "room.changed", caller.user_id, fields=fields, **place)


def _check_room(
    context: Context, caller: Caller, conversation_id: int, changes: ConversationChanges
) -> None:
    is_room = and_(conversations.c.id == conversation_id, conversations.c.kind == ROOM)
    if not context.connection.execute(select(conversations.c.id).where(is_room)).all():
        raise errors.no_such_conversation()


def _check_change(
    context: Context, caller: Caller, conversation_id: int, changes: ConversationChanges
) -> None:
    role, row = role_here(context, caller, conversation_id)
    if row.kind == DIRECT:
        raise errors.fixed_conversation()
    for field in changes.model_dump(exclude_none=True):
        if RANKS[role] < RANKS[_LEAST_ROLE[field]] and not (row.kind == GROUP and field == "name"):
            raise errors.not_allowed_here()
    if row.kind == GROUP and changes.visibility not in (None, PRIVATE):
        raise Invalid.field("visibility", _("a group is private"))


def _new_values(change: Change, changes: ConversationChanges) -> dict[str, object]:
    """The columns whose values change."""
    query = select(conversations).where(conversations.c.id == change.conversation_id)
    before = change.connection.execute(query).one()
    values: dict[str, object] = {
        name: value
        for name in ("name", "topic", "visibility")
        if (value := getattr(changes, name)) not in (None, getattr(before, name))
    }
    if changes.name is not None and "name" in values and before.kind == ROOM:
        values |= {"name_key": name_key(changes.name), "look_key": look_key(changes.name)}
    if changes.archived not in (None, change.is_archived):
        values["archived_at"] = change.date if changes.archived else None
    return values


def _make(context: Context, me: Profile, others: list[Profile], wanted: NewConversation) -> int:
    now = utcnow()
    is_room = wanted.kind == ROOM
    values = {
        "kind": wanted.kind,
        "visibility": wanted.visibility or PRIVATE,
        "name": wanted.name,
        "name_key": name_key(wanted.name) if is_room and wanted.name else None,
        "look_key": look_key(wanted.name) if is_room and wanted.name else None,
        "topic": wanted.topic,
        "member_count": 1 + len(others),
        "created_by": me.id,
        "created_at": now,
        "active_at": now,
    }
    with transaction(context.db) as running:
        connection = running.connection
        made: int = connection.execute(
            insert(conversations).values(values).returning(conversations.c.id)
        ).scalar_one()
        roles = {me.id: OWNER} | {other.id: MEMBER for other in others}
        joined = {
            "conversation_id": made,
            "joined_at": now,
            "notify": notify_at_first(wanted.kind),
        }
        rows = [{"user_id": user_id, "role": role, **joined} for user_id, role in roles.items()]
        connection.execute(insert(memberships), rows)
        for user_id in roles:
            announce_added(context, running, user_id, made)
    return made

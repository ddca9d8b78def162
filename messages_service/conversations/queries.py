"""Conversations as their members see them, in a fixed number of queries."""

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    CompoundSelect,
    Integer,
    Row,
    Select,
    and_,
    bindparam,
    or_,
    select,
    tuple_,
    union_all,
)

from messages_service import errors, payloads
from messages_service.caller import GUEST, Caller
from messages_service.context import Context
from messages_service.conversations.names import name_key
from messages_service.conversations.schemas import ConversationListQuery, MemberListQuery
from messages_service.conversations.shapes import FoundRoom
from messages_service.conversations.unread import unread_by_conversation
from messages_service.drafts.queries import has_draft
from messages_service.lists import is_in_list, prepared_with_lists
from messages_service.messages.latest import latest_by_conversation
from messages_service.models import (
    MY_COLUMNS,
    PUBLIC,
    ROOM,
    conversations,
    memberships,
    profiles,
)
from messages_service.prepared import Prepared
from messages_service.scheduled.queries import scheduled_count
from messages_service.shapes.conversations import Conversation, Member
from servicekit.data.pages import page_of, without_surplus
from servicekit.times import isoformat
from servicekit.web.schemas import clean_text, is_id

SHOWN_MEMBERS = 50
LISTED_MEMBERS = 2000
"""In a list that has more members than these, later conversations list only the first few."""
FEW_MEMBERS = 3


def conversations_of(
    context: Context, user_id: int, query: ConversationListQuery, *, opened_id: int | None = None
) -> tuple[list[Conversation], bool]:
    """The person's conversations, latest activity first, and whether there are more.

    In a brief list, the opened one has its members nevertheless.
    """
    statement = _pages_of_mine(
        query.kind is not None, query.before is not None, query.after is not None
    )
    values = {
        "user_id": user_id,
        "kind": query.kind,
        "before": query.before,
        "after": query.after,
        "limit": query.limit + 1,
    }
    found = statement.records(context.connection, values)
    rows, has_more = without_surplus(found, query)
    described = describe(context, user_id, rows, is_brief=query.brief, opened_id=opened_id)
    return described, has_more


def conversation_for(context: Context, user_id: int | None, conversation_id: int) -> Conversation:
    """One conversation as that person sees it, member or not."""
    rows = context.db.session.execute(
        _seen_by(user_id).where(conversations.c.id == conversation_id)
    ).all()
    if not rows:
        raise errors.no_such_conversation()
    return describe(context, user_id, rows)[0]


def browse_rooms(
    context: Context, caller: Caller, query: ConversationListQuery
) -> tuple[list[Conversation], bool]:
    """Public rooms by id, and whether there are more; guests see only those they are in."""
    rooms = _seen_by(caller.user_id).where(
        conversations.c.kind == ROOM,
        conversations.c.visibility == PUBLIC,
        conversations.c.archived_at.is_(None),
    )
    if caller.is_guest:
        rooms = rooms.where(memberships.c.user_id.is_not(None))
    if query.q and name_key(query.q):
        rooms = rooms.where(conversations.c.name_key.contains(name_key(query.q), autoescape=True))
    rooms = page_of(rooms.order_by(conversations.c.id), conversations.c.id, query)
    rows, has_more = without_surplus(context.db.session.execute(rooms).all(), query)
    return describe(context, caller.user_id, rows, is_brief=query.brief), has_more


def members_of(
    context: Context, conversation_id: int, query: MemberListQuery
) -> tuple[list[Member], bool]:
    """A page of the members, by id; with `q` those with it in their name or nickname."""
    members = select(memberships).where(memberships.c.conversation_id == conversation_id)
    if query.q:
        members = members.join(profiles, profiles.c.id == memberships.c.user_id).where(
            profiles.c.name.icontains(query.q, autoescape=True)
            | profiles.c.nickname.icontains(query.q, autoescape=True)
        )
    members = page_of(members.order_by(memberships.c.user_id), memberships.c.user_id, query)
    rows, has_more = without_surplus(context.db.session.execute(members).all(), query)
    return _members_shown(context, rows), has_more


def member_of(context: Context, conversation_id: int, user_id: int) -> Member:
    """One member; raises NotFound."""
    member = select(memberships).where(
        memberships.c.conversation_id == conversation_id, memberships.c.user_id == user_id
    )
    rows = context.db.session.execute(member).all()
    if not rows:
        raise errors.no_such_person()
    return _members_shown(context, rows)[0]


def resolve_room(context: Context, room: str, user_id: int) -> FoundRoom:
    """Find a conversation of a member by id or name."""
    row = find_room(context, room, user_id)
    person = context.profiles.find(user_id)
    is_open = row is not None and row.visibility == PUBLIC
    if person is not None and person.role == GUEST:
        is_open = False
    if row is None or not (row.role or is_open):
        raise errors.no_such_conversation()
    if row.role is None:
        raise errors.not_a_member()
    return {"id": row.id, "name": row.name, "kind": row.kind}


def find_room(context: Context, room: str, user_id: int) -> Row[Any] | None:
    """By id if it is one, else by name; with the person's role in it."""
    try:
        by_name = conversations.c.name_key == name_key(clean_text(room))
    except ValueError:  # no room can have this name
        return None
    meant = or_(conversations.c.id == int(room), by_name) if is_id(room) else by_name
    rows = context.db.session.execute(_seen_by(user_id).where(meant)).all()
    return max(rows, key=lambda row: (row.role is not None, str(row.id) == room), default=None)


def describe(
    context: Context,
    user_id: int | None,
    rows: Sequence[Row[Any]],
    *,
    is_brief: bool = False,
    opened_id: int | None = None,
) -> list[Conversation]:
    """Conversations as the person gets them; strangers to a public room get no message of it."""
    with_members = (row for row in rows if not is_brief or row.kind != ROOM or row.id == opened_id)
    members = _members(context, with_members)
    with_message = [] if is_brief else [row.id for row in rows if row.role]
    latest = latest_by_conversation(context, with_message)
    people = context.profiles.find_many(m.user_id for found in members.values() for m in found)
    joined = [row.id for row in rows if row.role]
    unread, unread_mentions, unread_threads = unread_by_conversation(context, user_id, joined)
    result: list[Conversation] = []
    for row in rows:
        here = [
            payloads.member(m, people, with_email=context.is_tutorial)
            for m in members.get(row.id, ())
        ]
        result.append(
            {
                **payloads.conversation_core(row, _name_for(row, here, user_id)),
                "active_at": isoformat(row.active_at),
                "joined": row.role is not None,
                "role": row.role,
                "members": here,
                "last_seq": row.last_seq,
                "read_seq": row.read_seq or 0,
                "unread": unread.get(row.id, 0),
                "scheduled_count": row.scheduled_count,
                "unread_mentions": unread_mentions.get(row.id, 0),
                "has_draft": bool(row.has_draft),
                "unread_threads": unread_threads.get(row.id, []),
                "last_message": latest.get(row.id),
                **payloads.marks(row),
            }
        )
    return result


def _name_for(row: Row[Any], members: list[Member], user_id: int | None) -> str | None:
    if row.name is not None or row.kind == ROOM:
        return row.name  # type: ignore[no-any-return]
    others = [member["name"] for member in members if member["id"] != user_id]
    if not others:
        return members[0]["name"] if members else None
    return ", ".join(others)


@cache
def _pages_of_mine(has_kind: bool, has_before: bool, has_after: bool) -> Prepared:
    """The statement for each kind of page."""
    mine = (
        select(conversations, *MY_COLUMNS, *_unsent)
        .join(memberships)
        .where(memberships.c.user_id == bindparam("user_id"))
    )
    if has_kind:
        mine = mine.where(conversations.c.kind == bindparam("kind"))
    if has_before:
        mine = mine.where(_activity < _activity_of("before"))
    if has_after:
        mine = mine.where(_activity > _activity_of("after"))
    mine = mine.order_by(conversations.c.active_at.desc(), conversations.c.id.desc())
    return Prepared(default=mine.limit(bindparam("limit", type_=Integer)))


def _seen_by(user_id: int | None) -> Select[Any]:
    mine = and_(
        memberships.c.conversation_id == conversations.c.id, memberships.c.user_id == user_id
    )
    return select(conversations, *MY_COLUMNS, *_unsent).select_from(
        conversations.outerjoin(memberships, mine)
    )


_unsent = (has_draft.label("has_draft"), scheduled_count.label("scheduled_count"))
"""The person's unsent text in a conversation."""
_activity = tuple_(conversations.c.active_at, conversations.c.id)


def _activity_of(name: str) -> ColumnElement[Any]:
    """The place of the conversation bound as `name` in the order of activity."""
    conversation_id = bindparam(name, type_=BigInteger)
    last = select(conversations.c.active_at).where(conversations.c.id == conversation_id)
    return tuple_(last.correlate(None).scalar_subquery(), conversation_id)


def _members_shown(context: Context, rows: Sequence[Row[Any]]) -> list[Member]:
    people = context.profiles.find_many(row.user_id for row in rows)
    return [payloads.member(row, people, with_email=context.is_tutorial) for row in rows]


def _members(context: Context, rows: Iterable[Row[Any]]) -> dict[int, list[Row[Any]]]:
    """Members by conversation; of a big one only the first, by a range of the primary key."""
    all_of = select(memberships)
    whole: list[int] = []
    queries: list[Select[Any]] = []
    listed = 0
    for row in rows:
        most = SHOWN_MEMBERS if listed < LISTED_MEMBERS else FEW_MEMBERS
        listed += min(row.member_count, most)
        if row.member_count <= most:
            whole.append(row.id)
        else:
            first = all_of.where(memberships.c.conversation_id == row.id)
            queries.append(select(first.order_by(memberships.c.user_id).limit(most).subquery()))
    members: list[Row[Any]] = []
    if whole:
        values = {"conversation_ids": whole}
        members += _all_members.records(context.connection, values)
    for query in _together(queries):
        members += context.db.session.execute(query)
    found: dict[int, list[Row[Any]]] = {}
    for member in members:
        found.setdefault(member.conversation_id, []).append(member)
    return found


def _select_all_members(dialect: str) -> Select[Any]:
    is_wanted = is_in_list(dialect, memberships.c.conversation_id, "conversation_ids", BigInteger())
    return select(memberships).where(is_wanted)


def _together(queries: list[Select[Any]]) -> list[Select[Any] | CompoundSelect[Any]]:
    """One statement for all; SQLite allows 500 in a compound."""
    chunks = [queries[i : i + 400] for i in range(0, len(queries), 400)]
    return [chunk[0] if len(chunk) == 1 else union_all(*chunk) for chunk in chunks]


_all_members = prepared_with_lists(_select_all_members)

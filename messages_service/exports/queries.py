"""Reads of an export: one transaction, a page at a time."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, select

from messages_service.exports.shapes import ConversationLine, PersonLine, ScopeName
from messages_service.models import PUBLIC, conversations, memberships, messages, profiles
from messages_service.payloads import moment
from servicekit.times import isoformat

PAGE = 200


@dataclass(frozen=True, slots=True)
class Scope:
    """`user_id` is the person who exports; `conversation_id` is set for one conversation alone.

    `with_private` is about everything: whether private rooms, groups and direct messages are in it.
    """

    name: ScopeName
    user_id: int
    conversation_id: int | None = None
    with_private: bool = True

    def conversation_ids(self) -> Select[int]:
        wanted = select(conversations.c.id)
        if self.name == "conversation":
            return wanted.where(conversations.c.id == self.conversation_id)
        if self.name == "person":
            mine = memberships.c.user_id == self.user_id
            return wanted.join(memberships).where(mine)
        return wanted if self.with_private else wanted.where(conversations.c.visibility == PUBLIC)


def conversation_lines(connection: Connection, scope: Scope) -> Iterator[ConversationLine]:
    """By id, with their members."""
    last = 0
    while True:
        wanted = scope.conversation_ids().where(conversations.c.id > last)
        page = wanted.order_by(conversations.c.id).limit(PAGE)
        ids = list(connection.execute(page).scalars())
        if not ids:
            return
        members = _members(connection, ids)
        query = select(conversations).where(conversations.c.id.in_(ids))
        for row in connection.execute(query.order_by(conversations.c.id)).all():
            yield _conversation(row, members.get(row.id, []))
        last = ids[-1]


def message_pages(connection: Connection, conversation_id: int) -> Iterator[Sequence[Row[Any]]]:
    """All messages and the marks of deleted ones, by seq; not those that retention removed."""
    is_removed = and_(
        messages.c.deleted_at.is_not(None),
        ~messages.c.in_conversation,
        messages.c.thread_id.is_(None),
        messages.c.reply_count == 0,
    )
    wanted = select(messages).where(messages.c.conversation_id == conversation_id, ~is_removed)
    last = 0
    while True:
        page = wanted.where(messages.c.seq > last).order_by(messages.c.seq).limit(PAGE)
        rows = connection.execute(page).all()
        if not rows:
            return
        yield rows
        last = rows[-1].seq


def person_lines(
    connection: Connection, scope: Scope, user_ids: Sequence[int]
) -> Iterator[PersonLine]:
    """These people, or all in an export of everything; e-mails for admins, and the person's own."""
    is_everything = scope.name == "everything"
    ids = sorted(user_ids)
    last = 0
    while True:
        wanted = select(profiles).order_by(profiles.c.id).limit(PAGE)
        if is_everything:
            page = wanted.where(profiles.c.id > last)
        else:
            some, ids = ids[:PAGE], ids[PAGE:]
            page = wanted.where(profiles.c.id.in_(some))
        rows = connection.execute(page).all()
        if not rows:
            return
        for row in rows:
            yield _person(row, with_email=is_everything or row.id == scope.user_id)
        last = rows[-1].id


def _members(connection: Connection, ids: Sequence[int]) -> dict[int, list[Row[Any]]]:
    query = select(memberships).where(memberships.c.conversation_id.in_(ids))
    found: dict[int, list[Row[Any]]] = {}
    for row in connection.execute(query.order_by(memberships.c.joined_at, memberships.c.user_id)):
        found.setdefault(row.conversation_id, []).append(row)
    return found


def _conversation(row: Row[Any], members: Sequence[Row[Any]]) -> ConversationLine:
    return {
        "id": row.id,
        "kind": row.kind,
        "visibility": row.visibility,
        "name": row.name,
        "topic": row.topic,
        "created_by": row.created_by,
        "created_at": isoformat(row.created_at),
        "archived_at": moment(row.archived_at),
        "members": [
            {"user_id": each.user_id, "role": each.role, "joined_at": isoformat(each.joined_at)}
            for each in members
        ],
        "messages": f"conversations/{row.id}/messages.ndjson",
    }


def _person(row: Row[Any], *, with_email: bool) -> PersonLine:
    line: PersonLine = {
        "id": row.id,
        "nickname": row.nickname,
        "name": row.name,
        "role": row.role,
        "active": row.active,
    }
    if with_email and row.email:
        line["email"] = row.email
    return line

"""Names and dates of a query as ids and moments, for one reader."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, func, select

from messages_service.caller import Caller
from messages_service.conversations.names import name_key
from messages_service.models import conversations, direct_key, memberships, messages, profiles
from messages_service.search.parsing import ParsedQuery, QueryError

MANY_CONVERSATIONS: Final = 500
SMALL_SHARE: Final = 20
"""Marks of conversations speed up a search if the reader has less than a twentieth of all."""


@dataclass(frozen=True)
class Wanted:
    """The conditions of a search; `reader_id` is None for somebody who may read all messages."""

    reader_id: int | None
    terms: Sequence[str]
    author_ids: Sequence[int] | None
    conversation_ids: Sequence[int] | None
    since: datetime | None
    until: datetime | None
    has: frozenset[str]
    is_: frozenset[str]
    likely_conversation_ids: Sequence[int] = ()
    """Conversations of a reader of few: others need not be looked at."""


def resolve(
    connection: Connection,
    caller: Caller,
    query: ParsedQuery,
    conversation_id: int | None,
    time_zone: str,
) -> Wanted:
    """Raises QueryError for names that the caller does not know."""
    conversation_ids = [_conversation(connection, caller, name) for name in query.in_names]
    if conversation_id is not None:
        conversation_ids = [id_ for id_ in conversation_ids if id_ == conversation_id]
        conversation_ids = conversation_ids if query.in_names else [conversation_id]
    is_anywhere = conversation_id is None and not query.in_names
    zone = ZoneInfo(time_zone)
    return Wanted(
        reader_id=caller.user_id,
        terms=query.terms,
        author_ids=[_person(connection, caller, name) for name in query.from_names] or None,
        conversation_ids=None if is_anywhere else conversation_ids,
        since=max((_start(day, zone, 1) for day in query.after), default=None),
        until=min((_start(day, zone, 0) for day in query.before), default=None),
        has=frozenset(query.has),
        is_=frozenset(query.is_),
        likely_conversation_ids=_few_conversations(connection, caller) if is_anywhere else (),
    )


def _person(connection: Connection, caller: Caller, name: str) -> int:
    if name.lower() == "me" and caller.user_id is not None:
        return caller.user_id
    query = select(profiles.c.id).where(profiles.c.nickname_key == name.casefold())
    found = connection.execute(query).scalars().first()
    if found is None:
        raise QueryError(f"needs a nickname after 'from:'; nobody is called '{name[:40]}'")
    return int(found)


def _conversation(connection: Connection, caller: Caller, name: str) -> int:
    """A room by its name, or the direct conversation with @nickname."""
    if name.startswith("@") and caller.user_id is not None:
        other = _person(connection, caller, name[1:])
        named = conversations.c.direct_key == direct_key(caller.user_id, other)
    else:
        named = conversations.c.name_key == name_key(name)
    query = select(conversations.c.id).where(named)
    if not caller.is_anonymous:
        query = query.join(memberships).where(memberships.c.user_id == caller.user_id)
    found = connection.execute(query).scalars().first()
    if found is None:
        raise QueryError(f"needs a room of yours after 'in:'; you are in none named '{name[:80]}'")
    return int(found)


def _start(day: date, zone: ZoneInfo, days_later: int) -> datetime:
    try:
        return datetime.combine(day + timedelta(days=days_later), time(), zone).astimezone(UTC)
    except OverflowError:
        raise QueryError(f"needs a date before {day}") from None


def _few_conversations(connection: Connection, caller: Caller) -> Sequence[int]:
    if caller.is_anonymous:
        return ()
    mine = memberships.c.user_id == caller.user_id
    joined = conversations.join(memberships)
    counts = select(func.count(), func.sum(conversations.c.last_seq)).select_from(joined)
    count, entries = connection.execute(counts.where(mine)).one()
    newest = connection.execute(select(func.max(messages.c.id))).scalar() or 0
    if not count or count > MANY_CONVERSATIONS or entries * SMALL_SHARE > newest:
        return ()
    chosen = select(memberships.c.conversation_id).where(mine)
    return connection.execute(chosen).scalars().all()

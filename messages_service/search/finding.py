"""Search: from what a person typed to the messages that they may read."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import Connection, func, select

from messages_service.caller import Caller
from messages_service.context import Context
from messages_service.indexing.catching_up import index_new_entries
from messages_service.indexing.joined import separated
from messages_service.indexing.models import search_entries
from messages_service.membership.access import readable_conversation
from messages_service.messages.queries import describe
from messages_service.models import messages
from messages_service.page_sizes import PAGE_CHARACTERS
from messages_service.search.conditions import Found
from messages_service.search.excerpts import excerpts_of, highlights_in
from messages_service.search.parsing import QueryError, parse
from messages_service.search.queries import find_messages
from messages_service.search.ranking import rank
from messages_service.search.schemas import SearchQuery
from messages_service.search.shapes import FoundMessage
from messages_service.search.wanted import Wanted, resolve
from servicekit.web.errors import Invalid

CANDIDATES: Final = 300
"""Newest matches among which the best are looked for."""
RANKED_CHARACTERS: Final = 2000


def search(context: Context, caller: Caller, query: SearchQuery) -> tuple[list[FoundMessage], bool]:
    """A page of what the caller may read and has asked for, and whether there is more."""
    index_new_entries(context.db.engine)
    if query.conversation_id is not None:
        readable_conversation(context, caller, query.conversation_id)
    connection = context.connection
    wanted = _wanted(connection, caller, query)
    if query.order == "best" and wanted.terms:
        found = _best(connection, wanted, query.before)
    else:
        limit = query.limit + 1
        found = find_messages(connection, wanted, before=query.before, limit=limit)
    page = _fitting(found[: query.limit])
    return _described(context, wanted.terms, page), len(found) > len(page)


def _wanted(connection: Connection, caller: Caller, query: SearchQuery) -> Wanted:
    try:
        parsed = parse(query.q)
        if parsed.is_empty:
            raise QueryError("must have a word, a phrase in quotes or a filter such as from:alice")
        return resolve(connection, caller, parsed, query.conversation_id, query.time_zone)
    except QueryError as error:
        raise Invalid.field("q", str(error), "invalid-search") from None


def _best(connection: Connection, wanted: Wanted, after_id: int | None) -> list[Found]:
    """Those after the last one of the page before; none if that one is no longer found."""
    found = find_messages(connection, wanted, before=None, limit=CANDIDATES)
    by_id = {each.id: each for each in found}
    start = func.substr(search_entries.c.text, 1, RANKED_CHARACTERS)
    texts = connection.execute(
        select(search_entries.c.message_id, start).where(search_entries.c.message_id.in_(by_id))
    )
    is_joined = connection.dialect.name == "postgresql"
    ranked = rank(
        [(id_, separated(text) if is_joined else text) for id_, text in texts], wanted.terms
    )
    if after_id is not None:
        ranked = ranked[ranked.index(after_id) + 1 :] if after_id in by_id else []
    return [by_id[id_] for id_ in ranked]


def _fitting(found: Sequence[Found]) -> Sequence[Found]:
    """As many as a page of messages may hold; the first always fits."""
    size = 0
    for number, each in enumerate(found):
        if number and size + each.size > PAGE_CHARACTERS:
            return found[:number]
        size += each.size
    return found


def _described(context: Context, terms: Sequence[str], page: Sequence[Found]) -> list[FoundMessage]:
    rows = context.db.session.execute(
        select(messages).where(messages.c.id.in_([f.id for f in page]))
    )
    by_id = {row.id: row for row in rows}
    described = describe(context, [by_id[each.id] for each in page if each.id in by_id])
    return [
        {
            "message": message,
            "highlights": highlights_in(message["content"], terms),
            "excerpts": excerpts_of(message, terms),
        }
        for message in described
    ]

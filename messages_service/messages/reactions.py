"""Reactions to messages as clients see them."""

from collections.abc import Iterable, Sequence
from typing import Any, Final

from sqlalchemy import BigInteger, Connection, Select, func, select

from messages_service import payloads
from messages_service.caller import Caller
from messages_service.lists import is_in_list, prepared_with_lists
from messages_service.models import reactions
from messages_service.shapes.messages import Message, Reaction

SHOWN_REACTORS: Final = 50
"""People named per emoji, the first ones; `count` counts everybody."""


def reactions_to(connection: Connection, message_ids: Sequence[int]) -> dict[int, list[Reaction]]:
    """Reactions by message, the emoji that was given first at the front."""
    if not message_ids:
        return {}
    rows = _first_reactors.records(connection, {"message_ids": message_ids})
    return payloads.reactions_of(rows)


def add_my_reactions(connection: Connection, caller: Caller, messages: Iterable[Message]) -> None:
    """Name the caller among the people of an emoji, even if many others came first."""
    cut = [
        (message["id"], reaction)
        for message in messages
        for reaction in message["reactions"]
        if reaction["count"] > len(reaction["user_ids"])
    ]
    if not cut or caller.user_id is None:
        return
    mine = select(reactions.c.message_id, reactions.c.emoji).where(
        reactions.c.message_id.in_({message_id for message_id, _ in cut}),
        reactions.c.user_id == caller.user_id,
    )
    given = {(row.message_id, row.emoji) for row in connection.execute(mine)}
    for message_id, reaction in cut:
        if (message_id, reaction["emoji"]) in given and caller.user_id not in reaction["user_ids"]:
            reaction["user_ids"].append(caller.user_id)


def _select_first_reactors(dialect: str) -> Select[Any]:
    by_emoji = (reactions.c.message_id, reactions.c.emoji)
    by_time = (reactions.c.created_at, reactions.c.user_id)
    ranked = (
        select(
            *by_emoji,
            reactions.c.user_id,
            func.count().over(partition_by=by_emoji).label("total"),
            func.min(reactions.c.created_at).over(partition_by=by_emoji).label("since"),
            func.row_number().over(partition_by=by_emoji, order_by=by_time).label("place"),
        )
        .where(is_in_list(dialect, reactions.c.message_id, "message_ids", BigInteger()))
        .subquery()
    )
    return (
        select(ranked)
        .where(ranked.c.place <= SHOWN_REACTORS)
        .order_by(ranked.c.message_id, ranked.c.since, ranked.c.emoji, ranked.c.place)
    )


_first_reactors = prepared_with_lists(_select_first_reactors)

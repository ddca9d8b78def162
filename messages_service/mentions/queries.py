"""Mentions of a person: which messages have one, and how many are unread."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    ScalarSelect,
    Select,
    and_,
    func,
    literal,
    or_,
    select,
    true,
    union_all,
)

from messages_service.mentions.models import EVERYONE_IDS, message_mentions
from messages_service.models import READ_MARKER, conversations, memberships, messages
from messages_service.shapes.messages import Mentions
from servicekit.data.pages import between
from servicekit.web.paging import PageQuery


def mentions_among(user_ids: Iterable[int]) -> Mentions:
    """The mentions of one message, from its rows."""
    found = set(user_ids)
    everyone = [word for word, user_id in EVERYONE_IDS.items() if user_id in found]
    people = sorted(user_id for user_id in found if user_id > 0)
    return {"user_ids": people, "everyone": everyone[0] if everyone else None}


def messages_mentioning(dialect: str, user_id: int, query: PageQuery) -> Select[Any]:
    """Others' messages that mention this person, in conversations that they are in.

    Only the nearest ones of each conversation, so that a page costs the same however many there
    are. A mention of all members counts if the person was a member then.
    """
    mine = union_all(
        *(
            select(
                memberships.c.conversation_id,
                memberships.c.joined_at,
                literal(mentioned_id, Integer).label("mentioned_id"),
            ).where(memberships.c.user_id == user_id)
            for mentioned_id in (user_id, *EVERYONE_IDS.values())
        )
    ).subquery()
    is_backward = query.after is None or query.before is not None
    seq = message_mentions.c.seq
    mentioning = messages.alias()
    nearest = (
        between(select(mentioning.c.id), message_mentions.c.message_id, query.before, query.after)
        .join(message_mentions, message_mentions.c.message_id == mentioning.c.id)
        .where(
            message_mentions.c.conversation_id == mine.c.conversation_id,
            message_mentions.c.user_id == mine.c.mentioned_id,
            _is_meant(mentioning, user_id, mine.c.mentioned_id, mine.c.joined_at),
        )
        .order_by(seq.desc() if is_backward else seq)
        .limit(query.limit + 1)
        .correlate(mine)
    )
    if dialect == "postgresql":
        each = nearest.lateral()
        joined = mine.join(each, true()).join(messages, messages.c.id == each.c.id)
    else:
        joined = mine.join(messages, messages.c.id.in_(nearest))
    return select(messages).select_from(joined).distinct()


def count_unread_mentions() -> ScalarSelect[int]:
    """Mentions among the unread messages, for a row of `conversations` and `memberships`."""
    mentioned_id = message_mentions.c.user_id
    user_id, joined_at = memberships.c.user_id, memberships.c.joined_at
    return (
        select(func.count(message_mentions.c.message_id.distinct()))
        .join(messages, messages.c.id == message_mentions.c.message_id)
        .where(
            message_mentions.c.conversation_id == conversations.c.id,
            mentioned_id.in_([user_id, *EVERYONE_IDS.values()]),
            message_mentions.c.seq > READ_MARKER,
            messages.c.in_conversation,
            _is_meant(messages, user_id, mentioned_id, joined_at),
        )
        .correlate(conversations, memberships)
        .scalar_subquery()
    )


def _is_meant(
    of_messages: Any, user_id: Any, mentioned_id: ColumnElement[int], joined_at: ColumnElement[Any]
) -> ColumnElement[bool]:
    """Not by their own or deleted messages, and with all members only since they joined."""
    was_member = or_(mentioned_id > 0, of_messages.c.created_at >= joined_at)
    is_shown = and_(of_messages.c.author_id != user_id, of_messages.c.deleted_at.is_(None))
    return and_(is_shown, was_member)

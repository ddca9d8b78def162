"""How many reactions a message may have."""

from typing import Final, TypedDict

from sqlalchemy import Connection, func, select

from messages_service import errors
from messages_service.models import reactions

MAX_EMOJI_PER_MESSAGE: Final = 20
"""Different emoji; any number of people may give each."""
MAX_REACTIONS_PER_PERSON: Final = 10
"""Of one person to one message."""


class GivenReaction(TypedDict):
    """The key of a row of `reactions`."""

    message_id: int
    emoji: str
    user_id: int | None


def refuse_too_many(connection: Connection, reaction: GivenReaction) -> None:
    """Raises Invalid unless there is room for this one; call it with the conversation locked."""
    of_message = reactions.c.message_id == reaction["message_id"]
    used = set(connection.execute(select(reactions.c.emoji).where(of_message).distinct()).scalars())
    if reaction["emoji"] not in used and len(used) >= MAX_EMOJI_PER_MESSAGE:
        raise errors.too_many_reactions(f"A message has at most {MAX_EMOJI_PER_MESSAGE} emoji.")
    mine = select(func.count()).where(of_message, reactions.c.user_id == reaction["user_id"])
    if connection.execute(mine).scalar_one() >= MAX_REACTIONS_PER_PERSON:
        raise errors.too_many_reactions(
            f"You may react to a message with at most {MAX_REACTIONS_PER_PERSON} emoji."
        )

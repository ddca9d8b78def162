"""How many reactions a message may have."""

from typing import Final, TypedDict

from sqlalchemy import Connection, select

from messages_service import errors
from messages_service.models import reactions
from servicekit.language import _

MAX_EMOJI_PER_MESSAGE: Final = 20
"""Different emoji; any number of people may give each."""


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
        raise errors.too_many_reactions(
            _(
                "A message has at most %(limit)s emoji.",
                limit=MAX_EMOJI_PER_MESSAGE,
            )
        )

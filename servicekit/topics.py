"""Names of the Redis topics that services publish and subscribe to."""

from functools import lru_cache

PREFIX = "parley:"
"""Begins the name of every topic in Redis itself."""
CONVERSATION = "conversation"
"""`conversation:{id}`: the events of a conversation, from messages_service."""
USER = "user"
"""`user:{id}`: the notices for one person, from messages_service."""
MANY = "many"
"""A notice for several people, from messages_service."""
HEADS = "heads"
"""The last seqs of active conversations, from messages_service."""
USERS = "users"
"""Changed profiles, from users_service."""
LIVE = "live"
"""Presence, typing and attendance, between the processes of realtime_service."""
ALL_CONVERSATIONS = f"{CONVERSATION}:*"


def conversation_topic(conversation_id: int) -> str:
    return f"{CONVERSATION}:{conversation_id}"


def user_topic(user_id: int) -> str:
    return f"{USER}:{user_id}"


def user_id_of(topic: str) -> int | None:
    """The id in a person's topic; None for other topics."""
    kind, _, number = topic.partition(":")
    return int(number) if kind == USER and number.isdecimal() else None


@lru_cache(10_000)
def conversation_id_of(topic: str) -> int | None:
    """The id in a conversation's topic; None for other topics."""
    kind, _, number = topic.partition(":")
    return int(number) if kind == CONVERSATION and number.isdecimal() else None

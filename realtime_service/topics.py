"""Names of Redis topics, which are the names of channels too."""


def user_topic(user_id: int) -> str:
    return f"user:{user_id}"


def conversation_topic(conversation_id: int) -> str:
    return f"conversation:{conversation_id}"


def conversation_id_of(topic: str) -> int | None:
    """The id in a conversation's topic; None for other topics."""
    kind, _, number = topic.partition(":")
    return int(number) if kind == "conversation" and number.isdecimal() else None

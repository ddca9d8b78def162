"""Store the mentions of a message in its transaction, and remove them."""

from types import SimpleNamespace
from typing import Any

from sqlalchemy import Connection, Row, delete, insert

from messages_service.mentions.models import EVERYONE_IDS, message_mentions
from messages_service.shapes.messages import Mentions


def store_mentions(
    connection: Connection, message: Row[Any] | SimpleNamespace, mentions: Mentions
) -> None:
    """`message` has the columns of `messages`."""
    everyone = mentions["everyone"]
    user_ids = [*mentions["user_ids"], *([EVERYONE_IDS[everyone]] if everyone else [])]
    if user_ids:
        stored = {
            "message_id": message.id,
            "conversation_id": message.conversation_id,
            "seq": message.seq,
        }
        connection.execute(
            insert(message_mentions), [stored | {"user_id": user_id} for user_id in user_ids]
        )


def replace_mentions(connection: Connection, message: Row[Any], mentions: Mentions) -> None:
    """Of an edited message."""
    remove_mentions(connection, message.id)
    store_mentions(connection, message, mentions)


def remove_mentions(connection: Connection, message_id: int) -> None:
    """Of a deleted message."""
    of_message = message_mentions.c.message_id == message_id
    connection.execute(delete(message_mentions).where(of_message))

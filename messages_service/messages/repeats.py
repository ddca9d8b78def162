"""Messages that were sent before, found by their author and `client_id`."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import BigInteger, Connection, Select, String, and_, select

from messages_service import errors
from messages_service.lists import bound_pairs, listed_pairs, prepared_with_lists
from messages_service.messages.outgoing import Outcome, Outgoing, Pending, RepeatKey, Sent
from messages_service.models import events, messages
from messages_service.shapes.messages import Message, Poll


@dataclass(frozen=True, slots=True)
class Earlier:
    """A stored message; `data` is the first response, as JSON."""

    id: int
    data: bytes
    is_deleted: bool = False

    def answer(self, outgoing: Outgoing) -> Outcome:
        """The same answer for a repeat; a conflict if `outgoing` is another message."""
        if self.is_deleted or _is_same(outgoing, orjson.loads(self.data)):
            return Sent(self.id, self.data, is_new=False)
        return errors.other_message_with_client_id()


def find_earlier(connection: Connection, group: Iterable[Pending]) -> dict[RepeatKey, Earlier]:
    """Those messages of the group that are stored already."""
    keys = {pending.repeat_key for pending in group if pending.outgoing.client_id is not None}
    if not keys:
        return {}
    values = bound_pairs(keys, "author_ids", "client_ids")
    return {
        (author_id, client_id): Earlier(message_id, data.encode(), deleted_at is not None)
        for author_id, client_id, message_id, data, deleted_at in _find_earlier.rows(
            connection, values
        )
    }


def _is_same(outgoing: Outgoing, first: Message) -> bool:
    if outgoing.recipient_id is not None:
        is_same_address = first["recipient_id"] == outgoing.recipient_id
    else:
        is_same_address = first["conversation_id"] == outgoing.conversation_id
    return (
        first["content"] == outgoing.content
        and first["reply_to"] == outgoing.reply_to
        and first.get("also_in_conversation", False) == _is_also_in_conversation(outgoing)
        and is_same_address
        and _is_same_forward(outgoing, first)
        and _choices(first.get("poll")) == (outgoing.poll and list(outgoing.poll.choices))
    )


def _is_same_forward(outgoing: Outgoing, first: Message) -> bool:
    """A forwarded message brings its files; otherwise the files are compared."""
    original = first.get("forwarded_from")
    if outgoing.forward is not None:
        return original is not None and (
            original["message_id"] == outgoing.forward.original.original_id
        )
    files = [file["id"] for file in first["attachments"]]
    return original is None and files == list(outgoing.attachments)


def _is_also_in_conversation(outgoing: Outgoing) -> bool:
    return outgoing.reply_to is not None and outgoing.also_in_conversation


def _choices(poll: Poll | None) -> list[str] | None:
    return [choice["choice"] for choice in poll["choices"]] if poll else None


def _stored_pairs(dialect: str) -> Select[Any]:
    """The listed messages, and the data of the events that created them."""
    pairs = listed_pairs(dialect, ("author_ids", BigInteger()), ("client_ids", String()))
    is_listed = and_(
        messages.c.author_id == pairs.c.author_ids, messages.c.client_id == pairs.c.client_ids
    )
    created_it = and_(
        events.c.conversation_id == messages.c.conversation_id, events.c.seq == messages.c.seq
    )
    return select(
        messages.c.author_id,
        messages.c.client_id,
        messages.c.id,
        events.c.data,
        messages.c.deleted_at,
    ).select_from(pairs.join(messages, is_listed).join(events, created_it))


_find_earlier = prepared_with_lists(_stored_pairs)

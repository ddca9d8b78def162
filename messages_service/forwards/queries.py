"""Forwarded messages as clients see them."""

from collections.abc import Sequence

from sqlalchemy import Connection, bindparam, select

from messages_service import payloads
from messages_service.forwards.models import forwards
from messages_service.models import profiles
from messages_service.people.profiles import Profile
from messages_service.shapes.messages import ForwardedFrom
from servicekit.times import isoformat

_forwards = (
    select(forwards, *(profiles.c[name].label(f"by_{name}") for name in Profile.__slots__))
    .select_from(forwards.outerjoin(profiles, profiles.c.id == forwards.c.author_id))
    .where(forwards.c.message_id.in_(bindparam("message_ids", expanding=True)))
)


def forwards_of(connection: Connection, message_ids: Sequence[int]) -> dict[int, ForwardedFrom]:
    """The forwarded copies of these messages, by message."""
    found: dict[int, ForwardedFrom] = {}
    for row in connection.execute(_forwards, {"message_ids": message_ids}):
        known = {}
        if row.by_id is not None:
            known[row.by_id] = Profile(*(row._mapping[f"by_{name}"] for name in Profile.__slots__))
        found[row.message_id] = {
            "message_id": row.original_id,
            "conversation_id": row.conversation_id,
            "seq": row.seq,
            "kind": row.kind,
            "name": row.name,
            "author_id": row.author_id,
            "author": payloads.person(known, row.author_id),
            "content": row.content,
            "html": row.html,
            "date": isoformat(row.sent_at),
        }
    return found

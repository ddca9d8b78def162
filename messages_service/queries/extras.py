"""What messages bring with them, files and polls; one query where none does."""

from collections.abc import Sequence

from sqlalchemy import Connection, false, select, true, union_all

from messages_service.models_attachments import attachments
from messages_service.models_polls import polls
from messages_service.payloads import Json
from messages_service.queries.attachments import attachments_of
from messages_service.queries.polls import polls_of


def extras_of(connection: Connection, message_ids: Sequence[int]) -> dict[int, Json]:
    """`attachments` and `poll` by message, of those that have any."""
    found = _have_extras(connection, message_ids)
    extras: dict[int, Json] = {}
    if found[False]:
        for message_id, files in attachments_of(connection, found[False]).items():
            extras.setdefault(message_id, {})["attachments"] = files
    if found[True]:
        for message_id, poll in polls_of(connection, found[True]).items():
            extras.setdefault(message_id, {})["poll"] = poll
    return extras


def _have_extras(connection: Connection, message_ids: Sequence[int]) -> dict[bool, list[int]]:
    """Messages with files (False) and messages that are polls (True)."""
    query = union_all(
        select(false().label("is_poll"), attachments.c.message_id).where(
            attachments.c.message_id.in_(message_ids), attachments.c.position == 0
        ),
        select(true(), polls.c.message_id).where(polls.c.message_id.in_(message_ids)),
    )
    found: dict[bool, list[int]] = {False: [], True: []}
    for is_poll, message_id in connection.execute(query):
        found[bool(is_poll)].append(message_id)
    return found

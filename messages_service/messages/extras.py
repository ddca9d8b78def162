"""The files, the poll, the pin and the original of a message: stored, removed and read with it."""

from collections.abc import Sequence
from dataclasses import asdict
from types import SimpleNamespace

import orjson
from sqlalchemy import (
    BindParameter,
    Connection,
    bindparam,
    delete,
    insert,
    literal,
    select,
    union_all,
    update,
)

from messages_service.attachments.actions import attach, detach_all
from messages_service.attachments.models import attachments
from messages_service.attachments.queries import attachments_of
from messages_service.forwards.models import OutgoingForward, forwards
from messages_service.forwards.queries import forwards_of
from messages_service.messages.forwarding import copy_files
from messages_service.models import events
from messages_service.pins.models import pins
from messages_service.polls.models import OutgoingPoll, poll_choices, poll_votes, polls
from messages_service.polls.queries import polls_of
from messages_service.shapes import Extras

FILES, POLL, PIN, FORWARD = "files", "poll", "pin", "forward"


def store_extras(
    connection: Connection,
    message: SimpleNamespace,
    attachments: Sequence[int],
    poll: OutgoingPoll | None,
    forward: OutgoingForward | None,
) -> Extras:
    """Store the files (locked before), poll and forwarded message of a new message.

    Returns them for its payload.
    """
    extras: Extras = {}
    if forward:
        row = {"message_id": message.id, **asdict(forward.original)}
        connection.execute(insert(forwards), row)
        extras["forwarded_from"] = forwards_of(connection, [message.id])[message.id]
        if forward.file_ids:
            copy_files(connection, forward.file_ids, message.id, message.author_id)
    if attachments:
        attach(connection, attachments, message.id)
    if attachments or (forward and forward.file_ids):
        extras["attachments"] = attachments_of(connection, [message.id])[message.id]
    if poll:
        _store_poll(connection, message, poll)
        extras["poll"] = polls_of(connection, [message.id])[message.id]
    return extras


def remove_extras(connection: Connection, message_id: int) -> None:
    """Remove those of a deleted message."""
    detach_all(connection, message_id)
    connection.execute(delete(forwards).where(forwards.c.message_id == message_id))
    of_message = select(polls.c.id).where(polls.c.message_id == message_id)
    poll_id = connection.execute(of_message).scalar_one_or_none()
    if poll_id is not None:
        for table in (poll_votes, poll_choices):
            connection.execute(delete(table).where(table.c.poll_id == poll_id))
        connection.execute(delete(polls).where(polls.c.id == poll_id))


def scrub_poll(connection: Connection, message_id: int) -> None:
    """Remove the poll of a deleted message from the log."""
    mark = polls_of(connection, [message_id]).get(message_id)
    if mark is None:
        return
    mark |= {"question": "", "choices": [], "voter_count": 0, "closed": True}
    connection.execute(
        update(events)
        .where(events.c.poll_id == mark["id"])
        .values(data=orjson.dumps({"poll": mark}).decode())
    )


def extras_of(connection: Connection, message_ids: Sequence[int]) -> dict[int, Extras]:
    """`attachments`, `poll`, `forwarded_from` and `pinned` by message, of those that have any."""
    found = _have_extras(connection, message_ids)
    extras: dict[int, Extras] = {}
    if found[FILES]:
        for message_id, files in attachments_of(connection, found[FILES]).items():
            extras.setdefault(message_id, {})["attachments"] = files
    if found[POLL]:
        for message_id, poll in polls_of(connection, found[POLL]).items():
            extras.setdefault(message_id, {})["poll"] = poll
    if found[FORWARD]:
        for message_id, forwarded in forwards_of(connection, found[FORWARD]).items():
            extras.setdefault(message_id, {})["forwarded_from"] = forwarded
    for message_id in found[PIN]:
        extras.setdefault(message_id, {})["pinned"] = True
    return extras


def _store_poll(connection: Connection, message: SimpleNamespace, poll: OutgoingPoll) -> None:
    values = {
        "conversation_id": message.conversation_id,
        "message_id": message.id,
        "author_id": message.author_id,
        "question": poll.question,
        "multiple": poll.multiple,
        "anonymous": poll.anonymous,
        "published_at": message.created_at,
        "closes_at": poll.closes_at,
    }
    made = connection.execute(insert(polls).returning(polls.c.id), values)
    poll_id = made.scalar_one()
    choices = [
        {"poll_id": poll_id, "position": position, "choice": choice}
        for position, choice in enumerate(poll.choices)
    ]
    connection.execute(insert(poll_choices), choices)


def _have_extras(connection: Connection, message_ids: Sequence[int]) -> dict[str, list[int]]:
    """Messages with files, polls, pinned messages, and messages that forward another one."""
    found: dict[str, list[int]] = {FILES: [], POLL: [], PIN: [], FORWARD: []}
    for kind, message_id in connection.execute(_with_extras, {"message_ids": message_ids}):
        found[kind].append(message_id)
    return found


_listed: BindParameter[int] = bindparam("message_ids", expanding=True)
_with_extras = union_all(
    select(literal(FILES).label("kind"), attachments.c.message_id).where(
        attachments.c.message_id.in_(_listed), attachments.c.position == 0
    ),
    select(literal(POLL), polls.c.message_id).where(polls.c.message_id.in_(_listed)),
    select(literal(PIN), pins.c.message_id).where(pins.c.message_id.in_(_listed)),
    select(literal(FORWARD), forwards.c.message_id).where(forwards.c.message_id.in_(_listed)),
)

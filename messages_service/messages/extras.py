"""The parts that few messages have: stored, removed and read with the message."""

from collections.abc import Sequence
from dataclasses import asdict
from types import SimpleNamespace
from typing import Any

import orjson
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    CompoundSelect,
    Connection,
    Select,
    Text,
    delete,
    insert,
    literal_column,
    select,
    union_all,
    update,
)

from messages_service.attachments.actions import attach, detach_all
from messages_service.attachments.models import attachments
from messages_service.attachments.queries import attachments_of
from messages_service.forwards.models import forwards
from messages_service.forwards.queries import forwards_of
from messages_service.indexing.entries import Document
from messages_service.lists import is_in_list, prepared_with_lists
from messages_service.mentions.actions import remove_mentions, store_mentions
from messages_service.mentions.models import message_mentions
from messages_service.mentions.queries import mentions_among
from messages_service.messages.forwarding import copy_files
from messages_service.messages.outgoing import Outgoing
from messages_service.models import events
from messages_service.pins.models import pins
from messages_service.polls.models import OutgoingPoll, poll_choices, poll_votes, polls
from messages_service.polls.queries import polls_of
from messages_service.previews.actions import remove_previews
from messages_service.previews.models import previews
from messages_service.previews.queries import previews_of
from messages_service.shapes.messages import Extras, Mentions
from messages_service.webhooks.queue import forget_deliveries

FILES, PREVIEW, POLL, PIN = "files", "preview", "poll", "pin"
FORWARD, MENTION = "forward", "mention"


def store_extras(
    connection: Connection,
    message: SimpleNamespace,
    outgoing: Outgoing,
    mentions: Mentions,
) -> Extras:
    """Those of a new message, whose files are locked; returns them for its payload."""
    forward = outgoing.forward
    extras: Extras = {"mentions": mentions}
    if forward:
        row = {"message_id": message.id, **asdict(forward.original)}
        connection.execute(insert(forwards), row)
        extras["forwarded_from"] = forwards_of(connection, [message.id])[message.id]
        if forward.file_ids:
            copy_files(connection, forward.file_ids, message.id, message.author_id)
    if outgoing.attachments:
        attach(connection, outgoing.attachments, message.id)
    if outgoing.attachments or (forward and forward.file_ids):
        extras["attachments"] = attachments_of(connection, [message.id])[message.id]
    if outgoing.poll:
        _store_poll(connection, message, outgoing.poll)
        extras["poll"] = polls_of(connection, [message.id])[message.id]
    store_mentions(connection, message, mentions)
    return extras


def remove_extras(connection: Connection, message_id: int) -> None:
    """Remove those of a deleted message."""
    detach_all(connection, message_id)
    remove_mentions(connection, message_id)
    remove_previews(connection, message_id)
    forget_deliveries(connection, message_id)
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
    """By message, of those that have any."""
    if not message_ids:
        return {}
    found = _have_extras(connection, message_ids)
    extras: dict[int, Extras] = {}
    if found[FILES]:
        for message_id, files in attachments_of(connection, list(found[FILES])).items():
            extras.setdefault(message_id, {})["attachments"] = files
    if found[PREVIEW]:
        for message_id, shown in previews_of(connection, list(found[PREVIEW])).items():
            extras.setdefault(message_id, {})["previews"] = shown
    if found[POLL]:
        for message_id, poll in polls_of(connection, list(found[POLL])).items():
            extras.setdefault(message_id, {})["poll"] = poll
    if found[FORWARD]:
        for message_id, forwarded in forwards_of(connection, list(found[FORWARD])).items():
            extras.setdefault(message_id, {})["forwarded_from"] = forwarded
    for message_id in found[PIN]:
        extras.setdefault(message_id, {})["pinned"] = True
    for message_id, user_ids in found[MENTION].items():
        extras.setdefault(message_id, {})["mentions"] = mentions_among(user_ids)
    return extras


def searched(message: SimpleNamespace, outgoing: Outgoing, extras: Extras) -> Document:
    """A new message as the search index has it."""
    document = Document(
        message.id,
        message.conversation_id,
        message.author_id,
        message.created_at,
        message.content,
        message.html,
    )
    for file in extras.get("attachments", ()):
        document.add_file(file["name"], file["alt"])
    if outgoing.poll:
        document.add_poll(outgoing.poll.question, outgoing.poll.choices)
    if outgoing.forward:
        original = outgoing.forward.original
        document.add_forward(original.content, original.html)
    return document


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


def _have_extras(
    connection: Connection, message_ids: Sequence[int]
) -> dict[str, dict[int, list[int]]]:
    """By kind the messages that have it, with the ids of mentioned people."""
    kinds = (FILES, PREVIEW, POLL, PIN, FORWARD, MENTION)
    found: dict[str, dict[int, list[int]]] = {kind: {} for kind in kinds}
    rows = _with_extras.rows(connection, {"message_ids": message_ids})
    for kind, message_id, user_id in rows:
        found[kind].setdefault(message_id, []).append(user_id)
    return found


def _select_extras(dialect: str) -> CompoundSelect[Any]:
    mentioned = message_mentions.c.user_id
    nobody = literal_column("0", mentioned.type)

    def of_kind(kind: str, message_id: ColumnElement[int], user_id: Any = nobody) -> Select[Any]:
        return select(
            literal_column(f"'{kind}'", Text).label("kind"),
            message_id.label("message_id"),
            user_id.label("user_id"),
        ).where(is_in_list(dialect, message_id, "message_ids", BigInteger()))

    return union_all(
        of_kind(FILES, attachments.c.message_id).where(attachments.c.position == 0),
        of_kind(PREVIEW, previews.c.message_id),
        of_kind(POLL, polls.c.message_id),
        of_kind(PIN, pins.c.message_id),
        of_kind(FORWARD, forwards.c.message_id),
        of_kind(MENTION, message_mentions.c.message_id, mentioned),
    )


_with_extras = prepared_with_lists(_select_extras)

"""The lines of messages: their text and all that belongs to it, in a few queries per page."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Connection, Row, Table, func, select

from messages_service.attachments.models import STORED, attachments, blobs
from messages_service.exports.shapes import (
    ChoiceLine,
    FileLine,
    ForwardLine,
    MessageLine,
    PollLine,
    VoteLine,
)
from messages_service.forwards.models import forwards
from messages_service.mentions.models import message_mentions
from messages_service.mentions.queries import mentions_among
from messages_service.models import message_edits, reactions
from messages_service.payloads import moment
from messages_service.pins.models import pins
from messages_service.polls.models import poll_choices, poll_votes, polls
from servicekit.times import isoformat

Shape = TypeVar("Shape")
Rows = dict[int, list[Row[Any]]]


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A stored file whose content becomes an entry of the archive."""

    blob_id: int
    size: int
    piece_size: int


@dataclass
class Named:
    """People and files that earlier lines refer to; files by their entry in the archive."""

    user_ids: set[int] = field(default_factory=set)
    files: dict[str, StoredFile] = field(default_factory=dict)


def message_lines(
    connection: Connection, rows: Sequence[Row[Any]], named: Named
) -> Iterator[MessageLine]:
    """A page of messages, rows of `messages`."""
    ids = [row.id for row in rows if row.deleted_at is None]
    beside = _read_beside(connection, ids, named)
    for row in rows:
        named.user_ids.add(row.author_id)
        line: MessageLine = {
            "id": row.id,
            "seq": row.seq,
            "date": isoformat(row.created_at),
            "author_id": row.author_id,
            "content": row.content,
        }
        if row.edited_at is not None:
            line["edited_at"] = isoformat(row.edited_at)
        if row.deleted_at is not None:
            line["deleted_at"] = isoformat(row.deleted_at)
        if row.reply_to is not None:
            line["reply_to"] = row.reply_to
        if row.thread_id is not None:
            line["thread_id"] = row.thread_id
            if row.in_conversation:
                line["also_in_conversation"] = True
        yield {**line, **beside.get(row.id, {})}  # type: ignore[typeddict-item]


def _read_beside(
    connection: Connection, ids: Sequence[int], named: Named
) -> dict[int, dict[str, Any]]:
    """The fields beside the text, by message, of those that have any."""
    found: dict[int, dict[str, Any]] = {}

    def add(name: str, by_message: dict[int, Any]) -> None:
        for message_id, value in by_message.items():
            found.setdefault(message_id, {})[name] = value

    add("mentions", _each(_rows(connection, message_mentions, ids), _mentions))
    given = _rows(connection, reactions, ids, reactions.c.created_at, reactions.c.user_id)
    add("reactions", _each(given, _reactions))
    add("files", _files(connection, ids, named))
    add("poll", _polls(connection, ids))
    add("forwarded_from", _each(_rows(connection, forwards, ids), lambda rows: _forward(rows[0])))
    add("pinned", _each(_rows(connection, pins, ids), lambda rows: _by(rows[0], "pinned_at")))
    add("versions", _each(_rows(connection, message_edits, ids, message_edits.c.seq), _versions))
    for fields in found.values():
        named.user_ids.update(_people_in(fields))
    return found


def _rows(
    connection: Connection, table: Table, ids: Sequence[int], *order: ColumnElement[Any]
) -> Rows:
    query = select(table).where(table.c.message_id.in_(ids)).order_by(*order)
    found: Rows = {}
    for row in connection.execute(query):
        found.setdefault(row.message_id, []).append(row)
    return found


def _each(rows: Rows, shown: Callable[[list[Row[Any]]], Shape]) -> dict[int, Shape]:
    return {message_id: shown(some) for message_id, some in rows.items()}


def _mentions(rows: list[Row[Any]]) -> Any:
    return mentions_among(row.user_id for row in rows)


def _reactions(rows: list[Row[Any]]) -> Any:
    return [{"emoji": row.emoji, **_by(row, "created_at")} for row in rows]


def _by(row: Row[Any], date: str) -> VoteLine:
    return {"user_id": row.user_id, "date": isoformat(getattr(row, date))}


def _versions(rows: list[Row[Any]]) -> Any:
    return [{"content": row.content, "date": isoformat(row.written_at)} for row in rows]


def _forward(row: Row[Any]) -> ForwardLine:
    return {
        "message_id": row.original_id,
        "conversation_id": row.conversation_id,
        "seq": row.seq,
        "kind": row.kind,
        "name": row.name,
        "author_id": row.author_id,
        "content": row.content,
        "date": isoformat(row.sent_at),
    }


def _files(connection: Connection, ids: Sequence[int], named: Named) -> dict[int, list[FileLine]]:
    columns = ("sha256", "content_type", "piece_size")
    query = (
        select(attachments, *(blobs.c[name] for name in columns))
        .join(blobs, blobs.c.id == attachments.c.blob_id)
        .where(attachments.c.message_id.in_(ids), blobs.c.state == STORED)
        .order_by(attachments.c.message_id, attachments.c.position)
    )
    found: dict[int, list[FileLine]] = {}
    for row in connection.execute(query):
        entry = f"files/{row.sha256}{_extension(row.name)}"
        named.files.setdefault(entry, StoredFile(row.blob_id, row.size, row.piece_size))
        line: FileLine = {
            "file": entry,
            "name": row.name,
            "content_type": row.content_type,
            "size": row.size,
            "sha256": row.sha256,
        }
        if row.alt:
            line["alt"] = row.alt
        found.setdefault(row.message_id, []).append(line)
    return found


def _extension(name: str) -> str:
    """The extension for a content type, so that programs can open the file."""
    stem, dot, extension = name.rpartition(".")
    is_plain = extension.isascii() and extension.isalnum() and len(extension) <= 10
    return f".{extension.lower()}" if stem and dot and is_plain else ""


def _polls(connection: Connection, ids: Sequence[int]) -> dict[int, PollLine]:
    asked = _rows(connection, polls, ids)
    poll_ids = [rows[0].id for rows in asked.values()]
    if not poll_ids:
        return {}
    choices = _choices(connection, poll_ids)
    count = func.count(poll_votes.c.user_id.distinct())
    voters = select(poll_votes.c.poll_id, count).where(poll_votes.c.poll_id.in_(poll_ids))
    found = connection.execute(voters.group_by(poll_votes.c.poll_id))
    counts: dict[int, int] = {poll_id: voter_count for poll_id, voter_count, *_ in found}
    return {
        message_id: {
            "question": row.question,
            "multiple": row.multiple,
            "anonymous": row.anonymous,
            "closes_at": moment(row.closes_at),
            "closed_at": moment(row.closed_at),
            "voter_count": counts.get(row.id, 0),
            "choices": [_choice(row, choice, votes) for choice, votes in choices[row.id]],
        }
        for message_id, (row,) in asked.items()
    }


def _choices(
    connection: Connection, poll_ids: Sequence[int]
) -> dict[int, list[tuple[str, list[Row[Any]]]]]:
    """Choices by poll in their order, each with its votes."""
    votes: dict[int, list[Row[Any]]] = {}
    given = select(poll_votes).where(poll_votes.c.poll_id.in_(poll_ids))
    for row in connection.execute(given.order_by(poll_votes.c.voted_at, poll_votes.c.user_id)):
        votes.setdefault(row.choice_id, []).append(row)
    found: dict[int, list[tuple[str, list[Row[Any]]]]] = {}
    query = select(poll_choices).where(poll_choices.c.poll_id.in_(poll_ids))
    for row in connection.execute(query.order_by(poll_choices.c.position)):
        found.setdefault(row.poll_id, []).append((row.choice, votes.get(row.id, [])))
    return found


def _choice(poll: Row[Any], choice: str, votes: list[Row[Any]]) -> ChoiceLine:
    line: ChoiceLine = {"choice": choice, "count": len(votes)}
    if not poll.anonymous:
        line["votes"] = [_by(vote, "voted_at") for vote in votes]
    return line


def _people_in(fields: dict[str, Any]) -> Iterator[int]:
    """The ids of people in the fields beside a message's text."""
    yield from fields.get("mentions", {}).get("user_ids", ())
    yield from (given["user_id"] for given in fields.get("reactions", ()))
    for choice in fields.get("poll", {}).get("choices", ()):
        yield from (vote["user_id"] for vote in choice.get("votes", ()))
    for name, key in (("forwarded_from", "author_id"), ("pinned", "user_id")):
        if name in fields:
            yield fields[name][key]

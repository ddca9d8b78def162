"""Sending: one message or a batch, in one transaction, never twice."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from types import SimpleNamespace
from typing import Any, cast

import orjson
from sqlalchemy import BigInteger, Connection, Insert, bindparam, select
from sqlalchemy.dialects import postgresql, sqlite

from messages_service import errors, payloads
from messages_service.actions.direct import direct_conversation
from messages_service.actions.extras import store_extras
from messages_service.log import MESSAGE_CREATED, Entry, Head, append_many
from messages_service.models import DIRECT, PUBLIC, direct_key, events, memberships, messages
from messages_service.models_polls import NewPoll
from messages_service.parts import Parts
from messages_service.prepared import Prepared
from messages_service.profiles import Profile
from servicekit.db import CoreTransaction, core_transaction, transaction
from servicekit.errors import Invalid, Problem


@dataclass(frozen=True, slots=True)
class Draft:
    """What somebody wants to send; either `recipient_id` or `conversation_id` says where."""

    author_id: int
    content: str
    recipient_id: int | None = None
    conversation_id: int | None = None
    client_id: str | None = None
    reply_to: int | None = None
    attachments: Sequence[int] = ()
    poll: NewPoll | None = None


@dataclass(frozen=True, slots=True)
class Sent:
    """A message as JSON; `is_new` is False when it had been sent before."""

    data: bytes
    is_new: bool


@dataclass(frozen=True, slots=True)
class _Ready:
    """A draft that was checked as far as it can be without the conversation's row."""

    draft: Draft
    author: Profile
    recipient: Profile | None
    html: str


class _WrongConversation(Exception):
    """The remembered id is not that of the direct conversation of the draft at `index`."""

    def __init__(self, index: int) -> None:
        super().__init__(index)
        self.index = index


class _Refused(Exception):
    """The draft at `index` cannot be stored; the others are stored without it."""

    def __init__(self, index: int, outcome: Problem | None) -> None:
        super().__init__(index)
        self.index, self.outcome = index, outcome


def post_message(parts: Parts, draft: Draft) -> Sent:
    """Store a message and announce it, in one transaction with those that come at the same time.

    Raises Problem.
    """
    outcome = parts.group_commit.add(_prepare(parts, draft), partial(_store_all, parts))
    if isinstance(outcome, Problem):
        raise outcome
    return cast(Sent, outcome)


def post_messages(parts: Parts, drafts: Sequence[Draft]) -> list[Sent | Problem]:
    """Store many messages in one transaction; each has its own outcome."""
    outcomes: dict[int, Sent | Problem] = {}
    ready: dict[int, _Ready] = {}
    for index, draft in enumerate(drafts):
        try:
            ready[index] = _prepare(parts, draft)
        except Problem as problem:
            outcomes[index] = problem
    outcomes |= zip(ready, _store_all(parts, list(ready.values())), strict=True)
    return [outcomes[index] for index in range(len(drafts))]


def _prepare(parts: Parts, draft: Draft) -> _Ready:
    author = _active_person(parts, draft.author_id, "author_id")
    recipient = None
    if draft.recipient_id is not None:
        recipient = _active_person(parts, draft.recipient_id, "recipient_id")
    parts.limits.messages.count(author.id)
    return _Ready(draft, author, recipient, parts.markdown.render(draft.content))


def _active_person(parts: Parts, user_id: int, field: str) -> Profile:
    person = parts.profiles.find(user_id)
    if person is None:
        raise errors.unknown_person(field)
    if not person.active:
        raise errors.deactivated_person(field)
    return person


def _store_all(parts: Parts, ready: Sequence[_Ready]) -> list[Sent | Problem]:
    """Store what can be stored; what had been sent before gets the answer that it got then.

    A refusal undoes the transaction, so that no seq is lost; the rest is tried again without it.
    """
    outcomes: dict[int, Sent | Problem] = {}
    left, repeated = dict(enumerate(ready)), []
    while left:
        try:
            outcomes |= _store(parts, left)
            break
        except _WrongConversation as wrong:
            parts.direct_ids.forget(_direct_key(ready[wrong.index]))
        except _Refused as refused:
            del left[refused.index]
            if refused.outcome is None:
                repeated.append(refused.index)
            else:
                outcomes[refused.index] = refused.outcome
    for index in repeated:
        # No first message: it was in this group, and was refused itself.
        first = _first_answer(parts, ready[index])
        outcomes[index] = first or _store_all(parts, [ready[index]])[0]
    return [outcomes[index] for index in range(len(ready))]


def _store(parts: Parts, ready: dict[int, _Ready]) -> dict[int, Sent]:
    places = {index: _known_place(parts, item) for index, item in ready.items()}
    known = {index: place for index, place in places.items() if place is not None}
    if len(known) == len(ready):
        with core_transaction(parts.db.engine) as running:
            return _append(parts, running, ready, known)
    with transaction(parts.db) as running:
        for index, item in ready.items():
            if item.recipient is not None:
                known[index] = direct_conversation(parts, running, item.author, item.recipient)
        return _append(parts, running, ready, known)


def _known_place(parts: Parts, item: _Ready) -> int | None:
    if item.recipient is None:
        return item.draft.conversation_id
    return parts.direct_ids.get(_direct_key(item))


def _direct_key(item: _Ready) -> str:
    assert item.recipient is not None
    return direct_key(item.author.id, item.recipient.id)


def _append(
    parts: Parts, running: CoreTransaction, ready: dict[int, _Ready], places: dict[int, int]
) -> dict[int, Sent]:
    sent: dict[int, Sent] = {}

    def change(heads: dict[int, Head]) -> list[Entry]:
        _check_places(running.connection, ready, places, heads)
        rows = _rows(ready, places, heads)
        _insert(running.connection, rows)
        _refuse_archived(places, heads)
        entries = []
        for index, row in rows.items():
            extras = _store_extras(parts, running.connection, index, ready[index].draft, row)
            data = orjson.dumps(_payload(parts, ready[index], row, extras))
            sent[index] = Sent(data, True)
            entries.append(Entry(row["conversation_id"], row["seq"], MESSAGE_CREATED, data))
        return entries

    counts = Counter(places[index] for index in ready)
    try:
        append_many(running, parts.publisher, counts, change, are_messages=True)
    except errors.NoSuchConversation as missing:
        index = next(i for i in ready if places[i] == missing.conversation_id)
        if ready[index].recipient is not None:
            raise _WrongConversation(index) from missing
        raise _Refused(index, missing) from missing
    return sent


def _check_places(
    connection: Connection, ready: dict[int, _Ready], places: dict[int, int], heads: dict[int, Head]
) -> None:
    """Membership and the rest, while the conversations' rows are held: nobody leaves in between."""
    asked = {i: (places[i], item.author.id) for i, item in ready.items() if item.recipient is None}
    members = _members(connection, set(asked.values()))
    for index, item in ready.items():
        head = heads[places[index]]
        if item.recipient is not None and head.direct_key != _direct_key(item):
            raise _WrongConversation(index)
        if index in asked and asked[index] not in members:
            is_known = head.visibility == PUBLIC
            raise _Refused(
                index, errors.not_a_member() if is_known else errors.no_such_conversation()
            )
        if item.draft.reply_to is not None and not _is_in(connection, item.draft.reply_to, head.id):
            raise _Refused(
                index, Invalid.field("reply_to", "must be a message of this conversation")
            )


def _refuse_archived(places: dict[int, int], heads: dict[int, Head]) -> None:
    # After the insertion: what was sent before the archiving and is sent again gets its answer.
    for index, conversation_id in places.items():
        if heads[conversation_id].is_archived:
            raise _Refused(index, errors.archived_conversation())


def _members(connection: Connection, pairs: set[tuple[int, int]]) -> set[tuple[int, int]]:
    return {
        (conversation_id, user_id)
        for conversation_id, user_id in pairs
        if _is_member.rows(connection, {"conversation": conversation_id, "person": user_id})
    }


def _is_in(connection: Connection, message_id: int, conversation_id: int) -> bool:
    query = select(messages.c.id).where(
        messages.c.id == message_id, messages.c.conversation_id == conversation_id
    )
    return connection.execute(query).first() is not None


def _rows(
    ready: dict[int, _Ready], places: dict[int, int], heads: dict[int, Head]
) -> dict[int, dict[str, Any]]:
    used: Counter[int] = Counter()
    rows = {}
    for index, item in ready.items():
        head = heads[places[index]]
        rows[index] = {
            "conversation_id": head.id,
            "seq": head.seq + used[head.id],
            "author_id": item.author.id,
            "recipient_id": item.recipient.id if item.recipient else _other(head, item.author.id),
            "client_id": item.draft.client_id,
            "content": item.draft.content,
            "html": item.html,
            "reply_to": item.draft.reply_to,
            "created_at": head.date,
        }
        used[head.id] += 1
    return rows


def _other(head: Head, user_id: int) -> int | None:
    """The other of a direct conversation; oneself in that with oneself."""
    if head.kind != DIRECT or head.direct_key is None:
        return None
    low, high = (int(part) for part in head.direct_key.split(":"))
    return high if low == user_id else low


def _insert(connection: Connection, rows: dict[int, dict[str, Any]]) -> None:
    """Adds its id to each row; raises _Refused where the author has used the client_id before."""
    for index, row in rows.items():
        made = _insert_message.rows(connection, row)
        if not made:
            raise _Refused(index, None)
        row["id"] = made[0][0]


def _store_extras(
    parts: Parts, connection: Connection, index: int, draft: Draft, row: dict[str, Any]
) -> payloads.Json:
    """Its files and its poll; raises _Refused for files that are not the author's to send."""
    try:
        return store_extras(
            connection, row, draft.attachments, draft.poll, anybodys=parts.is_tutorial
        )
    except Problem as problem:
        raise _Refused(index, problem) from problem


def _payload(
    parts: Parts, item: _Ready, row: dict[str, Any], extras: payloads.Json
) -> payloads.Json:
    people = {item.author.id: item.author}
    if row["recipient_id"] is not None:
        people |= parts.profiles.find_many([row["recipient_id"]])
    made = SimpleNamespace(**row, edited_at=None, deleted_at=None)
    return payloads.message(made, people, extras=extras, with_email=parts.is_tutorial)


def _first_answer(parts: Parts, item: _Ready) -> Sent | Problem | None:
    """The answer that the first sending got, or a conflict if it was another message."""
    query = (
        select(events.c.data, messages.c.deleted_at)
        .join(
            messages,
            (messages.c.conversation_id == events.c.conversation_id)
            & (messages.c.seq == events.c.seq),
        )
        .where(messages.c.author_id == item.author.id, messages.c.client_id == item.draft.client_id)
    )
    parts.db.session.rollback()  # what it has read may be from before the first sending
    first = parts.db.session.execute(query).one_or_none()
    if first is None:
        return None
    data, deleted_at = first
    if deleted_at is None and not _is_same(item.draft, orjson.loads(data)):
        return errors.other_message_with_client_id()
    return Sent(data.encode(), False)


def _is_same(draft: Draft, first: payloads.Json) -> bool:
    place = "recipient_id" if draft.recipient_id is not None else "conversation_id"
    return (
        first["content"] == draft.content
        and first["reply_to"] == draft.reply_to
        and first[place] == getattr(draft, place)
        and [file["id"] for file in first["attachments"]] == list(draft.attachments)
        and _choices(first.get("poll")) == (draft.poll and list(draft.poll.choices))
    )


def _choices(poll: payloads.Json | None) -> list[str] | None:
    return [choice["choice"] for choice in poll["choices"]] if poll else None


def _insert_once(insert: Any) -> Insert:
    made: Insert = (
        insert(messages)
        .values({name: bindparam(name, type_=messages.c[name].type) for name in _WRITTEN})
        .on_conflict_do_nothing(index_elements=["author_id", "client_id"])
        .returning(messages.c.id)
    )
    return made


_WRITTEN = (
    "conversation_id", "seq", "author_id", "recipient_id", "client_id", "content", "html",
    "reply_to", "created_at",
)  # fmt: skip
_insert_message = Prepared(
    sqlite=_insert_once(sqlite.insert), postgresql=_insert_once(postgresql.insert)
)
_is_member = Prepared(
    default=select(memberships.c.user_id).where(
        memberships.c.conversation_id == bindparam("conversation", type_=BigInteger),
        memberships.c.user_id == bindparam("person", type_=BigInteger),
    )
)

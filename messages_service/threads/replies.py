"""Replies: which thread they belong to, and what the first message of the thread says of them."""

from collections.abc import Collection
from types import SimpleNamespace

import orjson
from sqlalchemy import (
    BigInteger,
    Connection,
    Integer,
    Text,
    bindparam,
    func,
    select,
    update,
)

from messages_service import errors, payloads
from messages_service.context import Context
from messages_service.log import THREAD_UPDATED, Change
from messages_service.models import messages
from messages_service.prepared import Prepared
from messages_service.publish import THREAD
from messages_service.threads import follows
from messages_service.threads.models import MAX_PARTICIPANTS
from servicekit.data.columns import UtcDateTime
from servicekit.language import _
from servicekit.web.errors import Invalid


def thread_of_reply(
    connection: Connection, reply_to: int, conversation_id: int | None
) -> SimpleNamespace:
    """The first message of the thread that a reply to this message will belong to.

    A reply to a reply belongs to the same thread.
    """
    values = {"reply_to": reply_to, "conversation_id": conversation_id}
    found = _thread_of_reply.rows(connection, values) if conversation_id is not None else []
    if not found:
        raise Invalid.field("reply_to", _("must be a message of this conversation"))
    id_, author_id, reply_count, participant_ids, deleted_at, replied_deleted_at = found[0]
    if deleted_at is not None or replied_deleted_at is not None:
        raise errors.deleted_message()
    return SimpleNamespace(
        id=id_, author_id=author_id, reply_count=reply_count, participant_ids=participant_ids
    )


def add_reply(
    context: Context,
    change: Change,
    first: SimpleNamespace,
    author_id: int,
    seq: int,
    mentioned: Collection[int] = (),
) -> None:
    """Count a reply that was just recorded as `seq`.

    Its author and the people whom it mentions follow the thread.
    """
    participants = orjson.loads(first.participant_ids or "[]")
    if author_id not in participants and len(participants) < MAX_PARTICIPANTS:
        participants.append(author_id)
    changed = SimpleNamespace(
        id=first.id,
        reply_count=first.reply_count + 1,
        last_reply_seq=seq,
        last_reply_at=change.date,
        participant_ids=orjson.dumps(participants).decode(),
    )
    follows.follow_by_reply(change.connection, first, author_id, seq)
    follows.follow_by_mention(change.connection, first.id, mentioned, seq)
    _publish(context, change, changed)


def recount_replies(context: Context, change: Change, thread_id: int) -> None:
    """Count the replies of a thread of which one was deleted or restored."""
    _publish(context, change, _counted(change.connection, thread_id))


def store_replies(connection: Connection, thread_id: int) -> None:
    """Count the replies of a thread that was imported; the people who wrote in it follow it."""
    counted = _counted(connection, thread_id)
    _update_thread.run(connection, vars(counted))
    author = select(messages.c.author_id).where(messages.c.id == thread_id)
    people = {connection.execute(author).scalar_one(), *orjson.loads(counted.participant_ids)}
    for user_id in sorted(people if counted.reply_count else ()):
        follows.follow(connection, thread_id, user_id, counted.last_reply_seq)


def _counted(connection: Connection, thread_id: int) -> SimpleNamespace:
    living = (messages.c.thread_id == thread_id, messages.c.deleted_at.is_(None))
    newest = select(func.count(), func.max(messages.c.seq), func.max(messages.c.created_at))
    count, last_seq, last_at = connection.execute(newest.where(*living)).one()
    authors = select(messages.c.author_id).where(*living).group_by(messages.c.author_id)
    authors = authors.order_by(func.min(messages.c.seq)).limit(MAX_PARTICIPANTS)
    participants = list(connection.execute(authors).scalars())
    return SimpleNamespace(
        id=thread_id,
        reply_count=count,
        last_reply_seq=last_seq,
        last_reply_at=last_at,
        participant_ids=orjson.dumps(participants).decode(),
    )


def _publish(context: Context, change: Change, changed: SimpleNamespace) -> None:
    """Store what the first message says of its thread, and publish it."""
    ids = payloads.shown_participants(changed)
    profiles = context.profiles.find_many(ids)
    people = payloads.people_of(profiles, ids, with_email=context.is_tutorial)
    _update_thread.run(change.connection, vars(changed))
    change.record(
        THREAD_UPDATED,
        {
            "message_id": changed.id,
            "thread": payloads.thread(changed, people),
        },
    )
    for user_id, state in follows.states_of_followers(change.connection, changed.id):
        change.notify(user_id, THREAD, state)


_update_thread = Prepared(
    default=update(messages)
    .where(messages.c.id == bindparam("id", type_=BigInteger))
    .values(
        reply_count=bindparam("reply_count", type_=Integer),
        last_reply_seq=bindparam("last_reply_seq", type_=BigInteger),
        last_reply_at=bindparam("last_reply_at", type_=UtcDateTime),
        participant_ids=bindparam("participant_ids", type_=Text),
    )
)
_replied = messages.alias("replied")
_first_id = func.coalesce(_replied.c.thread_id, _replied.c.id)
_thread_of_reply = Prepared(
    default=select(
        messages.c.id,
        messages.c.author_id,
        messages.c.reply_count,
        messages.c.participant_ids,
        messages.c.deleted_at,
        _replied.c.deleted_at.label("replied_deleted_at"),
    )
    .join_from(_replied, messages, messages.c.id == _first_id)
    .where(
        _replied.c.id == bindparam("reply_to", type_=BigInteger),
        _replied.c.conversation_id == bindparam("conversation_id", type_=BigInteger),
    )
)

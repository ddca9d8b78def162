"""Write and delete drafts; the person's other tabs get a notice."""

from datetime import datetime
from typing import Any, TypedDict

from sqlalchemy import BigInteger, Connection, Delete, bindparam, delete, func, select

from messages_service import errors
from messages_service.caller import Caller
from messages_service.context import Context
from messages_service.drafts.models import MAIN, MAX_DRAFTS, drafts
from messages_service.drafts.queries import describe, thread_of
from messages_service.drafts.schemas import NewDraft
from messages_service.drafts.shapes import Draft
from messages_service.log import Change
from messages_service.membership.access import readable_conversation
from messages_service.prepared import Prepared
from messages_service.publish import DRAFT
from messages_service.shapes.notices import WrittenDraft
from servicekit.data.db import insert_into, transaction
from servicekit.times import isoformat, utcnow


class _Place(TypedDict):
    """Where a person writes; one draft for each."""

    user_id: int
    conversation_id: int
    thread_id: int


def put_draft(
    context: Context, caller: Caller, conversation_id: int, new: NewDraft
) -> Draft | None:
    """Write the draft of a place; the last one to write wins. Empty text deletes it."""
    conversation = readable_conversation(context, caller, conversation_id)
    if not new.content.strip():
        delete_draft(context, caller, conversation_id, new.reply_to)
        return None
    if conversation.archived_at is not None:
        raise errors.archived_conversation()
    with transaction(context.db) as running:
        place = _place(running.connection, caller, conversation_id, new.reply_to)
        draft = describe(_write(running.connection, place, new.content))
        context.publisher.notify(running, place["user_id"], DRAFT, draft)
    return draft


def delete_draft(
    context: Context, caller: Caller, conversation_id: int, reply_to: int | None
) -> None:
    """Delete the draft of a place, if there is one."""
    readable_conversation(context, caller, conversation_id)
    with transaction(context.db) as running:
        place = _place(running.connection, caller, conversation_id, reply_to)
        if _delete.rows(running.connection, place):
            context.publisher.notify(running, place["user_id"], DRAFT, _gone(place, utcnow()))


def delete_sent_draft(change: Change, author_id: int, thread_id: int | None) -> None:
    """Delete the draft that has become a message, in the transaction that stores the message."""
    place: _Place = {
        "user_id": author_id,
        "conversation_id": change.conversation_id,
        "thread_id": thread_id or MAIN,
    }
    if _delete.rows(change.connection, place):
        change.notify(author_id, DRAFT, _gone(place, change.date))


def _place(
    connection: Connection, caller: Caller, conversation_id: int, reply_to: int | None
) -> _Place:
    assert caller.user_id is not None
    return {
        "user_id": caller.user_id,
        "conversation_id": conversation_id,
        "thread_id": thread_of(connection, conversation_id, reply_to),
    }


def _write(connection: Connection, place: _Place, content: str) -> Any:
    others = select(func.count()).where(
        drafts.c.user_id == place["user_id"],
        (drafts.c.conversation_id != place["conversation_id"])
        | (drafts.c.thread_id != place["thread_id"]),
    )
    if connection.execute(others).scalar_one() >= MAX_DRAFTS:
        raise errors.too_many_drafts(MAX_DRAFTS)
    changed = {"content": content, "updated_at": utcnow()}
    statement = (
        insert_into(connection, drafts)
        .values(**place, **changed)
        .on_conflict_do_update(index_elements=list(place), set_=changed)
        .returning(drafts)
    )
    return connection.execute(statement).one()


def _gone(place: _Place, date: datetime) -> WrittenDraft:
    return {
        "conversation_id": place["conversation_id"],
        "reply_to": place["thread_id"] or None,
        "content": "",
        "updated_at": isoformat(date),
    }


def _delete_of_place() -> Delete:
    return delete(drafts).where(
        *(drafts.c[name] == bindparam(name, type_=BigInteger) for name in _Place.__annotations__)
    )


_delete = Prepared(default=_delete_of_place().returning(drafts.c.id))

"""A person's drafts."""

from typing import Any

from sqlalchemy import Connection, Row, bindparam, exists, func, select

from messages_service.context import Context
from messages_service.drafts.models import MAIN, drafts
from messages_service.drafts.schemas import DraftListQuery
from messages_service.drafts.shapes import Draft
from messages_service.models import conversations, memberships, messages
from messages_service.prepared import Prepared
from servicekit.data.pages import page_of, without_surplus
from servicekit.language import _
from servicekit.times import isoformat
from servicekit.web.errors import Invalid


def list_drafts(context: Context, user_id: int, query: DraftListQuery) -> tuple[list[Draft], bool]:
    """A page of the drafts in the person's conversations, newest first; whether there are more."""
    mine = (
        select(drafts)
        .join(
            memberships,
            (memberships.c.conversation_id == drafts.c.conversation_id)
            & (memberships.c.user_id == drafts.c.user_id),
        )
        .where(drafts.c.user_id == user_id)
        .order_by(drafts.c.id.desc())
    )
    if query.conversation_id is not None:
        mine = mine.where(drafts.c.conversation_id == query.conversation_id)
    found = context.db.session.execute(page_of(mine, drafts.c.id, query)).all()
    rows, has_more = without_surplus(found, query)
    return [describe(row) for row in rows], has_more


def main_draft(connection: Connection, user_id: int, conversation_id: int) -> Draft | None:
    """A person's draft in a conversation, outside of threads."""
    values = {"user_id": user_id, "conversation_id": conversation_id}
    found = _main_draft.records(connection, values)
    return describe(found[0]) if found else None


def thread_of(connection: Connection, conversation_id: int, reply_to: int | None) -> int:
    """The first message of the thread that a message of the conversation belongs to."""
    if reply_to is None:
        return MAIN
    query = select(func.coalesce(messages.c.thread_id, messages.c.id)).where(
        messages.c.id == reply_to, messages.c.conversation_id == conversation_id
    )
    thread_id: int | None = connection.execute(query).scalar_one_or_none()
    if thread_id is None:
        raise Invalid.field("reply_to", _("must be a message of this conversation"))
    return thread_id


def describe(row: Row[Any]) -> Draft:
    return {
        "id": row.id,
        "conversation_id": row.conversation_id,
        "reply_to": row.thread_id or None,
        "content": row.content,
        "updated_at": isoformat(row.updated_at),
    }


has_draft = (
    exists()
    .where(
        drafts.c.user_id == memberships.c.user_id,
        drafts.c.conversation_id == conversations.c.id,
        drafts.c.thread_id == MAIN,
    )
    .correlate(conversations, memberships)
)
"""Whether the member of a row has a draft outside of threads in the conversation of that row."""
_main_draft = Prepared(
    default=select(drafts).where(
        drafts.c.user_id == bindparam("user_id"),
        drafts.c.conversation_id == bindparam("conversation_id"),
        drafts.c.thread_id == MAIN,
    )
)

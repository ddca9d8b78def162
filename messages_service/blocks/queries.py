"""Read the blocks of a person."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, select

from messages_service import errors, payloads
from messages_service.blocks.shapes import BlockedPerson
from messages_service.context import Context
from messages_service.models import blocks
from servicekit.data.pages import page_of, without_surplus
from servicekit.times import isoformat
from servicekit.web.paging import PageQuery


def list_blocked(
    context: Context, user_id: int, query: PageQuery
) -> tuple[list[BlockedPerson], bool]:
    """A page of the people whom that person has blocked, by id, and whether there are more."""
    mine = select(blocks).where(blocks.c.blocker_id == user_id).order_by(blocks.c.blocked_id)
    page = page_of(mine, blocks.c.blocked_id, query)
    rows, has_more = without_surplus(context.db.session.execute(page).all(), query)
    return _shown(context, rows), has_more


def get_blocked(context: Context, user_id: int, blocked_id: int) -> BlockedPerson:
    """One of them; raises NotFound."""
    mine = (blocks.c.blocker_id == user_id) & (blocks.c.blocked_id == blocked_id)
    rows = context.db.session.execute(select(blocks).where(mine)).all()
    if not rows:
        raise errors.not_blocked()
    return _shown(context, rows)[0]


def _shown(context: Context, rows: Sequence[Row[Any]]) -> list[BlockedPerson]:
    people = context.profiles.find_many(row.blocked_id for row in rows)
    return [
        {**payloads.person(people, row.blocked_id), "blocked_at": isoformat(row.blocked_at)}
        for row in rows
    ]

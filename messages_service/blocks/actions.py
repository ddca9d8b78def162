"""Block and unblock people."""

from typing import Final

from sqlalchemy import Connection, delete, func, select

from messages_service import errors
from messages_service.caller import Caller
from messages_service.context import Context
from messages_service.membership.guests import shares_conversation
from messages_service.models import blocks
from messages_service.publish import BLOCK
from messages_service.shapes.notices import BlockData
from servicekit.data.db import insert_into, transaction
from servicekit.times import utcnow

MAX_BLOCKS: Final = 200
"""By one person. Their ids go with each list of conversations."""


def block(context: Context, caller: Caller, user_id: int, blocked_id: int) -> None:
    """Block a person; the same again changes nothing."""
    if user_id == blocked_id:
        raise errors.block_of_caller()
    is_hidden = caller.is_guest and not shares_conversation(context, user_id, blocked_id)
    if is_hidden or context.profiles.find(blocked_id) is None:
        raise errors.no_such_person()
    with transaction(context.db) as running:
        if _add(running.connection, user_id, blocked_id):
            data: BlockData = {"user_id": blocked_id, "blocked": True}
            context.publisher.notify(running, user_id, BLOCK, data)


def unblock(context: Context, user_id: int, blocked_id: int) -> None:
    """End a block, if there is one."""
    mine = (blocks.c.blocker_id == user_id) & (blocks.c.blocked_id == blocked_id)
    with transaction(context.db) as running:
        if running.connection.execute(delete(blocks).where(mine)).rowcount:
            data: BlockData = {"user_id": blocked_id, "blocked": False}
            context.publisher.notify(running, user_id, BLOCK, data)


def _add(connection: Connection, user_id: int, blocked_id: int) -> bool:
    """Whether it is new; raises Conflict when there are too many."""
    row = {"blocker_id": user_id, "blocked_id": blocked_id, "blocked_at": utcnow()}
    once = insert_into(connection, blocks).values(row).on_conflict_do_nothing()
    added = connection.execute(once).rowcount
    mine = select(func.count()).select_from(blocks).where(blocks.c.blocker_id == user_id)
    if added and connection.execute(mine).scalar_one() > MAX_BLOCKS:
        raise errors.too_many_blocks(MAX_BLOCKS)
    return bool(added)

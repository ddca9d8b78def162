"""How far in each conversation's log people were notified."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    BindParameter,
    Connection,
    Engine,
    Insert,
    Select,
    bindparam,
    func,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from messages_service.log import MESSAGE_CREATED
from messages_service.models import conversations, events
from messages_service.notifications.models import notification_positions as positions
from messages_service.prepared import Prepared
from servicekit.data.db import core_transaction

BATCH = 500
_seq = func.coalesce(positions.c.seq, 0)


def move(connection: Connection, conversation_id: int, before: int | None, after: int) -> bool:
    """Move a position; False if another process has moved it since it was `before`."""
    values = {"conversation_id": conversation_id, "before": before, "seq": after}
    statement = _insert if before is None else _update
    return bool(statement.rows(connection, values))


def conversations_behind(engine: Engine) -> dict[int, int]:
    """Ends of the logs with entries that no process has looked at: one may have died."""
    with engine.connect() as connection:
        return {row.id: row.last_seq for row in connection.execute(_behind())}


def skip_other_entries(engine: Engine, ends: Mapping[int, int]) -> None:
    """Move the positions of conversations without new messages to these ends of their logs."""
    with core_transaction(engine) as running:
        for row in running.connection.execute(_without_messages(), {"ids": list(ends)}).all():
            if (row.position or 0) < ends[row.id]:
                move(running.connection, row.id, row.position, ends[row.id])


def _with_positions() -> Select[Any]:
    return select(
        conversations.c.id, conversations.c.last_seq, positions.c.seq.label("position")
    ).select_from(
        conversations.outerjoin(positions, positions.c.conversation_id == conversations.c.id)
    )


@cache
def _behind() -> Select[Any]:
    return _with_positions().where(conversations.c.last_seq > _seq).limit(BATCH)


@cache
def _without_messages() -> Select[Any]:
    new_message = select(events.c.seq).where(
        events.c.conversation_id == conversations.c.id,
        events.c.seq > _seq,
        events.c.type == MESSAGE_CREATED,
    )
    listed: BindParameter[int] = bindparam("ids", expanding=True)
    return _with_positions().where(conversations.c.id.in_(listed), ~new_message.exists())


def _insert_once(insert: Any) -> Insert:
    new = {c.name: bindparam(c.name, type_=c.type) for c in positions.c}
    made: Insert = insert(positions).values(new).on_conflict_do_nothing()
    return made.returning(positions.c.seq)


_insert = Prepared(sqlite=_insert_once(sqlite.insert), postgresql=_insert_once(postgresql.insert))
_update = Prepared(
    default=update(positions)
    .where(
        positions.c.conversation_id == bindparam("conversation_id", type_=BigInteger),
        positions.c.seq == bindparam("before", type_=BigInteger),
    )
    .values(seq=bindparam("seq", type_=BigInteger))
    .returning(positions.c.seq)
)

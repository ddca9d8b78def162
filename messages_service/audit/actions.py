"""Record acts with what they change, and hand them to users_service."""

import logging
import uuid
from collections.abc import Sequence
from typing import Any, Final

import orjson
from flask import has_request_context
from sqlalchemy import Connection, Engine, Row, delete, insert, select

from messages_service.audit.models import acts
from servicekit.data.db import core_transaction
from servicekit.http import ServiceClient, check
from servicekit.times import isoformat, utcnow
from servicekit.web.errors import Problem
from servicekit.web.service_calls import client_address

AT_ONCE: Final = 100
MAX_ADDRESS: Final = 64
log = logging.getLogger(__name__)


def record(
    connection: Connection,
    action: str,
    actor_id: int | None,
    user_id: int | None = None,
    /,
    **detail: str | int | None,
) -> None:
    """Add an act within the transaction of its change. `user_id` is the person concerned.

    Actions are named like events, `room.archived`; `detail` holds no text of a message.
    """
    values = {
        "key": str(uuid.uuid4()),
        "date": utcnow(),
        "action": action,
        "actor_id": actor_id,
        "user_id": user_id,
        "address": client_address()[:MAX_ADDRESS] if has_request_context() else "",
        "detail": orjson.dumps(detail).decode(),
    }
    connection.execute(insert(acts), values)


def send_acts(engine: Engine, users: ServiceClient) -> None:
    """Send waiting acts, oldest first; each is deleted once users_service has stored it."""
    while found := _waiting(engine):
        body = {"acts": [_sent(row) for row in found]}
        try:
            check(users.post("/internal/audit", json=body))
        except Problem as problem:
            log.info("audit: %s; trying again", problem.detail)
            return
        with core_transaction(engine) as running:
            ids = [row.id for row in found]
            running.connection.execute(delete(acts).where(acts.c.id.in_(ids)))


def _waiting(engine: Engine) -> Sequence[Row[Any]]:
    with engine.connect() as connection:
        return connection.execute(select(acts).order_by(acts.c.id).limit(AT_ONCE)).all()


def _sent(row: Row[Any]) -> dict[str, object]:
    return {
        "key": row.key,
        "date": isoformat(row.date),
        "action": row.action,
        "actor_id": row.actor_id,
        "user_id": row.user_id,
        "address": row.address,
        "detail": orjson.loads(row.detail),
    }

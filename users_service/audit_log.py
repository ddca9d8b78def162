"""The audit log: record(), in the transaction of the act that it records."""

from typing import Final

from flask import has_request_context
from sqlalchemy import insert

from servicekit.data.db import Transaction
from servicekit.times import utcnow
from servicekit.web.json import dumps
from servicekit.web.service_calls import client_address
from users_service.models.place import AuditEntry

MAX_ADDRESS: Final = 64
SESSION_ACTS: Final = ("session.created", "session.failed", "session.locked")
"""Acts that strangers can cause, or that happen daily; they are deleted after a while."""


def record(
    running: Transaction,
    action: str,
    actor_id: int | None,
    user_id: int | None = None,
    /,
    **detail: str | int | None,
) -> None:
    """Add an entry. `user_id` is the person concerned; `detail` holds no secret.

    Actions are named like events, `role.changed`. On the command line there is no actor.
    """
    running.session.execute(
        insert(AuditEntry).values(
            date=utcnow(),
            action=action,
            actor_id=actor_id,
            user_id=user_id,
            address=client_address()[:MAX_ADDRESS] if has_request_context() else "",
            detail=dumps(detail),
        )
    )

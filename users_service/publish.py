"""From a committed change to the Redis topic of users; only here does users_service publish."""

from sqlalchemy import Engine, insert

from servicekit.data.db import Transaction
from servicekit.data.outbox import OutboxRow, Relay
from servicekit.topics import USERS
from users_service.models.feed import outbox


class Publisher:
    """Puts announcements into the transaction's outbox, and wakes the relay after the commit."""

    def __init__(self, engine: Engine, redis_url: str) -> None:
        self.relay = Relay(engine, outbox, redis_url)

    def announce(self, running: Transaction, payload: str) -> None:
        """Publish `payload` after the commit; the outbox keeps it until then."""
        row_id = running.session.execute(
            insert(outbox).values(topic=USERS, payload=payload).returning(outbox.c.id)
        ).scalar_one()
        running.on_commit(lambda: self.relay.wake([OutboxRow(row_id, USERS, payload)]))

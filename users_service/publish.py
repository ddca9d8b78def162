"""From a committed change to the Redis topic `users`; only here does users_service publish."""

from typing import cast

from flask import Flask, current_app
from sqlalchemy import insert

from servicekit.data.db import Transaction
from servicekit.data.outbox import OutboxRow, Relay
from servicekit.web.app import in_background
from users_service.models import db, outbox

TOPIC = "users"
_EXTENSION = "parley-relay"


def start_publishing(app: Flask, redis_url: str) -> None:
    """Give `app` a relay, which runs while it serves."""
    with app.app_context():
        relay = Relay(db.engine, outbox, redis_url)
    app.extensions[_EXTENSION] = relay
    in_background(app, relay.start, relay.stop)


def announce(change: Transaction, payload: str) -> None:
    """Publish `payload` after the commit of `change`; the outbox keeps it until then."""
    row_id = change.session.execute(
        insert(outbox).values(topic=TOPIC, payload=payload).returning(outbox.c.id)
    ).scalar_one()
    relay = cast(Relay, current_app.extensions[_EXTENSION])
    change.on_commit(lambda: relay.wake([OutboxRow(row_id, TOPIC, payload)]))

"""The id of this Parley, by which imports know where entries come from."""

import secrets
from typing import Final

from sqlalchemy import Engine, select

from messages_service.models import meta
from servicekit.data.db import core_transaction, insert_into

PLACE_ID: Final = "place_id"


def place_id(engine: Engine) -> str:
    """Made when it is first needed; a restored backup has the same."""
    query = select(meta.c.value).where(meta.c.key == PLACE_ID)
    with engine.connect() as connection:
        found: str | None = connection.execute(query).scalar_one_or_none()
    if found is not None:
        return found
    with core_transaction(engine) as running:
        new = insert_into(running.connection, meta)
        once = new.values(key=PLACE_ID, value=secrets.token_hex(16)).on_conflict_do_nothing()
        running.connection.execute(once)
        made: str = running.connection.execute(query).scalar_one()
    return made

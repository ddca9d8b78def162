"""Names after a # that are links: those of public rooms, so that nobody learns of a private one."""

from collections.abc import Iterable

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import bindparam, select

from messages_service.conversations.names import name_key
from messages_service.models import PUBLIC, ROOM, conversations


class RoomLinks:
    """Public rooms by the names that people write."""

    def __init__(self, db: SQLAlchemy) -> None:
        self._db = db

    def ids_of(self, names: Iterable[str]) -> dict[str, int]:
        """The ids of the rooms among these names, in one query."""
        keys = {name: name_key(name) for name in names}
        values = {"keys": [key for key in set(keys.values()) if key]}
        found = {row.name_key: row.id for row in self._db.session.execute(_named, values)}
        return {name: found[key] for name, key in keys.items() if key in found}


_named = select(conversations.c.name_key, conversations.c.id).where(
    conversations.c.name_key.in_(bindparam("keys", expanding=True)),
    conversations.c.kind == ROOM,
    conversations.c.visibility == PUBLIC,
)

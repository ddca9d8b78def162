"""The local copy of people: reads and writes work while users_service is away."""

import threading
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cachetools import TTLCache
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import Connection, Select, bindparam, select

from messages_service import errors
from messages_service.models import profiles
from messages_service.shapes.people import Person, PublishedProfile
from servicekit.data.db import insert_into, transaction
from servicekit.http import ServiceClient

CACHE_SECONDS = 5
CACHED_PROFILES = 20_000


@dataclass(frozen=True, slots=True)
class Profile:
    """A person as others see them; the email is shown in tutorial mode only."""

    id: int
    name: str
    nickname: str
    email: str | None
    role: str
    active: bool
    avatar_url: str | None
    status_emoji: str | None = None

    def shown(self, *, with_email: bool = False) -> Person:
        person: Person = {
            "id": self.id,
            "name": self.name,
            "nickname": self.nickname,
            "avatar_url": self.avatar_url,
            "bot": self.role == "bot",
        }
        if self.status_emoji is not None:
            person["status_emoji"] = self.status_emoji
        if with_email:
            person["email"] = self.email
        return person


class Profiles:
    """People by id; users_service is asked over HTTP only about unknown ones."""

    def __init__(self, db: SQLAlchemy, users: ServiceClient) -> None:
        self._db = db
        self._users = users
        self._cache: TTLCache[int, Profile] = TTLCache(CACHED_PROFILES, CACHE_SECONDS)
        self._lock = threading.Lock()

    def find(self, user_id: int) -> Profile | None:
        """The person; asks users_service about unknown ones, so not inside of a transaction."""
        with self._lock:
            known = self._cache.get(user_id)
        if known is not None:
            return known
        return self.find_many([user_id]).get(user_id) or self._ask(user_id)

    def find_active(self, user_id: int | None, field: str) -> Profile:
        """The person, as `find`; raises Invalid for `field` if they are unknown or deactivated."""
        person = None if user_id is None else self.find(user_id)
        if person is None:
            raise errors.unknown_person(field)
        if not person.active:
            raise errors.deactivated_person(field)
        return person

    def find_many(self, user_ids: Iterable[int]) -> dict[int, Profile]:
        """Those of `user_ids` that are known here, in one query."""
        wanted = set(user_ids)
        with self._lock:
            found = {i: self._cache[i] for i in wanted if i in self._cache}
        missing = wanted - found.keys()
        if missing:
            rows = self._db.session.execute(_select.where(profiles.c.id.in_(missing)))
            fresh = {row.id: Profile(*row) for row in rows}
            with self._lock:
                self._cache.update(fresh)
            found |= fresh
        return found

    def ids_of(self, nicknames: Iterable[str]) -> dict[str, int]:
        """Active people by case-folded nickname."""
        keys = [nickname.casefold() for nickname in nicknames]
        found = self._db.session.execute(_active_by_nickname, {"keys": keys})
        return {row.nickname_key: row.id for row in found}

    def update(self, person: PublishedProfile) -> None:
        """Keep a person as the feed describes them; runs inside the caller's transaction."""
        with self._db.session.begin_nested():  # so that a refused person spoils nothing else
            _upsert(self._db.session.connection(), person)
        with self._lock:
            self._cache.pop(int(person["id"]), None)

    def _ask(self, user_id: int) -> Profile | None:
        response = self._users.get(f"/internal/users/{user_id}")
        if response.status_code != 200:
            return None
        with transaction(self._db) as running:
            insert_unknown(running.connection, response.json())
        return self.find_many([user_id]).get(user_id)


_select: Select[Any] = select(
    profiles.c.id,
    profiles.c.name,
    profiles.c.nickname,
    profiles.c.email,
    profiles.c.role,
    profiles.c.active,
    profiles.c.avatar_url,
    profiles.c.status_emoji,
)


_active_by_nickname = select(profiles.c.nickname_key, profiles.c.id).where(
    profiles.c.nickname_key.in_(bindparam("keys", expanding=True)), profiles.c.active
)


def insert_unknown(connection: Connection, person: PublishedProfile) -> None:
    """Add a person; a row that the feed has added in between stays as it is."""
    statement = insert_into(connection, profiles).values(_values_of(person))
    connection.execute(statement.on_conflict_do_nothing(index_elements=["id"]))


def _upsert(connection: Connection, person: PublishedProfile) -> None:
    # No comparison of dates: the feed comes in order, and users_service's clock may be set back.
    values = _values_of(person)
    statement = insert_into(connection, profiles).values(values)
    changes = {name: statement.excluded[name] for name in values if name != "id"}
    connection.execute(statement.on_conflict_do_update(index_elements=["id"], set_=changes))


def _values_of(person: PublishedProfile) -> dict[str, object]:
    updated_at, status = person.get("updated_at"), person.get("status")
    dnd_until = person.get("dnd_until")
    return {
        "id": int(person["id"]),
        "name": person["name"],
        "nickname": person["nickname"],
        "nickname_key": person["nickname"].casefold(),
        "email": person.get("email"),
        "email_confirmed": person.get("email_confirmed", False),
        "role": person.get("role", "member"),
        "active": person.get("active", True),
        "avatar_url": person.get("avatar_url"),
        "status_emoji": status["emoji"] if status else None,
        "dnd_until": datetime.fromisoformat(dnd_until) if dnd_until else None,
        "language": person.get("language"),
        "time_zone": person.get("time_zone"),
        "updated_at": datetime.fromisoformat(updated_at) if updated_at else None,
    }

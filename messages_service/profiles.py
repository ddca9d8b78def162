"""The local copy of people: reading and writing go on while users_service is away."""

import threading
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cachetools import TTLCache
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import Connection, Select, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from messages_service.models import meta, profiles
from servicekit.db import transaction
from servicekit.http import ServiceClient

CACHE_SECONDS = 5
CACHED_PROFILES = 20_000
FEED_POSITION = "feed_position"


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

    def shown(self, *, with_email: bool = False) -> dict[str, Any]:
        person: dict[str, Any] = {"id": self.id, "name": self.name, "nickname": self.nickname}
        person["avatar_url"] = self.avatar_url
        if with_email:
            person["email"] = self.email
        return person


class Profiles:
    """Knows people by id; asks users_service over HTTP only for those it has never heard of."""

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
        query = select(profiles.c.nickname_key, profiles.c.id).where(
            profiles.c.nickname_key.in_(keys), profiles.c.active
        )
        return {row.nickname_key: row.id for row in self._db.session.execute(query)}

    def store(self, person: dict[str, Any]) -> None:
        """Keep a person as users_service describes them, unless something newer is known."""
        with transaction(self._db) as running:
            _upsert(running.connection, person)
        with self._lock:
            self._cache.pop(int(person["id"]), None)

    def feed_position(self) -> int:
        """Up to where users_service's feed has been read."""
        value = self._db.session.execute(
            select(meta.c.value).where(meta.c.key == FEED_POSITION)
        ).scalar()
        return int(value or 0)

    def save_feed_position(self, position: int) -> None:
        with transaction(self._db) as running:
            running.session.execute(
                update(meta).where(meta.c.key == FEED_POSITION).values(value=str(position))
            )

    def _ask(self, user_id: int) -> Profile | None:
        response = self._users.get(f"/internal/users/{user_id}")
        if response.status_code != 200:
            return None
        self.store(response.json())
        return self.find_many([user_id]).get(user_id)


_select: Select[Any] = select(
    profiles.c.id,
    profiles.c.name,
    profiles.c.nickname,
    profiles.c.email,
    profiles.c.role,
    profiles.c.active,
    profiles.c.avatar_url,
)


def _upsert(connection: Connection, person: dict[str, Any]) -> None:
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    values = _values_of(person)
    statement = insert(profiles).values(values)
    new = statement.excluded
    changes: dict[str, Any] = {name: new[name] for name in values if name not in ("id", "email")}
    changes["email"] = func.coalesce(
        new.email, profiles.c.email
    )  # strangers are not told it over HTTP
    is_newer = profiles.c.updated_at.is_(None) | (profiles.c.updated_at <= new.updated_at)
    connection.execute(
        statement.on_conflict_do_update(index_elements=["id"], set_=changes, where=is_newer)
    )


def _values_of(person: dict[str, Any]) -> dict[str, Any]:
    updated_at = person.get("updated_at")
    return {
        "id": int(person["id"]),
        "name": person["name"],
        "nickname": person["nickname"],
        "nickname_key": person["nickname"].casefold(),
        "email": person.get("email"),
        "role": person.get("role", "member"),
        "active": person.get("active", True),
        "avatar_url": person.get("avatar_url"),
        "updated_at": datetime.fromisoformat(updated_at) if updated_at else None,
    }

"""Nicknames: fetched once from users_service, then kept current by its events."""

from cachetools import LRUCache

from realtime_service.clients import UsersService
from realtime_service.delivery import Delivery
from realtime_service.shapes import Profile
from servicekit.web.errors import Problem

MOST_NAMES = 50_000


class Nicknames:
    """Nicknames by user id."""

    def __init__(self, users: UsersService) -> None:
        self._users = users
        self._known: LRUCache[int, str] = LRUCache(MOST_NAMES)

    def install(self, delivery: Delivery) -> None:
        """Receive new and changed profiles."""
        delivery.on_profile.append(self._update)

    def of(self, user_id: int) -> str:
        """The nickname; `somebody` if it is not cached and users_service is away."""
        name = self._known.get(user_id)
        if name is None:
            try:
                name = self._known[user_id] = self._users.nickname_of(user_id)
            except Problem:
                return "somebody"
        return name

    def _update(self, type_: str, profile: Profile) -> None:
        """Store the nickname of a new or changed profile."""
        self._known[profile["id"]] = profile["nickname"]

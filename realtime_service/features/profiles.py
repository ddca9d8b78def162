"""Changed profiles, without their private fields: sent to everybody, to guests only their own."""

import time

from realtime_service.delivery import Delivery
from realtime_service.sessions import Sessions
from realtime_service.shapes import Profile
from realtime_service.transport.frames import Outgoing
from realtime_service.transport.worker import Driver
from servicekit.identity.feed import USER_UPDATED

PRIVATE = ("email", "language")
GATHER_SECONDS = 1.0
"""A person whose profile changes often is announced once in this time."""


class ChangedProfiles:
    """Gathers the latest profile of each person who has changed it."""

    def __init__(self, driver: Driver, sessions: Sessions) -> None:
        self._driver = driver
        self._sessions = sessions
        self._changed: dict[int, dict[str, object]] = {}

    def install(self, delivery: Delivery) -> None:
        """Receive new and changed profiles."""
        delivery.on_profile.append(self._gather)

    def _gather(self, type_: str, profile: Profile) -> None:
        if type_ != USER_UPDATED:
            return
        if not self._changed:
            self._driver.spawn(self._send_soon)
        shown = {key: value for key, value in profile.items() if key not in PRIVATE}
        self._changed[profile["id"]] = shown

    def _send_soon(self) -> None:
        """Guests get only their own: they may not see the profiles of strangers."""
        time.sleep(GATHER_SECONDS)
        profiles, self._changed = self._changed, {}
        notices = {
            user_id: Outgoing.of("notice", {"type": USER_UPDATED, "data": profile})
            for user_id, profile in profiles.items()
        }
        for session in self._sessions:
            if not session.identity.is_guest:
                session.connection.send_events(list(notices.values()))
            elif session.user_id in profiles:
                session.connection.send_events([notices[session.user_id]])

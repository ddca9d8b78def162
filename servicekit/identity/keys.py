"""users_service's public keys, fetched when needed and cached."""

import threading
import time

import jwt

from servicekit.http import ServiceClient
from servicekit.language import _
from servicekit.web.errors import Problem, Unauthorized, Unavailable

FRESH_SECONDS = 300.0
"""A key that is no longer published is refused after this time at the latest."""
USABLE_SECONDS = FRESH_SECONDS + 20 * 60
"""While users_service is unavailable. No token that it signed before is valid for longer."""
REFETCH_SECONDS = 5.0
"""The least time between two fetches for unknown keys, and after a failed fetch."""
PATIENCE_SECONDS = 0.5
FETCH_TIMEOUT = (1.0, 3.0)


class PublicKeys:
    """Keys by id. One thread fetches while the others go on with the keys that are known."""

    def __init__(self, users: ServiceClient, patience_seconds: float = PATIENCE_SECONDS) -> None:
        self._users = users
        self._patience_seconds = patience_seconds
        self._keys: dict[str, jwt.PyJWK] = {}
        self._fetched = self._failed = self._began = float("-inf")
        self._is_fetching = False
        self.generation = 0
        """Changes with `forget`: what was checked with keys of an older one is out of date."""
        self._changed = threading.Condition()

    def find(self, kid: str) -> jwt.PyJWK:
        """The key; raises Unauthorized if it does not exist, Unavailable if that is unknown."""
        with self._changed:
            if not self._is_due(kid):
                return self._known(kid)
            if self._is_fetching:
                self._wait_for_fetch(kid)
                return self._known(kid)
            self._is_fetching, self._began = True, time.monotonic()
            generation = self.generation
        keys: dict[str, jwt.PyJWK] | None = None
        try:
            keys = self._fetch()
        finally:
            with self._changed:
                self._is_fetching = False
                if generation == self.generation:
                    self._keep(keys)
                self._changed.notify_all()
        with self._changed:
            return self._known(kid)

    def fetch_early(self) -> None:
        """Fetch before the first token comes. Without an answer, or keys in it, that token does."""
        keys = self._fetch()
        if keys:
            with self._changed:
                self._keep(keys)
                self._changed.notify_all()

    def forget(self) -> None:
        """Fetch the keys again before any is used: one of them was retired at once."""
        with self._changed:
            self._keys, self._fetched = {}, float("-inf")
            self.generation += 1

    def _is_due(self, kid: str) -> bool:
        """Whether the keys have to be fetched to answer for `kid`."""
        now = time.monotonic()
        if now - self._failed < REFETCH_SECONDS:
            return False
        if now - self._fetched > FRESH_SECONDS:
            return True
        return kid not in self._keys and now - self._fetched > REFETCH_SECONDS

    def _known(self, kid: str) -> jwt.PyJWK:
        now = time.monotonic()
        key = self._keys.get(kid)
        if key is not None and now - self._fetched < USABLE_SECONDS:
            return key
        if key is not None or self._failed > self._fetched or self._is_fetching:
            raise Unavailable(_("Tokens cannot be checked at the moment; try again."))
        raise Unauthorized(_("This token is not valid."), "token-invalid")

    def _wait_for_fetch(self, kid: str) -> None:
        """Wait briefly: most fetches take milliseconds; do not wait for one that hangs."""
        while self._is_fetching and kid not in self._keys:
            left = self._began + self._patience_seconds - time.monotonic()
            if left <= 0:
                return
            self._changed.wait(left)

    def _fetch(self) -> dict[str, jwt.PyJWK] | None:
        try:
            response = self._users.get("/.well-known/jwks.json", timeout=FETCH_TIMEOUT)
        except Problem:
            return None
        if response.status_code != 200:
            return None
        return {key["kid"]: jwt.PyJWK(key) for key in response.json()["keys"]}

    def _keep(self, keys: dict[str, jwt.PyJWK] | None) -> None:
        if keys is None:
            self._failed = time.monotonic()
        else:
            self._keys, self._fetched = keys, time.monotonic()

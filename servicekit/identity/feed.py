"""Changes of people and sessions, pulled from users_service: independent of Redis."""

import logging
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, TypedDict

from prometheus_client import Counter
from redis import RedisError

from servicekit.http import ServiceClient
from servicekit.identity.verify import TokenVerifier
from servicekit.web.errors import Problem

USER_CREATED = "user.created"
USER_UPDATED = "user.updated"
USER_DEACTIVATED = "user.deactivated"
USER_REVOKED = "user.revoked"
SESSION_REVOKED = "session.revoked"
KEYS_RETIRED = "keys.retired"
PLACE_CHANGED = "place.changed"
PERSON_CHANGED = (USER_CREATED, USER_UPDATED, USER_DEACTIVATED)
POLL_SECONDS = 2.0
PAGE = 500
FROM_NOW = -1
SET_ASIDE = Counter(
    "parley_feed_set_aside_total", "Feed entries that can never be handled", ["type"]
)
FAILED = Counter("parley_feed_failures_total", "Attempts to read the feed that failed")
Handler = Callable[[Any], None]
"""Receives the data of an entry, whose shape depends on the entry's type."""
log = logging.getLogger(__name__)


class Entry(TypedDict):
    """A change; `data` is `RevokedSession`, `RevokedUser`, a profile or the name of a key."""

    seq: int
    type: str
    data: Any


class RevokedSession(TypedDict):
    """The session or API token `sid` has ended."""

    sid: str


class RevokedUser(TypedDict):
    """Access tokens that were issued to the person by this moment are rejected."""

    user_id: int
    before: str


@dataclass(frozen=True)
class Page:
    """Entries of the feed after the seq `after`; `end` is the seq to continue from."""

    after: int
    end: int
    entries: list[Entry]
    is_last: bool


class Position(Protocol):
    """How far the feed has been handled."""

    def read(self) -> int:
        """The seq of the last entry handled, or FROM_NOW."""
        ...

    def advance(self, page: Page, handle: Callable[[Entry], None]) -> None:
        """Call `handle` with each entry and move to the page's end; on an error do not move."""
        ...

    def is_transient(self, error: Exception) -> bool:
        """Whether the error came from where the position is kept, and may pass."""
        ...


class MemoryPosition:
    """Starts where the feed ends, with the revocations that still matter."""

    def __init__(self) -> None:
        self._after = FROM_NOW

    def read(self) -> int:
        return self._after

    def advance(self, page: Page, handle: Callable[[Entry], None]) -> None:
        for entry in page.entries:
            handle(entry)
        self._after = page.end

    def is_transient(self, error: Exception) -> bool:
        return False


class Feed:
    """A thread that reads users_service's feed and passes each entry to the handler of its type.

    No entry is skipped for a passing reason, such as a busy database: the page is read again. So a
    handler may see an entry twice. An entry that its handler can never handle is logged and
    counted, and the feed goes on.
    """

    def __init__(
        self,
        users: ServiceClient,
        handlers: Mapping[str, Handler],
        position: Position | None = None,
    ) -> None:
        self._users = users
        self._handlers = handlers
        self._position = position or MemoryPosition()
        self._stop = threading.Event()
        self.has_synced = threading.Event()
        """Set once users_service has been reached."""

    def start(self) -> None:
        threading.Thread(target=self._run, name="feed", daemon=True).start()

    def stop(self) -> None:
        self._stop.set()

    def poll(self) -> None:
        """Handle everything that is new; raises Problem while users_service is unavailable."""
        while (page := self._read_page()) is not None:
            if page.entries or page.end != page.after:
                self._position.advance(page, self._handle)
            self.has_synced.set()
            if page.is_last:
                return

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                self.poll()
            except Problem:
                log.info("feed: users_service is unavailable")
            except Exception as error:  # a thread that died would leave revoked tokens working
                FAILED.inc()
                log.warning("feed: %s; trying again", error, exc_info=not self._is_transient(error))
            self._stop.wait(POLL_SECONDS)

    def _read_page(self) -> Page | None:
        after = self._position.read()
        response = self._users.get("/internal/feed", params={"after": after, "limit": PAGE})
        if response.status_code != 200:
            log.warning("feed: users_service answered %s", response.status_code)
            return None
        answer = response.json()
        entries = answer["entries"]
        is_last = len(entries) < PAGE
        end = int(answer["last_seq"]) if is_last else int(entries[-1]["seq"])
        return Page(after, end, entries, is_last)

    def _handle(self, entry: Entry) -> None:
        handler = self._handlers.get(entry["type"])
        if handler is None:
            return
        try:
            handler(entry["data"])
        except Exception as error:
            if self._is_transient(error):
                raise
            SET_ASIDE.labels(entry["type"]).inc()
            log.exception("feed: entry %s (%s) was set aside", entry.get("seq"), entry["type"])

    def _is_transient(self, error: Exception) -> bool:
        """Whether the same call may succeed later: the database, Redis or a service fails."""
        if isinstance(error, Problem):
            return error.status >= 500
        return isinstance(error, RedisError) or self._position.is_transient(error)


def revocation_handlers(verifier: TokenVerifier) -> dict[str, Handler]:
    """Handlers that make `verifier` refuse what users_service has revoked."""
    revocations = verifier.revocations
    return {
        SESSION_REVOKED: lambda data: revocations.revoke_session(data["sid"]),
        USER_REVOKED: lambda data: revocations.revoke_user(
            data["user_id"], datetime.fromisoformat(data["before"]).timestamp()
        ),
        KEYS_RETIRED: lambda data: verifier.forget_keys(),
    }

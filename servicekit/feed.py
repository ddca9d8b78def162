"""What happened to people and sessions, pulled from users_service, so that Redis may be away."""

import logging
import threading
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from servicekit.errors import Problem
from servicekit.http import ServiceClient
from servicekit.identity import Revocations

POLL_SECONDS = 2.0
PAGE = 500
FROM_NOW = -1
Handler = Callable[[dict[str, Any]], None]
log = logging.getLogger(__name__)


class Feed:
    """A thread that reads users_service's feed and hands each entry to the handler of its type.

    It starts where the feed ends (with the revocations that still matter), or after `after` where
    the caller keeps a position; then `saved` is told every new one. A handler that raises is
    logged, and the feed goes on.
    """

    def __init__(
        self,
        users: ServiceClient,
        handlers: Mapping[str, Handler],
        *,
        after: int = FROM_NOW,
        saved: Callable[[int], None] | None = None,
    ) -> None:
        self._users = users
        self._handlers = handlers
        self._after = after
        self._saved = saved
        self._stop = threading.Event()
        self.has_synced = threading.Event()
        """Set once users_service has been reached."""

    def start(self) -> None:
        threading.Thread(target=self._run, name="feed", daemon=True).start()

    def stop(self) -> None:
        self._stop.set()

    def poll(self) -> None:
        """Read everything that is new; raises Problem while users_service is away."""
        while True:
            response = self._users.get(
                "/internal/feed", params={"after": self._after, "limit": PAGE}
            )
            if response.status_code != 200:
                log.warning("feed: users_service answered %s", response.status_code)
                return
            page = response.json()
            for entry in page["entries"]:
                self._handle(entry)
            self._advance(page)
            self.has_synced.set()
            if len(page["entries"]) < PAGE:
                return

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                self.poll()
            except Problem:
                log.info("feed: users_service is away")
            except Exception:  # a thread that died would leave revoked tokens working
                log.exception("feed: unforeseen error")
            self._stop.wait(POLL_SECONDS)

    def _handle(self, entry: dict[str, Any]) -> None:
        handler = self._handlers.get(entry["type"])
        if handler is None:
            return
        try:
            handler(entry["data"])
        except Exception:
            log.exception("feed: entry %s (%s) was not handled", entry.get("seq"), entry["type"])

    def _advance(self, page: dict[str, Any]) -> None:
        entries = page["entries"]
        reached = int(entries[-1]["seq"]) if len(entries) == PAGE else int(page["last_seq"])
        if reached != self._after:
            self._after = reached
            if self._saved:
                self._saved(reached)


def revocation_handlers(revocations: Revocations) -> dict[str, Handler]:
    """Handlers that keep `revocations` current."""
    return {
        "session.revoked": lambda data: revocations.revoke_session(data["sid"]),
        "user.revoked": lambda data: revocations.revoke_user(
            data["user_id"], datetime.fromisoformat(data["before"]).timestamp()
        ),
    }

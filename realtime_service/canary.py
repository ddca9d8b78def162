"""A message that this process publishes to itself every few seconds: a TCP connection to Redis can
look healthy and deliver nothing.
"""

import logging
import threading
import time
from uuid import uuid4

from realtime_service.publish import Publisher

SILENT_AFTER_CANARIES = 3
log = logging.getLogger(__name__)


class Canary:
    """`topic` must be subscribed to; call `note` when its message arrives."""

    def __init__(self, publisher: Publisher, seconds: float) -> None:
        """0 `seconds` turn it off."""
        self._publisher = publisher
        self._seconds = seconds
        self.topic = f"canary:{uuid4().hex[:12]}"
        self._seen = 0.0
        self._is_stopping = False

    def start(self) -> None:
        if self._seconds:
            threading.Thread(target=self._publish_forever, name="canary", daemon=True).start()

    def stop(self) -> None:
        self._is_stopping = True

    def note(self) -> None:
        """It has arrived, or a new subscription begins."""
        self._seen = time.monotonic()

    def is_silent(self) -> bool:
        """Whether several canaries in a row have not arrived."""
        silence = time.monotonic() - self._seen
        return bool(self._seconds) and silence > SILENT_AFTER_CANARIES * self._seconds

    def _publish_forever(self) -> None:
        while not self._is_stopping:
            try:
                self._publisher.publish([(self.topic, b"1")])
            except Exception:
                log.exception("unexpected error while publishing the canary")
            time.sleep(self._seconds)

"""Whether a request comes from Parley: the signature of webhooks and slash commands."""

import hashlib
import hmac
import re
import threading
import time
from collections.abc import Callable
from typing import Final

HEADER: Final = "Parley-Signature"
WINDOW: Final = 300.0
"""Seconds that a signature is valid for; clocks may differ by as much."""
_FORM = re.compile(r"t=(?P<time>[0-9]{1,12}),v1=(?P<digest>[0-9a-f]{64})")


class BadSignature(Exception):
    """The request is not from Parley, is too old, or came before."""


class Verifier:
    """Checks requests with the secret of one webhook or command."""

    def __init__(
        self, secret: str, *, window: float = WINDOW, clock: Callable[[], float] = time.time
    ) -> None:
        self._secret = secret.encode()
        self._window = window
        self._clock = clock
        self._seen: dict[str, float] = {}
        self._lock = threading.Lock()

    def verify(self, header: str | None, body: bytes) -> None:
        """Check the header `Parley-Signature` of `body`, as it was received; raises BadSignature.

        Each signature is accepted once, so that a recorded request cannot be sent again. A
        delivery that Parley repeats has a new one, and the same `Parley-Delivery`.
        """
        found = _FORM.fullmatch(header or "")
        if found is None:
            raise BadSignature("the signature is missing, or has another form")
        signed = found["time"].encode() + b"." + body
        digest = hmac.new(self._secret, signed, hashlib.sha256).hexdigest()
        if not hmac.compare_digest(digest, found["digest"]):
            raise BadSignature("the signature is wrong")
        self._accept_once(digest, float(found["time"]))

    def _accept_once(self, digest: str, signed_at: float) -> None:
        now = self._clock()
        if abs(now - signed_at) > self._window:
            raise BadSignature("the signature is too old, or the clocks differ")
        with self._lock:
            self._seen = {key: at for key, at in self._seen.items() if now - at <= self._window}
            if digest in self._seen:
                raise BadSignature("the request came before")
            self._seen[digest] = signed_at

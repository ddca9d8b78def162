"""Sends one push: encrypted for the device (RFC 8291), signed for its push service (RFC 8292)."""

import base64
import hashlib
from datetime import timedelta
from typing import Final, Literal

import http_ece
import orjson
from cryptography.hazmat.primitives.asymmetric import ec

from messages_service.notifications.queue import Claim
from messages_service.notifications.vapid import VapidKey
from servicekit.public_web.addresses import NotFetched, RefusedAddress
from servicekit.public_web.client import Answer, PublicWeb

Outcome = Literal["sent", "gone", "refused", "failed"]
"""`failed` may pass; `refused` concerns this push, `gone` the device."""
SHOWN_FOR: Final = timedelta(days=1)
"""How long a push service keeps a push for a device that is switched off."""
SECONDS: Final = 10.0
MAX_ANSWER: Final = 2048
GONE: Final = (404, 410)
PASSING: Final = (408, 425, 429)


def read_key(text: str) -> bytes:
    """Base64 in either alphabet, with or without padding; raises ValueError."""
    standard = text.replace("-", "+").replace("_", "/").rstrip("=")
    return base64.b64decode(standard + "=" * (-len(standard) % 4), validate=True)


class PushSender:
    """Push services are reached at public addresses alone."""

    def __init__(self, web: PublicWeb, vapid: VapidKey) -> None:
        self._web = web
        self.vapid = vapid

    def send(self, claim: Claim, payload: object, *, is_urgent: bool) -> tuple[Outcome, timedelta]:
        """Send a push; return the outcome and how long to wait before the next attempt."""
        try:
            answer = self._web.post(
                claim.endpoint,
                _encrypt(orjson.dumps(payload), claim),
                {
                    "Authorization": self.vapid.authorization(claim.endpoint),
                    "Content-Encoding": "aes128gcm",
                    "Content-Type": "application/octet-stream",
                    "TTL": str(int(SHOWN_FOR.total_seconds())),
                    "Urgency": "high" if is_urgent else "normal",
                    "Topic": hashlib.sha256(claim.tag.encode()).hexdigest()[:32],
                },
                max_bytes=MAX_ANSWER,
                seconds=SECONDS,
            )
        except RefusedAddress:
            return "gone", timedelta()
        except NotFetched:
            return "failed", timedelta()
        return _outcome(answer), _retry_after(answer)


def _encrypt(content: bytes, claim: Claim) -> bytes:
    encrypted: bytes = http_ece.encrypt(
        content,
        private_key=ec.generate_private_key(ec.SECP256R1()),
        dh=read_key(claim.p256dh),
        auth_secret=read_key(claim.auth),
        version="aes128gcm",
    )
    return encrypted


def _outcome(answer: Answer) -> Outcome:
    if 200 <= answer.status < 300:
        return "sent"
    if answer.status in GONE:
        return "gone"
    return "failed" if answer.status >= 500 or answer.status in PASSING else "refused"


def _retry_after(answer: Answer) -> timedelta:
    seconds = answer.headers.get("retry-after", "")
    return timedelta(seconds=min(int(seconds), 86400) if seconds.isdecimal() else 0)

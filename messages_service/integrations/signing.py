"""Signatures of what Parley sends to webhooks and commands; `parley_client` verifies them."""

import hashlib
import hmac
import time

HEADER = "Parley-Signature"


def signed_headers(secret: str, body: bytes) -> dict[str, str]:
    """The headers of a signed JSON body: HMAC-SHA256 over the time and the body."""
    timestamp = int(time.time())
    signed = b"%d.%s" % (timestamp, body)
    digest = hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()
    return {"Content-Type": "application/json", HEADER: f"t={timestamp},v1={digest}"}

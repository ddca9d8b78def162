"""A push service on this machine, and browsers that subscribe to it and decrypt what they get."""

import base64
import json
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import http_ece
import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from tests.messages_service.conftest import Person


@dataclass
class PushService:
    """Answers each push with the next of `answers`, then with 201."""

    port: int = 0
    answers: list[int] = field(default_factory=list)
    received: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)


@dataclass
class Device:
    """A browser; `shown` are the pushes that reached it, as its service worker reads them."""

    service: PushService
    path: str
    subscription_path: str
    key: ec.EllipticCurvePrivateKey
    auth: bytes

    @property
    def pushes(self) -> list[dict[str, Any]]:
        return [
            json.loads(self._decrypt(body))
            for path, _, body in self.service.received
            if path == self.path
        ]

    @property
    def headers(self) -> list[dict[str, str]]:
        return [headers for path, headers, _ in self.service.received if path == self.path]

    def _decrypt(self, body: bytes) -> bytes:
        decrypted: bytes = http_ece.decrypt(
            body, private_key=self.key, auth_secret=self.auth, version="aes128gcm"
        )
        return decrypted


@contextmanager
def running_push_service() -> Iterator[PushService]:
    service = PushService()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            service.received.append((self.path, headers, body))
            self.send_response(service.answers.pop(0) if service.answers else 201)
            self.end_headers()

        def log_message(self, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    service.port = server.server_address[1]
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    yield service
    server.shutdown()
    server.server_close()


def subscription_body(endpoint: str, key: ec.EllipticCurvePrivateKey, auth: bytes) -> Any:
    public = key.public_key().public_bytes(
        serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
    )
    keys = {"p256dh": in_base64(public), "auth": in_base64(auth)}
    return {"endpoint": endpoint, "expirationTime": None, "keys": keys}


def subscribe(person: Person, service: PushService) -> Device:
    key, auth = ec.generate_private_key(ec.SECP256R1()), os.urandom(16)
    path = f"/push/{os.urandom(6).hex()}"
    body = subscription_body(f"http://127.0.0.1:{service.port}{path}", key, auth)
    answer = person.post("/api/push/subscriptions", {**body, "device": "Firefox on Linux"})
    assert answer.status_code == 201, answer.text
    return Device(service, path, answer.headers["Location"], key, auth)


def signed_claims(headers: dict[str, str]) -> tuple[str, dict[str, Any]]:
    """The public key of a push's VAPID header, and the claims that it signs."""
    scheme, _, parts = headers["authorization"].partition(" ")
    assert scheme == "vapid"
    token, key = (part.strip().partition("=")[2] for part in parts.split(","))
    point = base64.urlsafe_b64decode(key + "==")
    public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
    audience = jwt.decode(token, options={"verify_signature": False})["aud"]
    return key, jwt.decode(token, public, ["ES256"], audience=audience)


def in_base64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()

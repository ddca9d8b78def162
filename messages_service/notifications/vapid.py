"""The place's VAPID key (RFC 8292): made once, kept in the database, encrypted with the secret."""

import base64
import logging
import time
from typing import cast
from urllib.parse import urlsplit

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from pydantic import SecretStr
from sqlalchemy import Connection, Engine, select, update

from messages_service.models import meta
from servicekit.data.db import core_transaction, insert_into
from servicekit.sealing import KeySealer

KEY = "vapid_key"
TOKEN_SECONDS = 12 * 3600
log = logging.getLogger(__name__)


class VapidKey:
    """Signs that a push comes from this Parley."""

    def __init__(
        self, engine: Engine, contact: str, secret: SecretStr, fallback: SecretStr | None = None
    ) -> None:
        """`contact` is where a push service reaches the operator: `mailto:` or `https:`.

        `fallback` is the former secret, with which the key may still be encrypted.
        """
        self._engine = engine
        self._contact = contact
        self._sealer = KeySealer(secret, fallback)
        self._key: ec.EllipticCurvePrivateKey | None = None

    @property
    def public(self) -> str:
        """The public key as browsers take it."""
        point = (
            self._private()
            .public_key()
            .public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
        )
        return base64.urlsafe_b64encode(point).rstrip(b"=").decode()

    def authorization(self, endpoint: str) -> str:
        """The header for a push to this endpoint."""
        parts = urlsplit(endpoint)
        claims = {
            "aud": f"{parts.scheme}://{parts.netloc}",
            "exp": int(time.time()) + TOKEN_SECONDS,
            "sub": self._contact,
        }
        return f"vapid t={jwt.encode(claims, self._private(), 'ES256')}, k={self.public}"

    def _private(self) -> ec.EllipticCurvePrivateKey:
        if self._key is None:
            self._key = self._read() or self._make()
        return self._key

    def _read(self) -> ec.EllipticCurvePrivateKey | None:
        with self._engine.connect() as connection:
            return self._stored(connection)

    def _make(self) -> ec.EllipticCurvePrivateKey:
        """There is none yet, or SERVICE_SECRET has changed since. Another process may be first."""
        with core_transaction(self._engine) as running:
            fresh = ec.generate_private_key(ec.SECP256R1())
            pem = self._sealer.seal(fresh)
            once = insert_into(running.connection, meta).values(key=KEY, value=pem)
            running.connection.execute(once.on_conflict_do_nothing())
            known = self._stored(running.connection)
            if known is None:
                log.warning("the VAPID key was made with another SERVICE_SECRET: making a new one")
                running.connection.execute(update(meta).where(meta.c.key == KEY).values(value=pem))
            return known or fresh

    def _stored(self, connection: Connection) -> ec.EllipticCurvePrivateKey | None:
        pem: str | None = connection.execute(_stored_key).scalar()
        key = None if pem is None else self._sealer.open(pem)
        return cast(ec.EllipticCurvePrivateKey | None, key)


_stored_key = select(meta.c.value).where(meta.c.key == KEY)

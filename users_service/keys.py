"""The keys that sign access tokens: in the database, encrypted with the services' secret."""

import json
import logging
import secrets
import threading
from datetime import timedelta
from typing import Any, cast

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask_sqlalchemy import SQLAlchemy
from pydantic import SecretStr
from sqlalchemy import ColumnElement, or_, select, update
from sqlalchemy.orm import Session

from servicekit.data.db import Transaction, transaction
from servicekit.identity.feed import KEYS_RETIRED
from servicekit.identity.verify import ACCESS_TOKEN_SECONDS, ALGORITHM
from servicekit.sealing import KeySealer
from servicekit.times import utcnow
from users_service import errors, feed
from users_service.models.feed import SigningKey
from users_service.publish import Publisher
from users_service.shapes.feed import Jwk

PUBLISHED_FOR = timedelta(seconds=ACCESS_TOKEN_SECONDS + 5 * 60)
"""A retired key stays published until all its tokens have expired."""
log = logging.getLogger(__name__)


class KeyRing:
    """Signs with the newest key, verifies with every published one."""

    def __init__(
        self,
        db: SQLAlchemy,
        publisher: Publisher,
        secret: SecretStr,
        fallback: SecretStr | None = None,
    ) -> None:
        """`fallback` is the former secret, with which a key may still be encrypted."""
        self._db, self._publisher = db, publisher
        self._sealer = KeySealer(secret, fallback)
        self._private: dict[str, Ed25519PrivateKey] = {}
        self._lock = threading.Lock()

    def sign(self, claims: dict[str, Any]) -> str:
        """`claims` as a JWT. Not within a transaction: the first call creates a key in its own."""
        kid, key = self._current() or self._replace_unreadable()
        return jwt.encode(claims, key, ALGORITHM, {"kid": kid})

    def public_key(self, kid: str) -> jwt.PyJWK:
        """The key with that `kid`; raises Unauthorized if there is none."""
        # Read every time: a cached key may just have been retired.
        jwk = self._db.session().scalar(
            select(SigningKey.public_jwk).where(SigningKey.kid == kid, _is_published())
        )
        if jwk is None:
            raise errors.invalid_token()
        return jwt.PyJWK(json.loads(jwk))

    def published(self) -> list[Jwk]:
        """The public keys (RFC 7517) whose tokens may still be valid, newest first."""
        rows = self._db.session().scalars(
            select(SigningKey.public_jwk)
            .where(_is_published())
            .order_by(SigningKey.created_at.desc())
        )
        return [json.loads(row) for row in rows]

    def rotate(self, *, now: bool = False) -> str:
        """Sign with a new key from now on, in every process; returns its `kid`.

        With `now` all older keys stop being accepted at once: for a key that has leaked.
        """
        with transaction(self._db) as running:
            feed.lock(running)
            kid = self._add_key(running)
            if now:
                running.session.execute(
                    update(SigningKey)
                    .where(SigningKey.kid != kid)
                    .values(retired_at=utcnow() - PUBLISHED_FOR)
                )
                feed.append(running, self._publisher, KEYS_RETIRED, {"kid": kid})
            return kid

    def _current(self) -> tuple[str, Ed25519PrivateKey] | None:
        row = _newest_key(self._db.session())
        if row is None or row.private_pem is None:
            return None
        with self._lock:
            key = self._private.get(row.kid)
            if key is None:
                key = self._decrypt(row.private_pem)
                if key is not None:
                    self._private[row.kid] = key
        return (row.kid, key) if key is not None else None

    def _replace_unreadable(self) -> tuple[str, Ed25519PrivateKey]:
        """Create a key: there is none yet, or SERVICE_SECRET has changed since."""
        with transaction(self._db) as running:
            feed.lock(running)
            found = self._current()
            kid = found[0] if found else self._add_key(running)
        with self._lock:
            return kid, self._private[kid]

    def _add_key(self, running: Transaction) -> str:
        key, kid, now = Ed25519PrivateKey.generate(), secrets.token_urlsafe(9), utcnow()
        running.session.execute(
            update(SigningKey)
            .where(SigningKey.retired_at.is_(None))
            .values(retired_at=now, private_pem=None)
        )
        pem = self._sealer.seal(key)
        running.session.add(
            SigningKey(kid=kid, public_jwk=_jwk(key, kid), private_pem=pem, created_at=now)
        )
        with self._lock:
            self._private[kid] = key
        return kid

    def _decrypt(self, pem: str) -> Ed25519PrivateKey | None:
        key = self._sealer.open(pem)
        if key is None:
            log.warning("the signing key was made with another SERVICE_SECRET: making a new one")
        return cast(Ed25519PrivateKey | None, key)


def _is_published() -> ColumnElement[bool]:
    return or_(SigningKey.retired_at.is_(None), SigningKey.retired_at > utcnow() - PUBLISHED_FOR)


def _newest_key(session: Session) -> SigningKey | None:
    return session.scalars(
        select(SigningKey)
        .where(SigningKey.retired_at.is_(None))
        .order_by(SigningKey.created_at.desc())
        .limit(1)
    ).first()


def _jwk(key: Ed25519PrivateKey, kid: str) -> str:
    public = json.loads(jwt.algorithms.OKPAlgorithm.to_jwk(key.public_key()))
    return json.dumps({**public, "kid": kid, "use": "sig", "alg": ALGORITHM})

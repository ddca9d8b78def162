"""Verification of bearer tokens, done by every service itself."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol, cast

import jwt
from cachetools import TTLCache
from flask import Flask, current_app, g, request

from servicekit.http import ServiceClient
from servicekit.identity.keys import FRESH_SECONDS, PATIENCE_SECONDS, PublicKeys
from servicekit.language import _
from servicekit.web.errors import Forbidden, Unauthorized, Unavailable
from servicekit.web.methods import WRITING_METHODS

ISSUER = "parley"
API_AUDIENCE = "parley:api"
REALTIME_AUDIENCE = "parley:realtime"
TOKEN_TYPES = {API_AUDIENCE: "access", REALTIME_AUDIENCE: "ticket"}
ALGORITHM = "EdDSA"
API_TOKEN_PREFIX = "parley_"
ACCESS_TOKEN_SECONDS = 15 * 60
LONGEST_TOKEN_SECONDS = 20 * 60
LEEWAY_SECONDS = 5


@dataclass(frozen=True, slots=True)
class Identity:
    """The person whom a verified token names; times are seconds since the epoch."""

    user_id: int
    role: str
    sid: str
    scopes: frozenset[str]
    token_expires: float
    issued_at: float
    token_id: str | None = None

    @property
    def is_admin(self) -> bool:
        return self.role == "admin"

    @property
    def is_guest(self) -> bool:
        return self.role == "guest"


class Revocations:
    """Sessions and people whose tokens are refused early; `servicekit.identity.feed` fills it."""

    def __init__(self) -> None:
        lifetime = ACCESS_TOKEN_SECONDS + 60
        self._sids: TTLCache[str, bool] = TTLCache(100_000, lifetime)
        self._users: TTLCache[int, float] = TTLCache(100_000, lifetime)
        self._lock = threading.Lock()
        self._is_empty = True

    def revoke_session(self, sid: str) -> None:
        with self._lock:
            self._is_empty = False
            self._sids[sid] = True

    def revoke_user(self, user_id: int, before: float) -> None:
        """Refuse the person's tokens issued before that time (seconds since the epoch)."""
        with self._lock:
            self._is_empty = False
            self._users[user_id] = before

    def covers(self, identity: Identity) -> bool:
        """Whether a token of `identity` is to be refused."""
        if self._is_empty:
            return False  # as nearly always; the caches are slow to ask
        with self._lock:
            if identity.sid in self._sids:
                return True
            before = self._users.get(identity.user_id)
            self._is_empty = not (self._sids or self._users)
        return before is not None and identity.issued_at <= before


class Verifier(Protocol):
    """Verifies tokens."""

    def verify(self, token: str, audience: str = API_AUDIENCE) -> Identity: ...


class TokenVerifier:
    """Checks tokens with users_service's public keys; asks it for unknown keys and API tokens only.

    Valid tokens are cached for a while: checking a signature costs more than the rest of a
    request. Revocation is looked up every time.
    """

    def __init__(self, users: ServiceClient, patience_seconds: float = PATIENCE_SECONDS) -> None:
        """`patience_seconds` is how long a call waits for keys that another one fetches."""
        self._users = users
        self.revocations = Revocations()
        self._keys = PublicKeys(users, patience_seconds)
        self._known: TTLCache[tuple[str, str], Identity] = TTLCache(
            20_000, FRESH_SECONDS, timer=time.monotonic
        )
        self._known_lock = threading.Lock()

    def verify(self, token: str, audience: str = API_AUDIENCE) -> Identity:
        """The identity that `token` proves to `audience`; Unauthorized or Unavailable if not."""
        identity = self._remembered(token, audience)
        if identity is not None and token.startswith(API_TOKEN_PREFIX):
            # After a change of role the API token is still valid: exchange it again.
            identity = None if self.revocations.covers(identity) else identity
        if identity is None:
            generation = self._keys.generation
            identity = self._check(token, audience)
            with self._known_lock:
                if generation == self._keys.generation:
                    self._known[token, audience] = identity
        if self.revocations.covers(identity):
            raise Unauthorized(_("This session has been ended; sign in again."), "token-revoked")
        return identity

    def fetch_keys(self) -> None:
        """Fetch the keys now: thousands of clients may come back at the start, all at once."""
        self._keys.fetch_early()

    def forget_keys(self) -> None:
        """A signing key was retired: check every token again, with the current keys."""
        self._keys.forget()
        with self._known_lock:
            self._known.clear()

    def _remembered(self, token: str, audience: str) -> Identity | None:
        with self._known_lock:
            identity = self._known.get((token, audience))
        if identity is not None and identity.token_expires > time.time():
            return identity
        return None

    def _check(self, token: str, audience: str) -> Identity:
        if token.startswith(API_TOKEN_PREFIX):
            if audience != API_AUDIENCE:
                raise Unauthorized(_("An API token is not a ticket."), "token-invalid")
            token = self._exchange(token)
        return identity_from_claims(checked_claims(token, audience, self._keys.find))

    def _exchange(self, api_token: str) -> str:
        response = self._users.post("/api/sessions/exchange", token=api_token)
        if response.status_code == 200:
            return cast(str, response.json()["access_token"])
        if response.status_code not in (401, 403):
            raise Unavailable(_("Tokens cannot be checked at the moment; try again."))
        raise Unauthorized(_("This API token is unknown, expired or revoked."), "token-invalid")


def checked_claims(
    token: str, audience: str, key_for: Callable[[str], jwt.PyJWK]
) -> dict[str, Any]:
    """The claims of a JWT that is valid for `audience`; `key_for` finds a `kid`'s key or raises."""
    try:
        claims = jwt.decode(
            token,
            key_for(str(jwt.get_unverified_header(token).get("kid", ""))),
            algorithms=[ALGORITHM],
            audience=audience,
            issuer=ISSUER,
            leeway=LEEWAY_SECONDS,
            options={"require": ["exp", "nbf", "iat", "sub", "aud", "iss"]},
        )
    except jwt.ExpiredSignatureError as error:
        raise Unauthorized(_("This token has expired; refresh it."), "token-expired") from error
    except (jwt.PyJWTError, ValueError) as error:
        raise Unauthorized(_("This token is not valid."), "token-invalid") from error
    is_too_long = claims["exp"] - claims["iat"] > LONGEST_TOKEN_SECONDS
    if claims.get("typ") != TOKEN_TYPES[audience] or is_too_long:
        raise Unauthorized(_("This token is not valid."), "token-invalid")
    return claims


def identity_from_claims(claims: dict[str, Any]) -> Identity:
    """The identity in a checked token's claims; raises Unauthorized when a claim is invalid."""
    try:
        return Identity(
            user_id=int(claims["sub"]),
            role=str(claims["role"]),
            sid=str(claims["sid"]),
            scopes=frozenset(str(claims.get("scope", "read write")).split()),
            token_expires=float(claims["exp"]),
            issued_at=float(claims["iat"]),
            token_id=claims.get("jti"),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise Unauthorized(_("This token is not valid."), "token-invalid") from error


def install_identity(app: Flask, verifier: Verifier) -> None:
    """Let `current_identity` work in requests of `app`."""
    app.extensions["verifier"] = verifier


def bearer_token() -> str | None:
    """The request's bearer token (RFC 6750), or None."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" and token.strip() else None


def current_identity() -> Identity:
    """The caller; raises Unauthorized without a valid token, Forbidden if it lacks the scope."""
    known = g.get("identity")
    if known is not None:
        return cast(Identity, known)
    token = bearer_token()
    verifier: Verifier | None = current_app.extensions.get("verifier")
    if token is None or verifier is None:
        raise Unauthorized()
    identity = verifier.verify(token)
    g.user_id = identity.user_id  # for the log
    needed = "write" if request.method in WRITING_METHODS else "read"
    if needed not in identity.scopes:
        raise Forbidden(
            _("This token lacks the scope '%(needed)s'.", needed=needed), "scope-missing"
        )
    g.identity = identity
    return identity

"""Checks tokens, tickets and origins of new connections."""

import logging
from base64 import urlsafe_b64decode
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

import orjson
import redis
from cachetools import TTLCache

from servicekit.identity.feed import Feed
from servicekit.identity.verify import (
    API_AUDIENCE,
    API_TOKEN_PREFIX,
    REALTIME_AUDIENCE,
    Identity,
    TokenVerifier,
)
from servicekit.loopback import is_loopback
from servicekit.web.errors import Forbidden, Unauthorized, Unavailable
from servicekit.web.tutorial_guard import is_loopback_url

LONGEST_TOKEN = 4096
TICKET_SECONDS = 60
START_SECONDS = 5
LOOPBACK_NAMES = ("localhost", "127.0.0.1", "[::1]")
log = logging.getLogger(__name__)


class Authenticator:
    """Authenticates clients at connect."""

    def __init__(self, verifier: TokenVerifier, feed: Feed, store: redis.Redis) -> None:
        self._verifier = verifier
        self._feed = feed
        self._store = store
        self._used: TTLCache[str, bool] = TTLCache(100_000, TICKET_SECONDS)

    def authenticate(self, auth: Any) -> Identity:
        """The identity behind Socket.IO's `auth`; raises Problem."""
        token = auth.get("token") if isinstance(auth, dict) else None
        if not isinstance(token, str) or not 0 < len(token) <= LONGEST_TOKEN:
            raise Unauthorized("Connect with auth: {token}.")
        if not self._feed.has_synced.wait(START_SECONDS):
            # Until then, ended sessions cannot be recognised.
            raise Unavailable("Parley is still starting; try again in a moment.")
        audience = _audience_of(token)
        identity = self._verifier.verify(token, audience)
        if "read" not in identity.scopes:
            raise Forbidden("This token lacks the scope 'read'.", "scope-missing")
        if audience == REALTIME_AUDIENCE:
            self._use_up(identity)
        return identity

    def has_revoked(self, identity: Identity) -> bool:
        """Whether the login session has ended since it was authenticated."""
        return self._verifier.revocations.covers(identity)

    def _use_up(self, identity: Identity) -> None:
        ticket = identity.token_id
        if not ticket or ticket in self._used:
            raise Unauthorized("This ticket has been used; ask for another.", "ticket-used")
        self._used[ticket] = True
        try:
            is_first = self._store.set(f"parley:ticket:{ticket}", b"1", nx=True, ex=TICKET_SECONDS)
        except redis.RedisError:
            log.info("Redis is away; the ticket is remembered by this process alone")
            return
        if not is_first:
            raise Unauthorized("This ticket has been used; ask for another.", "ticket-used")


def allowed_origins(urls: Iterable[str], is_tutorial: bool) -> Any:
    """Origins whose pages may connect, in the form that python-engineio expects.

    `urls` are Parley's own addresses; one on loopback stands for all of loopback's names. In
    tutorial mode any page on this machine may connect: learners serve their own.
    """
    if is_tutorial:
        return lambda origin: is_loopback_url(origin or "")
    origins: list[str] = []
    for url in map(urlsplit, urls):
        origins.append(f"{url.scheme}://{url.netloc}")
        if is_loopback(url.hostname or ""):
            port = f":{url.port}" if url.port else ""
            origins += [f"{url.scheme}://{name}{port}" for name in LOOPBACK_NAMES]
    return list(dict.fromkeys(origins))


def _audience_of(token: str) -> str:
    """The audience that the token claims; the verifier then checks it."""
    if token.startswith(API_TOKEN_PREFIX):
        return API_AUDIENCE
    payload = token.partition(".")[2].partition(".")[0]
    try:
        claims = orjson.loads(urlsafe_b64decode(payload + "=="))
    except ValueError as error:
        raise Unauthorized("This token is not valid.", "token-invalid") from error
    is_ticket = isinstance(claims, dict) and claims.get("aud") == REALTIME_AUDIENCE
    return REALTIME_AUDIENCE if is_ticket else API_AUDIENCE

"""Browser sessions: a session token → an access token, kept until shortly before its end."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

import jwt
from cachetools import LRUCache

from gateway_frontend.clients.sign_in import SignInClient
from gateway_frontend.shapes.people import User
from gateway_frontend.shapes.sign_in import RefreshedSession

EARLY_SECONDS = 30
NEW_SECONDS = 5
REMEMBERED = 20_000


@dataclass(frozen=True, slots=True)
class Login:
    """A live session; `expires_at` in monotonic time, `sid` as in its tokens."""

    access_token: str
    expires_at: float
    sid: str
    user: User
    made_at: float

    @property
    def session_id(self) -> int:
        return int(self.sid[1:])

    @property
    def is_new(self) -> bool:
        """Whether the access token was made within the last seconds."""
        return time.monotonic() - self.made_at < NEW_SECONDS


class Logins:
    """A cache of recently used sessions."""

    def __init__(self, sign_in: SignInClient) -> None:
        self._sign_in = sign_in
        self._known: LRUCache[str, Login] = LRUCache(REMEMBERED)
        self._lock = threading.Lock()

    def find(self, session_token: str) -> Login:
        """The login of a cookie; raises Unauthorized if it has ended, Unavailable if unknown."""
        with self._lock:
            login = self._known.get(session_token)
        if login is not None and login.expires_at > time.monotonic():
            return login
        return self.remember(session_token, self._sign_in.refresh(session_token))

    def remember(self, session_token: str, answer: RefreshedSession) -> Login:
        """Keep the answer of users_service to a login or refresh."""
        token = answer["access_token"]
        # users_service itself has just sent it to us, so its signature needs no check here.
        sid = str(jwt.decode(token, options={"verify_signature": False})["sid"])
        now = time.monotonic()
        expires_at = now + answer["expires_in"] - EARLY_SECONDS
        login = Login(token, expires_at, sid, answer["user"], now)
        with self._lock:
            self._known[session_token] = login
        return login

    def forget(self, session_token: str) -> None:
        """Drop a session from the cache."""
        with self._lock:
            self._known.pop(session_token, None)

    def forget_all(self) -> None:
        self._forget_where(lambda login: True)

    def forget_session(self, sid: str) -> None:
        self._forget_where(lambda login: login.sid == sid)

    def forget_user(self, user_id: int) -> None:
        self._forget_where(lambda login: login.user["id"] == user_id)

    def _forget_where(self, matches: Callable[[Login], bool]) -> None:
        with self._lock:
            for session_token in [token for token, login in self._known.items() if matches(login)]:
                del self._known[session_token]

"""The person who makes a request, and their rights."""

from dataclasses import dataclass, replace

from servicekit.identity.verify import bearer_token, current_identity
from servicekit.web.errors import Unauthorized
from users_service import errors
from users_service.context import current_context

GUEST = "guest"


@dataclass(frozen=True, slots=True)
class Caller:
    """In tutorial mode `user_id` may be None: an anonymous caller, who may do everything.

    `sid` and `scopes` are those of the session or API token.
    """

    user_id: int | None
    role: str = "member"
    sid: str | None = None
    scopes: frozenset[str] = frozenset()

    @property
    def is_guest(self) -> bool:
        return self.role == GUEST

    @property
    def is_admin(self) -> bool:
        return self.role == "admin"

    @property
    def session_id(self) -> int | None:
        """The caller's session; None with an API token."""
        return _id_after("s", self.sid)

    @property
    def token_id(self) -> int | None:
        """The caller's API token; None in a session."""
        return _id_after("t", self.sid)

    def sees_email_of(self, user_id: int) -> bool:
        return self.is_admin or self.user_id == user_id

    def require_person(self) -> int:
        """The caller's id; raises Unauthorized for an anonymous caller."""
        if self.user_id is None:
            raise Unauthorized()
        return self.user_id

    def require_admin(self) -> None:
        """Raises Forbidden."""
        if not self.is_admin:
            raise errors.admins_only()

    def require_self_or_admin(self, user_id: int) -> None:
        """Raises Forbidden."""
        if not self.is_admin and self.user_id != user_id:
            raise errors.not_your_account()


NOBODY = Caller(None)


def current_caller() -> Caller:
    """The caller; in tutorial mode the token is optional, and everybody is an admin."""
    is_tutorial = current_context().is_tutorial
    if is_tutorial and bearer_token() is None:
        return Caller(None, "admin")
    caller, _ = current_person()
    return replace(caller, role="admin") if is_tutorial else caller


def current_person() -> tuple[Caller, int]:
    """The caller and their id; raises Unauthorized without a token."""
    identity = current_identity()
    caller = Caller(identity.user_id, identity.role, identity.sid, identity.scopes)
    return caller, identity.user_id


def caller_or_nobody() -> Caller:
    """The caller, or NOBODY without a token; an invalid token still raises Unauthorized."""
    return NOBODY if bearer_token() is None else current_caller()


def _id_after(letter: str, sid: str | None) -> int | None:
    return int(sid[1:]) if sid is not None and sid.startswith(letter) else None

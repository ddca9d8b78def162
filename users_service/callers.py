"""The caller of users_service, and their rights."""

from dataclasses import dataclass

from servicekit.identity.verify import bearer_token, current_identity
from servicekit.web.errors import Forbidden
from users_service.errors import AdminsOnly
from users_service.parts import parts


@dataclass(frozen=True, slots=True)
class Caller:
    """`user_id` is None in tutorial mode, where callers are anonymous and may do everything."""

    user_id: int | None
    sid: str | None
    is_admin: bool
    is_guest: bool = False

    def sees_email_of(self, user_id: int) -> bool:
        return self.is_admin or self.user_id == user_id

    def require_admin(self) -> None:
        """Raises AdminsOnly."""
        if not self.is_admin:
            raise AdminsOnly()

    def require_self_or_admin(self, user_id: int) -> None:
        """Raises Forbidden."""
        if not self.is_admin and self.user_id != user_id:
            raise Forbidden("You may change your own account only.", "not-yours")


NOBODY = Caller(None, None, is_admin=False)


def current_caller() -> Caller:
    """The caller; raises Unauthorized without a valid token, except in tutorial mode."""
    tutorial = parts().settings.tutorial
    if tutorial and bearer_token() is None:
        return Caller(None, None, is_admin=True)
    identity = current_identity()
    is_guest = identity.role == "guest" and not tutorial
    return Caller(identity.user_id, identity.sid, identity.is_admin or tutorial, is_guest)


def caller_or_nobody() -> Caller:
    """The caller, or NOBODY without a token; an invalid token still raises Unauthorized."""
    return NOBODY if bearer_token() is None else current_caller()

"""The person who makes a request, and the person they act as."""

from dataclasses import dataclass

from messages_service import errors
from messages_service.context import Context, current_context
from servicekit.identity.verify import bearer_token, current_identity
from servicekit.web.errors import Invalid

GUEST = "guest"


@dataclass(frozen=True, slots=True)
class Caller:
    """In tutorial mode `user_id` may be None: an anonymous caller, who may read everything."""

    user_id: int | None
    role: str = "member"

    @property
    def is_anonymous(self) -> bool:
        return self.user_id is None

    @property
    def is_guest(self) -> bool:
        return self.role == GUEST

    @property
    def is_admin(self) -> bool:
        return self.role == "admin"

    def require_admin(self) -> None:
        """Raises Forbidden."""
        if not self.is_admin:
            raise errors.admins_only()


def current_caller() -> Caller:
    """The caller, from their token; in tutorial mode the token is optional."""
    if current_context().is_tutorial and bearer_token() is None:
        return Caller(None)
    identity = current_identity()
    return Caller(identity.user_id, identity.role)


def current_person() -> tuple[Caller, int]:
    """The caller and their id; raises Unauthorized without a token."""
    identity = current_identity()
    return Caller(identity.user_id, identity.role), identity.user_id


def require_admin() -> int:
    """The id of the caller; raises Unauthorized without a token, Forbidden for others."""
    caller, user_id = current_person()
    caller.require_admin()
    return user_id


def acting_person(context: Context, caller: Caller, author_id: int | None) -> int:
    """The id the caller acts as: their own, except in tutorial mode."""
    if caller.user_id is None or context.is_tutorial:
        author_id = author_id or caller.user_id
        if author_id is None:
            raise Invalid.field("author_id", "must be the id of a person")
        return author_id
    if author_id not in (None, caller.user_id):
        raise errors.not_the_author()
    return caller.user_id

"""The person who makes a request."""

from dataclasses import dataclass

GUEST = "guest"


@dataclass(frozen=True)
class Caller:
    """In tutorial mode `user_id` may be None: an anonymous caller, who may read everything."""

    user_id: int | None
    role: str = "member"

    @property
    def is_anyone(self) -> bool:
        return self.user_id is None

    @property
    def is_guest(self) -> bool:
        return self.role == GUEST

    @property
    def is_admin(self) -> bool:
        return self.role == "admin"

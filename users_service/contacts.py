"""The people a guest may see: members of their conversations, read from messages_service."""

from servicekit.web.errors import NotFound, Unavailable
from users_service.callers import Caller
from users_service.parts import parts


def known_people(caller: Caller) -> list[int] | None:
    """The ids of the people that the caller may see; None means all."""
    if not caller.is_guest:
        return None
    response = parts().messages.get(f"/internal/users/{caller.user_id}/contacts")
    if response.status_code != 200:
        raise Unavailable("People cannot be shown at the moment; try again.")
    ids: list[int] = response.json()
    return ids


def require_known(caller: Caller, user_id: int) -> None:
    """Raises NotFound when the caller may not see that person."""
    known = known_people(caller)
    if known is not None and user_id not in known:
        raise NotFound("There is no such person.")

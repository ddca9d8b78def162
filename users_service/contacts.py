"""The people a guest may see: members of their conversations, read from messages_service."""

from servicekit.language import _
from servicekit.web.errors import Unavailable
from users_service import errors
from users_service.caller import Caller
from users_service.context import Context


def known_people(context: Context, caller: Caller) -> list[int] | None:
    """The ids of the people that the caller may see; None means all."""
    if not caller.is_guest:
        return None
    response = context.messages.get(f"/internal/users/{caller.user_id}/contacts")
    if response.status_code != 200:
        raise Unavailable(_("People cannot be shown at the moment; try again."))
    ids: list[int] = response.json()
    return ids


def require_known(context: Context, caller: Caller, user_id: int) -> None:
    """Raises NotFound when the caller may not see that person."""
    known = known_people(context, caller)
    if known is not None and user_id not in known:
        raise errors.no_such_person()

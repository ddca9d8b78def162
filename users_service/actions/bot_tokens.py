"""API tokens of bots, which administrators make and revoke."""

from users_service import errors
from users_service.actions.tokens import make_token, revoke_token
from users_service.caller import Caller
from users_service.context import Context
from users_service.models.sessions import ApiToken
from users_service.queries.people import get_user
from users_service.schemas.sessions import NewToken


def make_bot_token(
    context: Context, caller: Caller, bot_id: int, new: NewToken
) -> tuple[str, ApiToken]:
    """Create a token of a bot; returns its secret, which is not stored, and its row."""
    require_bot(context, caller, bot_id)
    return make_token(context, caller, new, owner_id=bot_id)


def revoke_bot_token(context: Context, caller: Caller, bot_id: int, token_id: int) -> None:
    """Revoke a token of a bot; raises NotFound for others."""
    require_bot(context, caller, bot_id)
    revoke_token(context, caller, token_id, owner_id=bot_id)


def require_bot(context: Context, caller: Caller, bot_id: int) -> None:
    """Raises Forbidden to others than administrators, and Conflict for accounts of people."""
    caller.require_admin()
    bot = get_user(context, bot_id)
    if bot.role != "bot":
        raise errors.not_a_bot(bot.nickname)

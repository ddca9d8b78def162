"""`/api/users/<id>/tokens`: the API tokens of a bot. For administrators."""

from flask import Response

from servicekit.web.answers import answer, answer_page, created, no_content
from servicekit.web.openapi import make_blueprint
from servicekit.web.schemas import Answer
from users_service import payloads
from users_service.actions import bot_tokens as actions
from users_service.caller import current_caller
from users_service.context import current_context
from users_service.queries import sessions as queries
from users_service.routes.limited import limit_changes
from users_service.schemas.fields import EntryListQuery
from users_service.schemas.people import UserPath
from users_service.schemas.sessions import BotTokenPath, NewToken, TokenList
from users_service.shapes.sessions import CreatedToken, Token

blueprint = make_blueprint("bot_tokens", __name__, tag="tokens")


@blueprint.post("/users/<int:user_id>/tokens", responses={201: Answer[CreatedToken]})
@limit_changes
def create_bot_token(path: UserPath, body: NewToken) -> Response:
    """Create a token of a bot; it is shown only once.

    For administrators.
    """
    context, caller = current_context(), current_caller()
    secret, token = actions.make_bot_token(context, caller, path.user_id, body)
    shown: CreatedToken = {**payloads.token(token), "token": secret}
    return created(shown, f"/api/users/{path.user_id}/tokens/{token.id}")


@blueprint.get("/users/<int:user_id>/tokens", responses={200: TokenList})
def list_bot_tokens(path: UserPath, query: EntryListQuery) -> Response:
    """The valid tokens of a bot, by id."""
    context = current_context()
    actions.require_bot(context, current_caller(), path.user_id)
    found, has_more = queries.list_tokens(context, path.user_id, query)
    tokens = [payloads.token(token) for token in found]
    return answer_page(tokens, "after", has_more=has_more)


@blueprint.get("/users/<int:user_id>/tokens/<int:token_id>", responses={200: Answer[Token]})
def get_bot_token(path: BotTokenPath) -> Response:
    """One valid token of a bot."""
    context = current_context()
    actions.require_bot(context, current_caller(), path.user_id)
    return answer(payloads.token(queries.get_token(context, path.user_id, path.token_id)))


@blueprint.delete("/users/<int:user_id>/tokens/<int:token_id>", responses={204: None})
@limit_changes
def delete_bot_token(path: BotTokenPath) -> Response:
    """Revoke a token of a bot."""
    caller = current_caller()
    actions.revoke_bot_token(current_context(), caller, path.user_id, path.token_id)
    return no_content()

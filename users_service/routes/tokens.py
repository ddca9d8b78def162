"""`/api/tokens`: the caller's API tokens."""

from flask import Response

from servicekit.web.answers import answer, answer_page, created, no_content
from servicekit.web.openapi import make_blueprint
from servicekit.web.schemas import Answer
from users_service import payloads
from users_service.actions import tokens as actions
from users_service.caller import current_person
from users_service.context import current_context
from users_service.queries import sessions as queries
from users_service.routes.limited import limit_changes
from users_service.schemas.fields import EntryListQuery
from users_service.schemas.sessions import NewToken, TokenList, TokenPath
from users_service.shapes.sessions import CreatedToken, Token

blueprint = make_blueprint("tokens", __name__)


@blueprint.post("/tokens", responses={201: Answer[CreatedToken]})
@limit_changes
def create_token(body: NewToken) -> Response:
    """Create a token; it is shown only once."""
    caller, _ = current_person()
    secret, token = actions.make_token(current_context(), caller, body)
    shown: CreatedToken = {**payloads.token(token), "token": secret}
    return created(shown, f"/api/tokens/{token.id}")


@blueprint.get("/tokens", responses={200: TokenList})
def list_tokens(query: EntryListQuery) -> Response:
    """Your valid tokens, by id."""
    _, user_id = current_person()
    found, has_more = queries.list_tokens(current_context(), user_id, query)
    tokens = [payloads.token(token) for token in found]
    return answer_page(tokens, "after", has_more=has_more)


@blueprint.get("/tokens/<int:token_id>", responses={200: Answer[Token]})
def get_token(path: TokenPath) -> Response:
    """One of your valid tokens."""
    _, user_id = current_person()
    return answer(payloads.token(queries.get_token(current_context(), user_id, path.token_id)))


@blueprint.delete("/tokens/<int:token_id>", responses={204: None})
@limit_changes
def delete_token(path: TokenPath) -> Response:
    """Revoke a token."""
    caller, _ = current_person()
    actions.revoke_token(current_context(), caller, path.token_id)
    return no_content()
